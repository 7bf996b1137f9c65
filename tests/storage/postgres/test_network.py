"""A line that falls silent: it is noticed in time, whatever TCP thinks, and nothing is done twice."""

from contextlib import closing
from dataclasses import replace
from time import monotonic

import pytest

from supportdesk.domain.errors import Unavailable
from supportdesk.domain.ticket import new_ticket
from supportdesk.services.desk import Desk
from supportdesk.storage.database import Database
from supportdesk.storage.postgres import engine, session, watched
from tests.conftest import run_sql
from tests.tcp_proxy import Line

LAMP = new_ticket("Lamp is dark", "It does not shine.", "rita@example.com")


@pytest.fixture
def impatient(monkeypatch):
    """A program that asks sooner whether the server is there."""
    monkeypatch.setattr(watched, "SILENT_SECONDS", 0.3)
    monkeypatch.setattr(watched, "ANSWER_SECONDS", 0.5)
    monkeypatch.setattr(session, "RETRY_SECONDS", 0)


@pytest.fixture
def line(postgres):
    with Line(postgres.socket) as line:
        yield line


@pytest.fixture
def far_desk(postgres_desk, line):
    """The desk by way of the line."""
    return replace(postgres_desk, host="127.0.0.1", port=str(line.port), options={"connect_timeout": "2"})


def test_a_server_that_does_not_answer_is_noticed_and_worked_with_again(far_desk, line, impatient):
    with Desk(far_desk, "ann") as desk:
        desk.tickets.create(LAMP)
        with line.silent():
            before = monotonic()
            with pytest.raises(Unavailable, match="does not answer; nothing was saved"):
                desk.changes_elsewhere()
            with pytest.raises(Unavailable, match="cannot be reached: "):
                desk.tickets.create(LAMP)
            assert monotonic() - before < 10
        assert desk.tickets.create(LAMP).number == 2


def test_a_commit_that_nobody_answers_is_said_to_be_unknown(far_desk, line, impatient):
    with closing(Database(far_desk)) as database:

        def change():
            with database.writing():
                database.change("UPDATE desk SET value = 'x'")
                line.fall_silent()

        with pytest.raises(Unavailable, match="nobody knows whether it was saved"):
            change()
        line.resume()
        assert database.sql("SELECT count(*) FROM tickets") == [(0,)]


def test_who_asks_right_after_an_attempt_to_connect_has_failed_does_not_wait_for_another(
    far_desk, line, impatient, monkeypatch
):
    monkeypatch.setattr(session, "RETRY_SECONDS", 60)
    with closing(Database(far_desk)) as database, line.silent():
        with pytest.raises(Unavailable, match="does not answer"):
            database.data_version()
        with pytest.raises(Unavailable, match="cannot be reached"):
            database.data_version()
        before = monotonic()
        with pytest.raises(Unavailable, match="cannot be reached"):
            database.data_version()
        assert monotonic() - before < 1


def test_what_takes_long_is_waited_for_where_the_server_is_there(far_desk, impatient):
    with closing(Database(far_desk)) as database:
        assert database.sql("SELECT 1 FROM pg_sleep(2)") == [(1,)]


def test_a_change_outside_a_transaction_is_not_said_to_be_undone(far_desk, line, impatient, postgres_desk):
    with closing(Database(far_desk)) as database:
        with line.silent(), pytest.raises(Unavailable, match="nobody knows whether it was saved"):
            database.change("UPDATE desk SET value = 'x'")
        assert run_sql(postgres_desk, "SELECT count(*) FROM tickets") == [(0,)]


def test_who_stops_in_the_middle_of_a_change_gives_up_the_turn(postgres_desk, monkeypatch):
    monkeypatch.setattr(engine, "IDLE_SECONDS", 1)
    with closing(Database(postgres_desk)) as one, closing(Database(postgres_desk, busy_seconds=30)) as other:

        def change():
            with one.writing():
                one.change("UPDATE desk SET value = 'x'")
                with other.writing():
                    other.sql("UPDATE desk SET value = value")
                one.sql("SELECT 1")

        with pytest.raises(Unavailable, match="was lost; nothing was saved"):
            change()
        assert other.sql("SELECT count(*) FROM desk WHERE value = 'x'") == [(0,)]
