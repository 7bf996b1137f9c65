"""How often a change waits for the server, which may be far away."""

import psycopg
import pytest

from supportdesk.domain.errors import DeskError
from supportdesk.domain.ticket import Status, TicketChange, new_ticket
from supportdesk.services.desk import Desk
from tests.conftest import AT_ONCE, run_sql

MOST = {"create": 11, "update": 15}
"""Each more costs every change of everybody a round trip, while it is its turn."""


@pytest.fixture
def desk(postgres_desk):
    with Desk(postgres_desk, "ann", mail=AT_ONCE) as desk:
        desk.tickets.create(new_ticket("First", "d", "rita@example.com"))
        yield desk


@pytest.fixture
def trips(monkeypatch):
    """Counts what is sent to the server."""
    sent = []
    execute = psycopg.Cursor.execute
    monkeypatch.setattr(psycopg.Cursor, "execute", lambda *words, **more: sent.append(words) or execute(*words, **more))
    monkeypatch.setattr(psycopg.Cursor, "executemany", lambda *words: pytest.fail("a statement for each row"))
    return sent


def test_a_change_with_history_journal_and_mail_waits_for_the_server_as_seldom_as_it_did(desk, trips):
    desk.tickets.create(new_ticket("Lamp", "d", "rita@example.com"))
    assert len(trips) <= MOST["create"]
    trips.clear()
    desk.tickets.update(["1"], TicketChange(Status.RESOLVED, notes="done"))
    assert len(trips) <= MOST["update"]


def test_what_was_sent_with_a_later_statement_fails_the_change(desk, postgres_desk):
    def change():
        with desk._database.writing():
            desk._database.sql("UPDATE desk SET value = 'x' WHERE name = 'secret'")
            desk._database.sql("UPDATE journal SET actor = '100 % bob?' WHERE seq = ?", (1,))

    with pytest.raises(DeskError, match="append-only"):
        change()
    assert run_sql(postgres_desk, "SELECT count(*) FROM desk WHERE value = 'x'") == [(0,)]
    # Nothing of it waits any more.
    desk.tickets.update(["1"], TicketChange(Status.RESOLVED))
    assert run_sql(postgres_desk, "SELECT count(*) FROM desk WHERE value = 'x'") == [(0,)]


def test_values_arrive_as_they_are_whatever_is_sent_together(desk, postgres_desk):
    texts = ["100 % %s ?", "'; DROP TABLE desk; --", "back\\slash", "two\nlines", "ünï"]
    with desk._database.writing():
        for number, text in enumerate(texts):
            desk._database.sql("INSERT INTO desk (name, value) VALUES (?, ?)", (f"n{number}", text))
        found = desk._database.sql("SELECT value FROM desk WHERE name LIKE 'n%' AND name <> ? ORDER BY name", ("x",))
    assert [value for (value,) in found] == texts
    assert run_sql(postgres_desk, "SELECT count(*) FROM desk WHERE name LIKE ?", "n%") == [(5,)]


def test_thousands_of_writes_in_one_transaction_all_arrive(desk, postgres_desk):
    with desk._database.writing():
        for number in range(1_050):
            desk._database.sql("INSERT INTO desk (name, value) VALUES (?, '')", (f"n{number:04}",))
    assert run_sql(postgres_desk, "SELECT count(*), max(name) FROM desk WHERE name LIKE ?", "n%") == [(1_050, "n1049")]
