"""What keeps a desk from being read or written is one sentence, and what was confirmed stays."""

import json
import os
import signal
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from supportdesk.domain.desk_address import SqliteFile
from supportdesk.domain.errors import Unavailable
from supportdesk.domain.page import START
from supportdesk.domain.query import TicketQuery
from supportdesk.domain.ticket import Status, TicketChange, new_ticket
from supportdesk.services.desk import Desk
from supportdesk.storage.database import Database

pytestmark = pytest.mark.sqlite

HOLD = """
import sqlite3, sys
desk = sqlite3.connect(sys.argv[1], isolation_level=None)
for statement in sys.stdin:
    desk.execute(statement).fetchall()
    print("done", flush=True)
"""


@pytest.fixture
def other(spawn, path):
    """Another program on the desk's file: `other("BEGIN IMMEDIATE")`."""
    process = spawn(HOLD, path)

    def other(statement):
        print(statement, file=process.stdin, flush=True)
        assert process.stdout.readline() == "done\n"

    return other


def everything(desk):
    """All that a change touches."""
    return (
        list(desk.tickets.stream(TicketQuery())),
        desk.journal.page(START, 100),
        desk.mail.page(START, 100),
        [desk.tickets.history(str(ticket.number)) for ticket in desk.tickets.stream(TicketQuery())],
    )


def test_a_desk_that_another_process_is_writing_can_be_read_and_is_written_later(desk, filed, path, other):
    ticket = filed()
    before = everything(desk)
    for begin in ("BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"):
        other(begin)
        with Desk(path, "bob", busy_seconds=0.05) as hurried:
            for change in (
                lambda hurried=hurried: hurried.tickets.update([str(ticket.number)], TicketChange(Status.RESOLVED)),
                hurried.journal.undo,
                hurried.mail.deliver,
                hurried.maintenance.health,
            ):
                with pytest.raises(Unavailable) as caught:
                    change()
                assert caught.value.message == (
                    f"the desk {path} is locked by another program; nothing was saved, try again"
                )
            assert everything(hurried) == before
            other("ROLLBACK")
            assert hurried.maintenance.health()["status"] == "OK"


def test_a_desk_that_another_process_keeps_to_itself_is_said_to_be_locked(path, other):
    Database(SqliteFile(path)).close()
    other("PRAGMA locking_mode = EXCLUSIVE")
    other("BEGIN EXCLUSIVE")
    with pytest.raises(Unavailable, match="is locked by another program; nothing was saved, try again$"):
        Database(SqliteFile(path), busy_seconds=0.05)


AS_SOMEBODY_ELSE = """
import json, os, sys
from pathlib import Path
from supportdesk.domain.errors import DeskError
from supportdesk.domain.query import TicketQuery
from supportdesk.domain.ticket import new_ticket
from supportdesk.services.desk import Desk

# Once as who we are, so that all is imported that the other user may not be able to read.
with Desk(Path(sys.argv[1]), "ann") as desk:
    desk.maintenance.health()
    desk.tickets.create(new_ticket("t", "d", "r@example.com"))
print("ready", flush=True)
for path in json.loads(sys.stdin.readline()):
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
    done = []
    try:
        with Desk(Path(path), "eve") as desk:
            done.append(f"{desk.tickets.count(TicketQuery())} tickets read")
            try:
                desk.maintenance.health()
            except DeskError:
                done.append("not well")
            desk.tickets.create(new_ticket("t", "d", "r@example.com"))
            done.append("written")
    except DeskError as error:
        done.append(f"{type(error).__name__}: {error.message}")
    print(json.dumps(done), flush=True)
"""


@pytest.fixture
def room():
    """A folder that other users reach; pytest's own is closed to them."""
    with TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)
        # What a test closed must be open again to be removed.
        for folder, _, _ in os.walk(name):
            os.chmod(folder, 0o755)


def test_what_this_user_may_not_do_is_said(room, spawn):
    somebody = spawn(AS_SOMEBODY_ELSE, room / "model.db")
    assert somebody.stdout.readline() == "ready\n"
    model = (room / "model.db").read_bytes()
    rights = {
        # Of the folder and of the file, None where there is no file yet.
        "open": (0o777, 0o666),
        "readable": (0o777, 0o444),
        "closed": (0o777, 0),
        "fixed": (0o555, 0o666),
        "empty": (0o555, None),
        "unsearchable": (0o444, 0o666),
    }
    for name, (of_folder, of_file) in rights.items():
        (room / name).mkdir()
        if of_file is not None:
            (room / name / "a.db").write_bytes(model)
            (room / name / "a.db").chmod(of_file)
        (room / name).chmod(of_folder)

    print(json.dumps([str(room / name / "a.db") for name in rights]), file=somebody.stdin, flush=True)
    said = {name: json.loads(somebody.stdout.readline()) for name in rights}
    not_writable = (
        "NotAllowed: the desk {} cannot be written by you: the file, its folder and the -wal and -shm files beside it "
        "must be writable; nothing was saved"
    )
    assert said == {
        "open": ["1 tickets read", "written"],
        "readable": ["1 tickets read", "not well", not_writable.format(room / "readable" / "a.db")],
        "closed": [f"Unavailable: the desk {room}/closed/a.db cannot be opened: you must be able to read and write it"],
        "fixed": ["1 tickets read", "not well", not_writable.format(room / "fixed" / "a.db")],
        "empty": [f"Unavailable: the desk {room}/empty/a.db cannot be made: Permission denied"],
        "unsearchable": [f"Unavailable: the desk {room}/unsearchable/a.db cannot be made: Permission denied"],
    }


def until_refused(create):
    """The tickets that were filed until one was refused, and with which words."""
    filed = []
    try:
        while len(filed) < 100:
            filed.append(create())
    except Unavailable as error:
        return filed, error
    pytest.fail("nothing was refused")


def test_a_full_disk_loses_nothing_and_later_all_goes_on(desk, filed, path):
    database = desk._database
    pages = database.sql("PRAGMA page_count")[0][0]
    database.sql(f"PRAGMA max_page_count = {pages + 10}")
    confirmed, refused = until_refused(lambda: filed(description="x" * 3000))
    assert refused.message == f"no space is left for the desk {path}; nothing was saved"
    assert list(desk.tickets.stream(TicketQuery())) == confirmed
    assert len(desk.journal.page(START, 100)) == len(desk.mail.page(START, 100)) == len(confirmed) > 1

    database.sql(f"PRAGMA max_page_count = {pages + 1000}")
    assert filed().number == len(confirmed) + 1


UNTIL_FULL = """
import os, resource, sys
from pathlib import Path
from supportdesk.domain.errors import DeskError
from supportdesk.domain.ticket import new_ticket
from supportdesk.services.desk import Desk

def no_file_may_pass(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

with Desk(Path(sys.argv[1]), "ann") as desk:
    no_file_may_pass(os.path.getsize(sys.argv[1] + "-wal") + 1_000_000)
    try:
        while True:
            print(desk.tickets.create(new_ticket("t", "d", "r@example.com")).number, flush=True)
    except DeskError as error:
        print(error.message, flush=True)
    no_file_may_pass(50_000)
    try:
        desk.maintenance.backup(Path(sys.argv[2]))
    except DeskError as error:
        print(error.message, flush=True)
"""


def test_a_file_that_may_not_grow_keeps_all_that_was_confirmed(tmp_path, path, spawn):
    copy = tmp_path / "copy.db"
    *confirmed, refused, copied = spawn(UNTIL_FULL, path, copy).communicate()[0].splitlines()
    assert refused == f"the disk of the desk {path} is full or reports an error (disk I/O error); nothing was saved"
    assert copied == f"the copy {copy} cannot be written (disk I/O error); the desk is as it was"
    assert not copy.exists()
    with Desk(path, "ann") as desk:
        assert [str(ticket.number) for ticket in desk.tickets.stream(TicketQuery())] == confirmed
        assert len(desk.journal.page(START, 1000)) == len(desk.mail.page(START, 1000)) == len(confirmed) > 3
        assert desk._database.sql("PRAGMA integrity_check") == [("ok",)]


def test_a_disk_without_space_is_said_of_what_lies_on_it(mounted, desk, filed, tmp_path):
    # A few tickets more than an empty desk needs.
    small_disk = mounted("1m")
    for _ in range(120):
        filed(description="x" * 9000)
    copy = small_disk / "copy.db"
    with pytest.raises(Unavailable) as caught:
        desk.maintenance.backup(copy)
    assert caught.value.message == f"no space is left for the copy {copy}; the desk is as it was"
    assert list(small_disk.iterdir()) == []

    with Desk(small_disk / "small.db", "ann") as small:
        confirmed, refused = until_refused(lambda: small.tickets.create(new_ticket("t", "x" * 9000, "r@example.com")))
    assert refused.message == f"no space is left for the desk {small_disk / 'small.db'}; nothing was saved"
    with closing(Database(SqliteFile(small_disk / "small.db"))) as database:
        assert database.sql("SELECT number FROM tickets") == [(ticket.number,) for ticket in confirmed]


def test_ctrl_c_ends_a_long_statement_as_it_ends_a_program(desk, filed):
    def ctrl_c(*_):
        raise KeyboardInterrupt

    def change():
        with desk._database.writing():
            desk._database.sql("UPDATE tickets SET title = 'half'")
            desk._database.sql("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n")

    filed()
    before = signal.signal(signal.SIGALRM, ctrl_c)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        with pytest.raises(KeyboardInterrupt):
            change()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert desk._database.sql("SELECT title FROM tickets") != [("half",)]
    filed()
