"""Turns, clock and connection of a desk on a server; a lost connection never repeats a change."""

import sys
import threading
from contextlib import closing
from dataclasses import replace
from subprocess import run

import pytest

from supportdesk.domain.errors import InvalidValue, Locked, NotAllowed, Unavailable
from supportdesk.domain.ticket import new_ticket
from supportdesk.services.desk import Desk
from supportdesk.storage.database import Database
from supportdesk.storage.postgres import migrate
from tests.conftest import new_database, run_sql

LAMP = new_ticket("Lamp is dark", "It does not shine.", "rita@example.com")
NOBODY = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> "


@pytest.fixture
def server(postgres_desk):
    with closing(Database(postgres_desk)) as database:
        yield database


def cut(address):
    """End every connection to a desk, as a server does that goes away."""
    run_sql(address, NOBODY + "pg_backend_pid()")


def test_a_change_moves_the_number_that_others_see_and_not_ones_own(server, postgres_desk):
    before = server.data_version()
    with server.writing():
        server.sql("UPDATE desk SET value = value")
    assert server.data_version() == before
    with Desk(postgres_desk, "bob") as bob:
        bob.tickets.create(LAMP)
    assert server.data_version() > before


def test_the_time_is_that_of_the_server_whatever_this_machine_says(server, postgres_desk):
    ((at,),) = run_sql(postgres_desk, "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint")
    assert abs(server.now().timestamp() * 1000 - at) < 5_000
    assert server.now().microsecond % 1000 == 0


def test_who_asks_for_the_time_from_another_thread_sends_nothing_of_a_change_and_waits_for_nobody(postgres_desk):
    """A screen draws the age of a ticket while its session waits for the turn."""
    asked: list[object] = []
    with closing(Database(postgres_desk)) as first, closing(Database(postgres_desk, busy_seconds=5)) as second:
        with second.writing():
            with first.writing():
                first.sql("SELECT 1")
                drawing = threading.Thread(target=lambda: asked.append(second.now()), daemon=True)
                drawing.start()
                drawing.join(2)
                assert (drawing.is_alive(), len(asked)) == (False, 1)
            second.sql("UPDATE desk SET value = value")
        assert second.sql("SELECT 1") == [(1,)]


def test_writers_take_turns_and_who_waits_too_long_is_told(postgres_desk):
    with closing(Database(postgres_desk)) as one, closing(Database(postgres_desk, busy_seconds=0.1)) as other:
        with one.writing():
            one.sql("SELECT 1")
            with pytest.raises(Locked, match="locked by another program"), other.writing():
                pass
        assert one.sql("SELECT 1") == [(1,)]
        with other.writing():
            other.sql("UPDATE desk SET value = value")


def test_what_is_written_before_the_turn_keeps_nobody_waiting_and_is_numbered_in_it(postgres_desk):
    with closing(Database(postgres_desk)) as one, closing(Database(postgres_desk, busy_seconds=0.1)) as other:
        with one.writing(turn_last=True):
            one.sql("INSERT INTO desk (name, value) VALUES ('one', 'x')")
            with pytest.raises(RuntimeError, match="numbered in the turn"):
                one.next_seq()
            with other.writing():
                assert other.sql("SELECT 1 FROM desk WHERE name = 'one'") == []
            one.take_turn()
            with pytest.raises(Locked, match="locked by another program"), other.writing():
                pass
            assert one.next_seq() == 1
        assert other.sql("SELECT value FROM desk WHERE name = 'one'") == [("x",)]


def test_a_reader_who_follows_the_journal_misses_nothing(postgres_desk):
    with Desk(postgres_desk, "reader") as reader:
        stop = threading.Event()
        seen: list[int] = []

        def follow():
            while True:
                ended = stop.is_set()
                seen.extend(entry.seq for entry in reader.journal.after(seen[-1] if seen else 0))
                if ended:
                    return

        def write(name):
            with Desk(postgres_desk, name, busy_seconds=60) as desk:
                for _ in range(10):
                    desk.tickets.create(LAMP)

        watcher = threading.Thread(target=follow)
        writers = [threading.Thread(target=write, args=(f"agent{place}",)) for place in range(6)]
        for thread in (watcher, *writers):
            thread.start()
        for thread in writers:
            thread.join(100)
        stop.set()
        watcher.join(20)
        assert seen == list(range(1, 61))
        assert run_sql(postgres_desk, "SELECT min(number), max(number), count(*) FROM tickets") == [(1, 60, 60)]


def test_a_connection_that_was_lost_is_made_anew_where_nothing_was_under_way(server, postgres_desk):
    cut(postgres_desk)
    assert server.sql("SELECT count(*) FROM tickets") == [(0,)]
    cut(postgres_desk)
    with server.writing():
        server.sql("UPDATE desk SET value = value")


def test_a_change_whose_connection_is_lost_is_not_repeated(server, postgres_desk):
    def change():
        with server.writing():
            server.change("UPDATE desk SET value = 'x'")
            cut(postgres_desk)
            server.sql("UPDATE desk SET value = 'y'")

    with pytest.raises(Unavailable, match="nothing was saved"):
        change()
    assert not server.in_transaction
    assert run_sql(postgres_desk, "SELECT count(*) FROM desk WHERE value = 'x'") == [(0,)]
    assert server.sql("SELECT count(*) FROM tickets") == [(0,)]
    cut(postgres_desk)
    # Nothing of it was sent on the connection that was lost.
    assert server.change("UPDATE desk SET value = 'x'") == 1


def test_a_commit_without_an_answer_is_said_to_be_unknown(server, postgres_desk):
    # The server ends the connection in the middle of the commit.
    run_sql(
        postgres_desk,
        "CREATE FUNCTION leave() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'",
    )
    run_sql(
        postgres_desk,
        "CREATE CONSTRAINT TRIGGER leaving AFTER UPDATE ON desk DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION leave()",
    )
    with pytest.raises(Unavailable, match="nobody knows whether it was saved"), server.writing():
        server.sql("UPDATE desk SET value = value")
    assert server.sql("SELECT count(*) FROM tickets") == [(0,)]


def test_a_server_that_is_away_is_named_without_a_password(postgres_desk):
    away = replace(postgres_desk, options={"host": "/nowhere"}, password="hunter2")
    with pytest.raises(Unavailable, match="cannot be reached") as refused:
        Database(away)
    assert "hunter2" not in refused.value.message
    missing = replace(postgres_desk, database="no_such_database")
    with pytest.raises(Unavailable, match="there is no database"):
        Database(missing)
    with pytest.raises(InvalidValue, match="does not know"):
        Database(replace(postgres_desk, options={**postgres_desk.options, "colour": "red"}))


def test_a_desk_of_another_version_is_refused_politely(server, postgres_desk):
    run_sql(postgres_desk, "UPDATE turn SET step = '9999'")
    with pytest.raises(InvalidValue, match="made by a newer supportdesk"):
        Database(postgres_desk)
    with pytest.raises(Unavailable, match="migrated by a newer supportdesk; nothing was saved"), server.writing():
        pass
    with pytest.raises(Unavailable, match="newer supportdesk"):
        server.data_version()
    # What an older program asks for may be gone.
    run_sql(postgres_desk, "ALTER TABLE suppressions RENAME TO refusals")
    with pytest.raises(Unavailable, match="migrated by a newer supportdesk; nothing was saved"), server.writing():
        server.sql("SELECT count(*) FROM suppressions")
    run_sql(postgres_desk, "ALTER TABLE refusals RENAME TO suppressions")


@pytest.mark.parametrize("rights", ["SELECT", "SELECT, INSERT, UPDATE, DELETE"])
def test_whoever_owns_an_older_desk_migrates_it_also_with_a_command_that_only_reads(postgres_desk, rights):
    run_sql(postgres_desk, "UPDATE turn SET step = '0048'")
    # Roles are the whole server's, and other workers use it too.
    agents = postgres_desk.database
    run_sql(postgres_desk, f"CREATE ROLE {agents} LOGIN")
    run_sql(postgres_desk, f"GRANT {rights} ON ALL TABLES IN SCHEMA public TO {agents}")
    for create in (True, False):
        with pytest.raises(NotAllowed, match="made by an older supportdesk; somebody who owns its tables"):
            Database(replace(postgres_desk, user=agents), create=create)
    with closing(Database(postgres_desk, create=False)) as owners:
        assert owners.sql("SELECT step FROM turn") == [(migrate.NEWEST,)]
    Database(replace(postgres_desk, user=agents), create=False).close()
    run_sql(postgres_desk, f"DROP OWNED BY {agents}")
    run_sql(postgres_desk, f"DROP ROLE {agents}")


def test_an_empty_database_is_no_desk_unless_one_is_made(postgres, worker_id):
    with new_database(postgres, worker_id, template=False) as empty:
        with pytest.raises(
            Unavailable, match="there is no desk at .*; the app, `ticket create` or an import makes one"
        ):
            Database(empty, create=False)
        run_sql(empty, "CREATE TABLE others (id int)")
        with pytest.raises(InvalidValue, match="another program's tables"):
            Database(empty)


def test_of_two_programs_that_make_a_desk_one_does(postgres, worker_id):
    with new_database(postgres, worker_id, template=False) as empty:
        secrets: list[str] = []

        def open_desk():
            with closing(Database(empty)) as database:
                secrets.append(database.secret)

        both = [threading.Thread(target=open_desk) for _ in range(4)]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join(60)
        assert len(secrets) == 4
        assert len(set(secrets)) == 1
        assert run_sql(empty, "SELECT step, count(*) OVER () FROM turn") == [(migrate.NEWEST, 1)]


def test_who_may_only_read_is_told_so(server, postgres_desk):
    run_sql(postgres_desk, "DROP ROLE IF EXISTS looker")
    run_sql(postgres_desk, "CREATE ROLE looker LOGIN")
    run_sql(postgres_desk, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO looker")
    with Desk(replace(postgres_desk, user="looker"), "lou", create=False) as lou:
        assert lou.journal.last_seq() == 0
        with pytest.raises(NotAllowed, match="cannot be written by you"):
            lou.tickets.create(LAMP)
    run_sql(postgres_desk, "DROP OWNED BY looker")
    run_sql(postgres_desk, "DROP ROLE looker")


def test_the_driver_is_imported_only_for_a_desk_on_a_server(tmp_path):
    script = (
        "import sys; from pathlib import Path; from supportdesk.services.desk import Desk\n"
        "Desk(Path(sys.argv[1]), 'ann').close()\n"
        "print([name for name in sys.modules if name.startswith(('psycopg', 'supportdesk.storage.postgres'))])"
    )
    done = run([sys.executable, "-c", script, tmp_path / "support.db"], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_program_without_the_driver_says_what_to_install(postgres_desk):
    script = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from supportdesk.domain.desk_address import parse_desk_address\n"
        "from supportdesk.storage.database import Database\n"
        "try:\n    Database(parse_desk_address(sys.argv[1]))\nexcept Exception as error:\n    print(error)"
    )
    done = run([sys.executable, "-c", script, str(postgres_desk)], capture_output=True, text=True, check=True)
    assert "supportdesk[postgres]" in done.stdout
