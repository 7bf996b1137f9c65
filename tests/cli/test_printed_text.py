"""Whatever is printed passes one way out, on which control sequences and secrets stay behind."""

import ast
import json
import re
from pathlib import Path

import pytest

import supportdesk.cli
from supportdesk.cli.io.printable import printable, printable_json
from supportdesk.domain.errors import DeskError
from supportdesk.domain.redaction import redact

HOSTILE = "\x1b]0;owned\x07\x1b[2Jred\x9b31m \x1b[6n\u202eevil\x7f"
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]")
PRINTERS = {"print", *(f"click.{name}" for name in ("echo", "secho", "confirm", "prompt", "echo_via_pager"))}


def test_commands_print_by_one_module_only():
    root = Path(supportdesk.cli.__file__).parent
    allowed = {root / "errors.py", root / "desk" / "manual.py", *(root / "io").glob("*.py")}
    for file in set(root.rglob("*.py")) - allowed:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                assert called not in PRINTERS, f"{file}:{node.lineno} calls {called}"


def test_text_for_people_keeps_our_colours_only():
    assert printable(f"a\x1b[31m{HOSTILE}\x1b[0m\tb\n") == "aredevil\tb\n".replace("redevil", "red evil")
    styled = printable(f"\x1b[31m{HOSTILE}\x1b[0m", styled=True)
    assert styled == "\x1b[31mred evil\x1b[0m"
    assert printable("\x1b[8mhidden\x1b[38;5;1m", styled=True) == "hidden"


def test_json_says_the_same_without_control_characters():
    said = printable_json(json.dumps({"name": HOSTILE}, ensure_ascii=False))
    assert not CONTROLS.search(said)
    assert json.loads(said) == {"name": HOSTILE}


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_identifiers_in_a_prepared_file_cannot_drive_the_terminal(run, form, sql):
    run("experiment", "create", "--name", "Form", "--control", "a", "--test", "b", "--metric", "sent")
    run("experiment", "start", "1")
    run("experiment", "assign", "1", "u1")
    run("experiment", "track", "1", "u1", "sent")
    run("experiment", "track", "1", "u1", "other")
    for table, column in (("experiment_assignments", "user_identifier"), ("experiment_event_names", "name")):
        sql(f"UPDATE {table} SET {column} = CAST(? AS text) || {column}", HOSTILE)
    ended = run("experiment", "events", "1", *form)
    assert "evil" in ended.out
    assert not CONTROLS.search(ended.out)


def test_an_echoed_search_cannot_drive_the_terminal(run):
    for words in (
        ("faq", "list", "--search", HOSTILE),
        ("notification", "list", "--search", HOSTILE),
        ("preference", "list", "--search", HOSTILE),
        ("ticket", "list", HOSTILE),
    ):
        ended = run(*words)
        assert not CONTROLS.search(ended.out + ended.err)


def test_a_long_error_is_cut(run):
    ended = run("ticket", "list", "--status", "x" * 101_000)
    assert ended.code != 0
    assert len(ended.err) < 2_500
    ended = run("y" * 101_000)
    assert ended.code == 2
    assert len(ended.err) < 2_500


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("https://user:s3cret@host/path refused", "https://user:***@host/path refused"),
        ("smtp://u:p:q@h", "smtp://u:***@h"),
        ("postgresql://bob:hunter2@db/desk", "postgresql://bob:***@db/desk"),
        ("https://h/x?api_key=abcdef&a=1", "https://h/x?api_key=***&a=1"),
        ("Authorization: Bearer abcdefghijkl", "Authorization: Bearer ***"),
        ("password='geheim'", "password='***'"),
        ("mail.secret_file: '/etc/x' is readable by others", "mail.secret_file: '/etc/x' is readable by others"),
        ("see https://host:8080/a", "see https://host:8080/a"),
        ("my token: I cannot log in", "my token: I cannot log in"),
    ],
)
def test_secrets_are_cut_out_of_errors(text, safe):
    assert redact(text) == safe
    assert DeskError(text).message == safe


def test_a_password_in_an_address_is_shown_nowhere(run, home):
    config = home / "config.toml"
    config.write_text(
        '[mail]\nprovider = "sendgrid"\nendpoint = "https://bob:hunter2@mail.example.com/x?token=abc123"\n'
    )
    for words in (("paths",), ("paths", "--json"), ("email", "check"), ("doctor",)):
        ended = run("--config", str(config), *words)
        assert "hunter2" not in ended.out + ended.err
        assert "abc123" not in ended.out + ended.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("tickets",), "Did you mean 'ticket'?"),
        (("faqs", "list"), "Did you mean 'faq'?"),
        (("ticket", "creaet"), "Did you mean 'create'?"),
        (("ticket", "list", "--prio", "high"), "Did you mean '--priority'?"),
        (("experiment", "cretae"), "Did you mean 'create'?"),
    ],
)
def test_a_typing_error_is_answered_with_what_was_meant(run, words, said):
    ended = run(*words)
    assert ended.code == 2
    assert said in ended.err


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("ticket", "create", "--title", "a", "--description", "b", "--email", "c"), "--email"),
        (("ticket", "create", "--title", "", "--description", "b", "--email=a@example.com"), "--title"),
        (("preference", "set", "a@example.com", "--frequency", "hourly"), "--frequency"),
        (("preference", "set", "nonsense", "--frequency", "daily"), "email"),
        (("ticket", "list", "--limit", "0"), "--limit"),
        (("--as", "", "history"), "--as"),
    ],
)
def test_an_error_names_what_was_typed(run, words, name):
    ended = run(*words)
    assert ended.code == 1
    assert ended.err.startswith(f"Error: {name}: ")


LISTS = [
    ("ticket", "list"),
    ("ticket", "history", "1"),
    ("ticket", "notifications", "1"),
    ("faq", "list"),
    ("faq", "history", "1"),
    ("faq", "stats"),
    ("notification", "list"),
    ("preference", "list"),
    ("experiment", "list"),
    ("history",),
    ("ticket", "messages", "1"),
    ("commands",),
]


@pytest.mark.parametrize("words", LISTS, ids=" ".join)
def test_every_list_speaks_ndjson_and_prints_chosen_fields(run, words):
    run("ticket", "create", "--title", "Lamp", "--description", "dark", "--email", "rita@example.com")
    run("faq", "create", "--question", "Why?", "--answer", "So.")
    run("preference", "set", "rita@example.com", "--frequency", "daily")
    run("experiment", "create", "--name", "Form", "--control", "a", "--test", "b", "--metric", "sent")
    rows = [json.loads(line) for line in run(*words, "--ndjson").out.splitlines()]
    assert rows
    field = list(rows[0])[0]
    assert run(*words, "--fields", field, "--csv").out.splitlines()[0] == field
    chosen = [json.loads(line) for line in run(*words, "--fields", field, "--ndjson").out.splitlines()]
    assert chosen == [{field: row[field]} for row in rows]
    assert run(*words, "--fields", field).out.splitlines()[0] == field.upper()
    for nonsense in ("nonsense", ""):
        refused = run(*words, "--fields", nonsense)
        assert (refused.code, f"--fields: {nonsense!r}" in refused.err) == (1, True)


def test_the_catalogue_names_every_option_with_type_and_default(run):
    rows = {row["command"]: row for row in run("commands", "--json").json}
    listing = {name: each for each in rows["ticket list"]["parameters"] for name in each["names"]}
    assert listing["--limit"]["default"] == 50
    assert listing["--json"]["type"] == "flag"
    assert "high" in listing["--priority"]["choices"]
    assert listing["--email"]["required"] is False
    assert rows["ticket create"]["help"]
