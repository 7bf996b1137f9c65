"""A server whose disk is full, that is replaced by its standby, upgraded, or read for long while others import."""

import os
import subprocess
import sys
import threading
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

import pytest

from supportdesk.domain.desk_address import parse_desk_address
from supportdesk.domain.errors import DeskError, InvalidValue, NotAllowed, Unavailable
from supportdesk.domain.ticket import new_ticket
from supportdesk.services.desk import Desk
from supportdesk.services.transfer.column_mapping import ColumnChoice
from supportdesk.storage.database import Database
from supportdesk.storage.postgres import migrate, session
from tests.conftest import new_database, run_sql
from tests.postgres_server import TEMPLATE, Server, own_server

# DESK_CHAOS=full python -m pytest tests/storage/postgres/test_server_trouble.py
FULL = os.environ.get("DESK_CHAOS") == "full"
LAMP = new_ticket("Lamp is dark", "It does not shine. " * 200, "rita@example.com")
STATE = "SELECT (SELECT count(*) FROM tickets), (SELECT count(*) FROM journal), (SELECT count(*) FROM notifications)"
NO_ROOM = (
    "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS "
    "$$BEGIN RAISE 'could not extend file' USING ERRCODE = '53100'; END$$",
    "CREATE TRIGGER failing BEFORE INSERT ON notifications FOR EACH ROW EXECUTE FUNCTION fail()",
)


@contextmanager
def small_disk():
    """A server on a disk of its own, which `fill` fills and `free` frees again."""
    with TemporaryDirectory(prefix="supportdesk-disk-") as folder:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=160m,mode=755", "tmpfs", folder], check=True)
        try:
            with own_server(Path(folder), wal_keep_size="0", max_wal_size="32MB") as server:
                server.make_template()
                ballast = Path(folder) / "ballast"

                def fill():
                    with suppress(OSError), ballast.open("wb", buffering=0) as file:
                        while True:
                            file.write(bytes(1 << 12))

                yield parse_desk_address(server.address(TEMPLATE)), fill, ballast.unlink
        finally:
            subprocess.run(["umount", folder], check=True)


@pytest.fixture
def disk(postgres_desk):
    if FULL:
        with small_disk() as found:
            yield found
    else:
        yield (
            postgres_desk,
            lambda: [run_sql(postgres_desk, statement) for statement in NO_ROOM],
            lambda: run_sql(postgres_desk, "DROP TRIGGER failing ON notifications"),
        )


def test_a_full_disk_is_said_and_leaves_nothing_half_saved(disk):
    address, fill, free = disk
    with Desk(address, "ann") as desk:
        desk.tickets.create(LAMP)
        fill()
        made = 1

        def create_many():
            nonlocal made
            for _ in range(10_000):
                desk.tickets.create(LAMP)
                made += 1

        with pytest.raises(Unavailable, match="no space is left for the desk .*; nothing was saved"):
            create_many()
        assert run_sql(address, STATE) == [(made, made, made)]
        assert desk.tickets.get("1").title == "Lamp is dark"
        free()
        assert desk.tickets.create(LAMP).number == made + 1
        assert run_sql(address, STATE) == [(made + 1, made + 1, made + 1)]


def test_a_standby_that_takes_over_has_all_that_was_confirmed():
    replicating = {"wal_level": "replica", "max_wal_senders": "4"}
    with own_server(**replicating) as primary:
        primary.make_template()
        standby = Server(primary.root.with_name("standby"))
        standby.copy_of(primary)
        standby.start(cluster_name="second", **replicating)
        try:
            assert_taken_over(primary, standby)
        finally:
            standby.stop()


def assert_taken_over(primary, standby):
    run = parse_desk_address(primary.address("postgres"))
    run_sql(run, "ALTER SYSTEM SET synchronous_standby_names = 'second'")
    run_sql(run, "SELECT pg_reload_conf()")
    both = f"postgresql://postgres@/{TEMPLATE}?host={primary.root},{standby.root}&target_session_attrs=read-write"
    with Desk(parse_desk_address(both), "ann") as desk:
        made = [desk.tickets.create(LAMP).id for _ in range(3)]
        # Without a folder of files, too.
        found = {each.check: each.found for each in desk.doctor.examine()}
        assert found["standbys"] == "1, at least one synchronous"
        with Desk(parse_desk_address(standby.address(TEMPLATE)), "lou", create=False) as lou:
            assert lou.journal.last_seq() == 3
            with pytest.raises(NotAllowed, match="on the primary server; nothing was saved"):
                lou.tickets.create(LAMP)
        primary.stop()
        with pytest.raises(Unavailable, match="was lost; nothing was saved|cannot be reached"):
            desk.tickets.create(LAMP)
        standby.run("pg_ctl", "-D", standby.data, "-w", "promote")
        until = monotonic() + 30
        while len(made) < 4 and monotonic() < until:
            with suppress(DeskError):
                made.append(desk.tickets.create(LAMP).id)
        kept = run_sql(parse_desk_address(standby.address(TEMPLATE)), "SELECT id FROM tickets ORDER BY number")
        assert [key for (key,) in kept] == made
        assert len(made) == 4


def test_of_two_newer_programs_one_migrates_and_an_older_one_is_told(postgres, worker_id, tmp_path, monkeypatch):
    old_program = (
        "import sys\nfrom supportdesk.domain.desk_address import parse_desk_address\n"
        "from supportdesk.domain.errors import DeskError\n"
        "from supportdesk.domain.ticket import new_ticket\nfrom supportdesk.services.desk import Desk\n"
        "with Desk(parse_desk_address(sys.argv[1]), 'old') as desk:\n"
        "    print('ready', flush=True)\n    sys.stdin.readline()\n"
        "    create = lambda: desk.tickets.create(new_ticket('Lamp', 'x', 'r@example.com'))\n"
        "    for call in (desk.changes_elsewhere, create):\n"
        "        try:\n            call()\n        except DeskError as error:\n            print(error.message)\n"
    )
    with new_database(postgres, worker_id) as address:
        old = subprocess.Popen(
            [sys.executable, "-c", old_program, str(address)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert old.stdout.readline() == "ready\n"
        for folder in migrate.STEPS.iterdir():
            (tmp_path / folder.name).symlink_to(folder)
        (tmp_path / "9999.sql").write_text("CREATE TABLE ninth (n bigint); SELECT pg_sleep(0.2);")
        monkeypatch.setattr(migrate, "STEPS", tmp_path)
        for module in (migrate, session):
            monkeypatch.setattr(module, "NEWEST", "9999")
        opened = []

        def open_desk():
            with closing(Database(address)) as database:
                opened.append(database.sql("SELECT count(*) FROM ninth"))

        both = [threading.Thread(target=open_desk) for _ in range(2)]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join(30)
        assert opened == [[(0,)], [(0,)]]
        said, _ = old.communicate("\n", timeout=30)
        assert said.count("was migrated by a newer supportdesk; nothing was saved, end this program") == 2
        monkeypatch.undo()
        with pytest.raises(InvalidValue, match=r"made by a newer supportdesk \(9999\); update this program"):
            Database(address)


def test_who_reads_for_long_sees_one_state_and_holds_no_import_up(postgres_desk, tmp_path):
    file = tmp_path / "tickets.csv"
    rows = (f"Lamp {number},It does not shine.,rita{number}@example.com\n" for number in range(2_000))
    file.write_text("title,description,contact_email\n" + "".join(rows))
    with Desk(postgres_desk, "ann") as ann, closing(Database(postgres_desk)) as reader:
        ann.tickets.create(LAMP)
        with reader.reading():
            before = reader.sql("SELECT count(*) FROM tickets")
            ann.ticket_import.run(file, ColumnChoice())
            assert reader.sql("SELECT count(*) FROM tickets") == before == [(1,)]
        assert reader.sql("SELECT count(*) FROM tickets") == [(2_001,)]
