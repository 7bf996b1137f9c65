"""Nothing but the engines knows which engine a desk has; where a file has no counterpart, its address is asked."""

import ast
from pathlib import Path

import supportdesk

SOURCE = Path(supportdesk.__file__).parent
ENGINES = ("supportdesk.storage.sqlite", "supportdesk.storage.postgres")
OPENS = {"storage/database.py", "services/maintenance.py"}
"""What imports an engine: what opens one, and the restoring of a file, which knows no desk yet."""
ASKS_ADDRESS = {
    "domain/desk_address.py",
    "storage/database.py",
    "services/desk_copy.py",
    "services/settings/settings.py",
    "services/intake/storing.py",
}
ADDRESSES = {"SqliteFile", "PostgresServer"}


def modules():
    for path in SOURCE.rglob("*.py"):
        name = path.relative_to(SOURCE).as_posix()
        if not name.startswith(("storage/sqlite/", "storage/postgres/")):
            yield name, ast.parse(path.read_text(encoding="utf-8"))


def test_only_what_opens_a_desk_imports_an_engine():
    found = {
        name
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(ENGINES)
    }
    assert found == OPENS


def test_only_what_has_to_do_with_a_file_asks_for_the_kind_of_an_address():
    found = {
        name
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "isinstance"
        and ADDRESSES & {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    }
    assert found == ASKS_ADDRESS


def test_nobody_compares_the_name_of_an_engine_or_words_of_its_errors():
    for name, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Compare):
                texts = {each.value for each in ast.walk(node) if isinstance(each, ast.Constant)}
                asked = {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}
                assert not (asked & {"engine", "sqlstate"} and asked & {"name", "sqlstate"}), name
                allowed = {"sqlite", "file"} if name == "domain/desk_address.py" else set()
                assert not texts & {"sqlite", "postgres", "postgresql"} - allowed, name
