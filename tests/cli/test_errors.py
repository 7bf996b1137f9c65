"""How commands end when something is wrong: one sentence, one exit code, never a traceback."""

import errno
import sqlite3
from functools import partial
from pathlib import Path

import pytest

from supportdesk.services.desk import Desk
from tests.conftest import locked_desk

FILING = ("ticket", "create", "--title", "t", "--description", "d", "--email", "rita@example.com")


def one_line(ended):
    assert ended.out == ""
    assert ended.err.startswith("Error: ")
    assert ended.err.count("\n") == 1
    assert "Traceback" not in ended.err
    return ended.err


def test_a_folder_that_does_not_exist_is_said_so(run, home):
    ended = run(*FILING, db=home / "nowhere" / "support.db")
    assert ended.code == 75
    assert "nowhere/support.db cannot be made: No such file or directory" in one_line(ended)


def test_a_folder_is_no_desk(run, home):
    ended = run("ticket", "list", db=home)
    assert ended.code == 1
    assert "is a folder; it must be a file" in one_line(ended)


def test_a_file_that_is_no_database_is_left_alone(run, home):
    letter = home / "letter.txt"
    letter.write_text("Dear desk,\n" * 200, encoding="utf-8")
    ended = run("ticket", "list", db=letter)
    assert ended.code == 1
    assert "is not a desk" in one_line(ended)
    assert letter.read_text(encoding="utf-8") == "Dear desk,\n" * 200


def test_another_programs_database_is_left_alone(run, home):
    with sqlite3.connect(home / "other.db") as other:
        other.execute("CREATE TABLE songs (title TEXT)")
    other.close()
    ended = run("ticket", "list", db=home / "other.db")
    assert ended.code == 1
    assert "another program's tables" in one_line(ended)


@pytest.mark.sqlite
def test_a_desk_of_a_newer_program_is_left_alone(run, sql):
    run.ticket()
    sql("UPDATE schema_migration SET name = '9999_later' WHERE name LIKE '0001%'")
    ended = run("ticket", "list", "--json")
    assert ended.code == 1
    assert ended.error["code"] == "invalid_value"
    assert "newer supportdesk" in ended.error["message"]


@pytest.fixture
def locked(run, monkeypatch):
    """Another program in the middle of a write, and little patience."""
    run.ticket()
    monkeypatch.setattr("supportdesk.services.desk.Desk", partial(Desk, busy_seconds=0.05))
    with locked_desk(run.db):
        yield run


def test_a_locked_desk_can_be_read_and_is_written_later(locked):
    assert locked("ticket", "list").code == 0
    for words in (FILING, ("ticket", "update", "1", "--status", "resolved"), ("undo",)):
        ended = locked(*words)
        assert ended.code == 75
        assert "locked by another program; nothing was saved, try again" in one_line(ended)
    assert locked(*FILING, "--json").error["code"] == "unavailable"


def test_a_locked_desk_is_not_healthy(locked):
    ended = locked("health")
    assert ended.code == 75
    assert "locked" in one_line(ended)


@pytest.mark.sqlite
def test_a_desk_that_this_user_may_not_write_is_said_so(run, no_desk, monkeypatch):
    # As root every file can be written, so the refusal is played.
    def refuse(path, *_):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr("supportdesk.storage.sqlite.file.os.open", refuse)
    ended = run(*FILING)
    assert ended.code == 75
    assert "cannot be made: Permission denied" in one_line(ended)


def test_an_internal_error_is_one_sentence_and_a_file(run, home, monkeypatch):
    def stumble(*_, **__):
        raise ZeroDivisionError("secret \x1b[31m detail")

    monkeypatch.setattr("supportdesk.services.tickets.service.Tickets.get", stumble)
    ended = run("ticket", "show", "1")
    assert ended.code == 70
    sentence = one_line(ended)
    assert "internal error (ZeroDivisionError)" in sentence
    written = Path(sentence.split()[-1])
    assert written.parent == home / "state" / "supportdesk"
    assert written.stat().st_mode & 0o077 == 0
    assert "Traceback" in written.read_text(encoding="utf-8")
    assert "in stumble" in written.read_text(encoding="utf-8")
    assert run("ticket", "show", "1", "--json").error["code"] == "internal_error"


def test_a_crash_report_is_written_elsewhere_when_the_state_folder_cannot_be(run, home, monkeypatch):
    monkeypatch.setattr("supportdesk.services.tickets.service.Tickets.get", lambda *_: 1 / 0)
    monkeypatch.setattr("tempfile.tempdir", str(home / "tmp"))
    (home / "state").write_text("in the way", encoding="utf-8")
    assert str(home / "tmp" / "crash-") in one_line(run("ticket", "show", "1"))

    (home / "tmp").rename(home / "gone")
    (home / "tmp").write_text("in the way", encoding="utf-8")
    ended = run("ticket", "show", "1")
    assert ended.code == 70
    assert "details could not be written" in one_line(ended)


def test_ctrl_c_ends_quietly_with_130(run, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("supportdesk.services.tickets.service.Tickets.get", interrupt)
    ended = run("ticket", "show", "1")
    assert (ended.code, ended.out, ended.err.strip()) == (130, "", "")


def test_a_hostile_value_cannot_drive_the_terminal_through_an_error(run):
    ended = run("ticket", "show", "\x1b]0;owned\x07\nsecond line")
    assert ended.code == 1
    assert not set(one_line(ended)[:-1]) & set("\x1b\x07\n")
    ended = run("ticket", "\x1b[31mred")
    assert "\x1b" not in one_line(ended)


def test_settings_at_fault_end_every_command_alike(run):
    for words in (["--db", "mysql://ann:secret@db/desk"], ["--as", ""], ["--config", "absent.toml"]):
        ended = run.typed(*words, "ticket", "list", "--json")
        assert (ended.code, ended.error["code"]) == (1, "invalid_value")
        assert ended.error["field"] in ("db", "agent", "config")


@pytest.mark.parametrize("group", ["ticket", "view"])
def test_a_group_without_a_verb_names_its_verbs_as_wrong_usage(run, group):
    ended = run(group)
    assert ended.code == 2
    assert one_line(ended).endswith(f" See: supportdesk {group} --help\n")
    assert "Missing command: it can be " in ended.err
    assert "list" in ended.err


def test_an_unknown_command_proposes_the_one_that_was_meant(run):
    ended = run("tickets")
    assert ended.code == 2
    assert "No such command 'tickets'" in one_line(ended)
