"""Whoever runs the machine sees whether the desk is well, and copies it while everybody works."""

import os
import sqlite3
from contextlib import closing

import pytest

from supportdesk import __version__
from supportdesk.domain.errors import InvalidValue, NotAllowed, Unavailable
from supportdesk.domain.page import START
from supportdesk.domain.query import TicketQuery, parse_query
from supportdesk.domain.ticket import Status, TicketChange, new_ticket
from supportdesk.services.desk import Desk
from tests.umask import umask


def test_health_says_how_the_desk_is(desk, filed, path, colleague):
    filed()
    unchanged = colleague.changes_elsewhere()
    assert desk.maintenance.health() == {
        "status": "OK",
        "message": "Support desk is running",
        "version": __version__,
        "db": str(path),
        "tickets": 1,
        "notifications_waiting": 1,
        "oldest_waiting_since": "2026-11-20T09:30:00.000Z",
        "notifications_failed": 0,
        "notifications_unknown": 0,
        "mail_provider": "mock",
        "mail_paused_until": None,
        "mails_to_file": 0,
        "mails_parked": 0,
        "mails_failed": 0,
        "mail_error": None,
        "experiment_alerts": None,
    }
    # It is proven without a write that would wake every screen.
    assert colleague.changes_elsewhere() == unchanged
    desk.mail.deliver()
    health = desk.maintenance.health()
    assert (health["notifications_waiting"], health["oldest_waiting_since"]) == (0, None)


@pytest.mark.sqlite
def test_a_backup_is_a_desk_of_its_own(desk, filed, tmp_path, assert_whole):
    filed()
    desk.tickets.update(["1"], TicketChange(Status.RESOLVED))
    copy = tmp_path / "copy.db"
    assert desk.maintenance.backup(copy).bytes == copy.stat().st_size
    filed("Door is stuck")
    assert sorted(file.name for file in tmp_path.iterdir() if file.name.startswith(("copy", "."))) == ["copy.db"]
    with Desk(copy, "ann") as copied:
        assert copied.tickets.get("1") == desk.tickets.get("1")
        assert copied.journal.page(START, 9) == desk.journal.page(START, 9)[1:]
        assert copied.mail.page() == desk.mail.page()[1:]
        assert [ticket.number for ticket in copied.tickets.page(parse_query("lamp"), START, 9)] == [1]
        assert copied.tickets.create(new_ticket("t", "d", "r@example.com")).number == 2
    assert_whole(copy)


WRITE = """
import sys
from pathlib import Path
from supportdesk.domain.ticket import Status, TicketChange, new_ticket
from supportdesk.services.desk import Desk

with Desk(Path(sys.argv[1]), "bob") as desk:
    while True:
        number = desk.tickets.create(new_ticket("Lamp", "It does not shine. " * 50, "rita@example.com")).number
        desk.tickets.update([str(number), str((number + 1) // 2)], TicketChange(Status.RESOLVED))
        desk.mail.deliver()
        print(number, flush=True)
"""


@pytest.mark.sqlite
def test_a_backup_while_others_write_is_of_one_moment(desk, path, tmp_path, spawn, assert_whole):
    writer = spawn(WRITE, path)
    for round_ in range(5):
        at_least = max(int(writer.stdout.readline()) for _ in range(4))
        copy = tmp_path / f"{round_}.db"
        desk.maintenance.backup(copy)
        assert_whole(copy)
        with closing(sqlite3.connect(copy)) as file:
            assert file.execute("SELECT count(*) FROM tickets").fetchone()[0] >= at_least
    assert writer.poll() is None


@pytest.mark.sqlite
@pytest.mark.parametrize(("folder_mode", "mode"), [(0o755, "0o600"), (0o2770, "0o660")])
def test_a_backup_is_no_more_open_than_the_desk(desk, tmp_path, folder_mode, mode):
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups").chmod(folder_mode)
    with umask(0):
        desk.maintenance.backup(tmp_path / "backups" / "copy.db")
    assert oct((tmp_path / "backups" / "copy.db").stat().st_mode & 0o7777) == mode


@pytest.mark.sqlite
def test_a_backup_replaces_a_file_only_when_told(desk, filed, tmp_path):
    copy = tmp_path / "copy.db"
    copy.write_text("dear to somebody")
    with pytest.raises(NotAllowed) as caught:
        desk.maintenance.backup(copy)
    assert caught.value.message == f"file: {copy} exists; choose another name or pass --replace"
    assert copy.read_text() == "dear to somebody"
    (tmp_path / "latest.db").symlink_to(copy)
    filed()
    desk.maintenance.backup(tmp_path / "latest.db", replace=True)
    assert (tmp_path / "latest.db").is_symlink()
    with Desk(copy, "ann") as copied:
        assert copied.tickets.count(TicketQuery()).rows == 1


@pytest.mark.sqlite
def test_a_backup_never_goes_over_the_desk_or_anything_that_is_no_file(desk, filed, path, tmp_path):
    filed()
    (tmp_path / "link.db").symlink_to(path)
    os.link(path, tmp_path / "hard_link.db")
    os.mkfifo(tmp_path / "pipe")
    refusals = {
        path: "is the desk itself",
        tmp_path / "link.db": "is the desk itself",
        tmp_path / "." / ".." / tmp_path.name / path.name: "is the desk itself",
        tmp_path / "hard_link.db": "is the desk itself",
        path.with_name("support.db-wal"): "is the desk itself",
        path.with_name("support.db-shm"): "is the desk itself",
        tmp_path: "is a folder; it must be a file",
        tmp_path / "pipe": "is not a regular file; choose another name",
        tmp_path / "nowhere" / "copy.db": "does not exist",
        tmp_path / os.fsdecode(b"\xff.db"): "is not UTF-8; choose another name",
    }
    before = sorted(tmp_path.iterdir())
    for target, sentence in refusals.items():
        with pytest.raises(InvalidValue, match=f"^file: .*{sentence}") as caught:
            desk.maintenance.backup(target, replace=True)
        assert caught.value.field == "file"
    with pytest.raises(Unavailable, match="^the copy .* cannot be written: File name too long$"):
        desk.maintenance.backup(tmp_path / ("x" * 256))
    assert sorted(tmp_path.iterdir()) == before
    assert desk.tickets.get("1").number == 1


@pytest.mark.sqlite
def test_a_damaged_desk_is_not_copied(path, filed, desk, tmp_path):
    filed(description="It does not shine. " * 2000)
    desk.close()
    whole = path.read_bytes()
    path.write_bytes(whole[: 4096 * 40] + b"\xa5" * 8192 + whole[4096 * 42 :])
    with Desk(path, "ann") as damaged, pytest.raises(Unavailable, match=f"^the desk {path} is damaged .*; restore it"):
        damaged.maintenance.backup(tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()
