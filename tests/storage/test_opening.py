"""Opening a desk's file: it gets the right mode, and nothing that is no desk is touched."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from supportdesk.domain.desk_address import SqliteFile
from supportdesk.domain.errors import DeskError, InvalidValue, Unavailable
from supportdesk.storage.database import Database
from supportdesk.storage.sqlite.migrate import STEPS
from tests.umask import umask

pytestmark = pytest.mark.sqlite


def modes(folder):
    return {file.name: oct(file.stat().st_mode & 0o7777) for file in folder.iterdir()}


@pytest.mark.parametrize(("folder_mode", "mask", "mode"), [(0o755, 0, "0o600"), (0o2770, 0o077, "0o660")])
def test_a_desk_is_its_makers_alone_but_in_a_shared_folder_its_groups(tmp_path, folder_mode, mask, mode):
    tmp_path.chmod(folder_mode)
    with umask(mask), closing(Database(SqliteFile(tmp_path / "a.db"))):
        assert modes(tmp_path) == {"a.db": mode, "a.db-wal": mode, "a.db-shm": mode}


def test_a_link_makes_the_desk_where_it_points_to(tmp_path):
    (tmp_path / "shared").mkdir(mode=0o755)
    (tmp_path / "shared").chmod(0o2770)
    (tmp_path / "link.db").symlink_to(tmp_path / "shared" / "desk.db")
    Database(SqliteFile(tmp_path / "link.db")).close()
    assert modes(tmp_path / "shared") == {"desk.db": "0o660"}


def test_an_empty_file_becomes_a_desk(no_desk):
    no_desk.touch()
    no_desk.chmod(0o640)
    Database(SqliteFile(no_desk)).close()
    assert modes(no_desk.parent) == {"support.db": "0o640"}
    assert no_desk.stat().st_size > 0


def a_folder(path):
    path.mkdir()


def a_pipe(path):
    os.mkfifo(path)


def a_text(path):
    path.write_text("Dear desk,\n" * 500)


def garbage(path):
    path.write_bytes(b"SQLite format 3\0" + b"garbage!" * 1000)


def another_programs(path):
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("CREATE TABLE songs (title TEXT)")


def another_of_the_same_tools(path):
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("CREATE TABLE schema_migration (id INTEGER, name TEXT, applied TEXT)")


def a_newer_desk(path):
    Database(SqliteFile(path)).close()
    with closing(sqlite3.connect(path)) as newer, newer:
        newer.execute("INSERT INTO schema_migration (name, applied) VALUES ('9999_later', '')")


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (a_folder, "db: {} is a folder; it must be a file"),
        (a_pipe, "db: {} is no file; it must be a file"),
        (a_text, "db: {} is not a desk: the file is not a SQLite database"),
        (garbage, "db: {} is not a desk: the file is not a SQLite database"),
        (another_programs, "db: {} is not a desk: it holds another program's tables"),
        (another_of_the_same_tools, "db: {} is not a desk: it holds another program's tables"),
        (a_newer_desk, "db: {} was made by a newer supportdesk (9999_later); update this program"),
    ],
)
def test_what_is_no_desk_of_ours_is_said_and_left_as_it_is(no_desk, make, sentence):
    make(no_desk)
    before = no_desk.read_bytes() if no_desk.is_file() else None
    with pytest.raises(InvalidValue) as caught:
        Database(SqliteFile(no_desk))
    assert caught.value.message == sentence.format(no_desk)
    assert caught.value.field == "db"
    assert [file.name for file in no_desk.parent.iterdir()] == [no_desk.name]
    assert before == (no_desk.read_bytes() if no_desk.is_file() else None)


@pytest.mark.parametrize(
    ("name", "kind", "sentence"),
    [
        ("nowhere/support.db", Unavailable, "the desk {} cannot be made: No such file or directory"),
        ("a" * 300, InvalidValue, "db: the file name has 300 bytes; at most 247 are possible"),
        ("/".join(["deep"] * 99), InvalidValue, "bytes; at most 504 are possible"),
        ("letter.txt/support.db", Unavailable, "the desk {} cannot be made: Not a directory"),
        ("a\0b", InvalidValue, "a path holds no zero byte"),
    ],
)
def test_a_place_that_cannot_hold_a_desk_is_said(tmp_path, name, kind, sentence):
    (tmp_path / "letter.txt").touch()
    with pytest.raises(kind) as caught:
        Database(SqliteFile(tmp_path / name))
    assert sentence.format(tmp_path / name) in caught.value.message
    assert caught.value.field == "db"


OPEN = """
import sys
from pathlib import Path
from supportdesk.domain.desk_address import SqliteFile
from supportdesk.storage.database import Database
print("ready", flush=True)
for line in sys.stdin:
    try:
        Database(SqliteFile(Path(line.strip()))).close()
        print("open", flush=True)
    except Exception as error:
        print(repr(error), flush=True)
"""


def test_processes_that_open_a_new_desk_at_the_same_moment_all_get_it(tmp_path, spawn):
    others = [spawn(OPEN) for _ in range(3)]
    for other in others:
        assert other.stdout.readline() == "ready\n"
    for number in range(20):
        for other in others:
            print(tmp_path / f"{number}.db", file=other.stdin, flush=True)
        assert [other.stdout.readline() for other in others] == ["open\n"] * 3
    with closing(Database(SqliteFile(tmp_path / "0.db"))) as database:
        applied = database.sql("SELECT name FROM schema_migration ORDER BY name")
        assert applied == [(step.stem,) for step in sorted(STEPS.glob("*/[0-9]*.py"))]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="this system does not say which files are open")
def test_a_failure_to_open_leaves_nothing_open(tmp_path):
    a_text(tmp_path / "a.txt")
    for _ in range(3):
        with pytest.raises(DeskError):
            Database(SqliteFile(tmp_path / "a.txt"))
    names = [os.path.realpath(f"/proc/self/fd/{number}") for number in os.listdir("/proc/self/fd")]
    assert str(tmp_path / "a.txt") not in names
