"""A desk is copied whole to a server and back, or not at all."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import peewee
import pytest

from supportdesk.storage.sqlite.migrate import STEPS, migrate
from tests.conftest import run_sql

# The other desk is a database, whatever the suite runs on.
pytestmark = pytest.mark.sqlite


@pytest.fixture
def filled(run, home):
    """A desk with something of everything."""
    run.ticket("The lamp is dark")
    run.ticket("C++ and 東京", description="Ünïcode, 'quotes' and \\\\ backslashes.")
    run("ticket", "update", "1", "--status", "resolved", "--notes", "new bulb")
    run("faq", "create", "--question", "How do I log in?", "--answer", "With your password.")
    run("preference", "set", "rita@example.com", "--frequency", "daily")
    run("experiment", "create", "Button", "--variant", "red", "--variant", "blue", "--metric", "click")
    attachment = home / "note.txt"
    attachment.write_text("attached")
    run("ticket", "reply", "2", "--text", "See the file.", "--attach", str(attachment))
    return run.db


def contents(run, db):
    """What commands show of a desk."""
    shown = [
        run(*words, db=db).out
        for words in (
            ("ticket", "list", "--json"),
            ("ticket", "list", "lamps", "--json"),
            ("faq", "list", "--search", "logging in", "--json"),
            ("history", "--json"),
            ("preference", "list", "--json"),
            ("experiment", "list", "--json"),
            ("attachment", "list", "2", "--json"),
        )
    ]
    assert all(shown)
    return shown


def test_a_desk_goes_to_a_server_and_comes_back_the_same(run, filled, postgres_desk, tmp_path):
    there = run("desk", "copy", "--to", str(postgres_desk), "--json")
    assert there.code == 0, there.err
    assert (there.json["rows"]["tickets"], there.json["files"]) == (2, 1)
    assert contents(run, postgres_desk) == contents(run, filled)
    back = tmp_path / "back.db"
    assert run("desk", "copy", "--to", str(back), "--json", db=postgres_desk).code == 0
    assert contents(run, back) == contents(run, filled)
    with closing(sqlite3.connect(back)) as file:
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        file.execute("INSERT INTO tickets_text (tickets_text) VALUES ('integrity-check')")


def test_the_copy_goes_on_counting_where_the_desk_was(run, filled, postgres_desk):
    run("faq", "create", "--question", "Gone?", "--answer", "Soon.")
    run("faq", "delete", "2", "--yes")
    assert run("desk", "copy", "--to", str(postgres_desk)).code == 0
    there = replace(run, db=postgres_desk)
    assert there.ticket("Next")["number"] == 3
    assert run_sql(postgres_desk, "SELECT sum(tickets) FROM ticket_counts") == [(3,)]
    made = run("faq", "create", "--question", "New?", "--answer", "Yes.", "--json", db=postgres_desk)
    assert made.json["number"] == 3


def test_mail_that_waits_is_not_sent_by_both(run, filled, postgres_desk, sql):
    assert sql("SELECT count(*) FROM notifications WHERE status = 'pending'")[0][0]
    assert run("desk", "copy", "--to", str(postgres_desk)).code == 0
    assert {status for (status,) in run_sql(postgres_desk, "SELECT DISTINCT status FROM notifications")} == {"unknown"}
    assert dict(run_sql(postgres_desk, "SELECT status, notifications FROM notification_counts"))["pending"] == 0


def test_a_desk_that_has_something_is_not_copied_over(run, filled, postgres_desk, tmp_path):
    run("faq", "create", "--question", "Is it mine?", "--answer", "Yes.", db=postgres_desk)
    refused = run("desk", "copy", "--to", str(postgres_desk))
    assert refused.code != 0
    assert "copy into an empty desk" in refused.err
    (tmp_path / "there.db").touch()
    assert "exists" in run("desk", "copy", "--to", str(tmp_path / "there.db")).err
    assert "the desk itself" in run("desk", "copy", "--to", str(filled)).err


def test_a_copy_that_fails_leaves_nothing(run, filled, postgres_desk, sql, tmp_path):
    # A text that PostgreSQL cannot hold, as only another program can have written it.
    sql("UPDATE tickets SET title = 'a' || char(0) || 'b' WHERE number = 2")
    failed = run("desk", "copy", "--to", str(postgres_desk))
    assert failed.code == 75
    assert "nothing was saved" in failed.err
    assert run_sql(postgres_desk, "SELECT count(*) FROM tickets") == [(0,)]
    assert run("desk", "copy", "--to", str(tmp_path / "no" / "where.db")).code == 75
    assert not (tmp_path / "no").exists()


def test_a_desk_that_is_not_there_is_not_copied(run, tmp_path):
    copied = run("desk", "copy", "--to", str(tmp_path / "copy.db"), "--json", db=tmp_path / "typo.db")
    assert (copied.code, copied.error["field"]) == (75, "db")
    assert "or an import makes one" in copied.error["message"]
    assert not (tmp_path / "copy.db").exists()
    assert not (tmp_path / "typo.db").exists()


def test_a_file_of_an_older_program_is_brought_up_to_date_and_copied(run, postgres_desk, home, tmp_path):
    old, steps = home / "old.db", tmp_path / "steps"
    for step in sorted(STEPS.glob("*/[0-9]*.py"))[:10]:
        (steps / step.parent.name).mkdir(parents=True, exist_ok=True)
        (steps / step.parent.name / step.name).symlink_to(step)
    with closing(peewee.SqliteDatabase(old)) as file:
        migrate(file, old, steps)
        file.execute_sql(
            "INSERT INTO tickets (id, title, description, priority, status, contact_email, created_at, updated_at) "
            "VALUES (?, 'Old lamp', 'Dark.', 'high', 'new', 'rita@example.com', ?, ?)",
            ("0e7d1a52-3c5f-4f0b-9a6e-2b8f4c1d7e90", *["2026-01-02T03:04:05.000Z"] * 2),
        )
    copied = run("desk", "copy", "--to", str(postgres_desk), "--json", db=old)
    assert (copied.code, copied.json["rows"]["tickets"]) == (0, 1)
    [ticket] = run("ticket", "list", "lamp", "--json", db=postgres_desk).json["tickets"]
    assert (ticket["title"], ticket["priority"]) == ("Old lamp", "high")
    assert [each["title"] for each in run("ticket", "list", "--json", db=old).json["tickets"]] == ["Old lamp"]
