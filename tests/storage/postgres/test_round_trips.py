"""How often a change waits for the server, which may be far away."""

import psycopg
import pytest

from supportdesk.domain.conversation.message import NewReply
from supportdesk.domain.errors import DeskError
from supportdesk.domain.page import START
from supportdesk.domain.query import TicketQuery, parse_query
from supportdesk.domain.ticket import Status, TicketChange, new_ticket
from supportdesk.services.desk import Desk
from tests.conftest import AT_ONCE, run_sql

MOST = 3
"""The turn with what is read first, the change with what decides about its mail, and the rest with the commit.

Each more would cost every change of everybody a round trip, while it is its turn.
"""


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


@pytest.mark.parametrize(
    ("change", "most"),
    [
        (lambda desk: desk.tickets.create(new_ticket("Lamp", "d", "rita@example.com")), MOST),
        (lambda desk: desk.tickets.update(["1"], TicketChange(Status.RESOLVED, notes="done")), MOST),
        (lambda desk: desk.tickets.tag(["1"], ["lamp"], []), MOST),
        (lambda desk: desk.tickets.delete(["1"]), MOST),
        (lambda desk: desk.conversation.note("1", "It is the switch."), MOST + 1),
        (lambda desk: desk.conversation.reply("1", NewReply("Try the switch.")), MOST + 3),
    ],
)
def test_a_change_with_history_journal_and_mail_waits_seldom_for_a_far_server(desk, trips, change, most):
    change(desk)
    assert 0 < len(trips) <= most


def test_a_page_is_one_round_trip(desk, trips):
    assert [ticket.title for ticket in desk.tickets.page(TicketQuery(), START, 50)] == ["First"]
    assert len(trips) == 1


def test_a_full_page_of_a_search_is_two_round_trips(desk, trips):
    assert [ticket.title for ticket in desk.tickets.page(parse_query("first"), START, 1)] == ["First"]
    assert len(trips) == 2


def test_each_ticket_more_costs_one_round_trip(desk, trips):
    desk.tickets.create(new_ticket("Lamp", "d", "rita@example.com"))
    desk.tickets.create(new_ticket("Bulb", "d", "rita@example.com"))
    trips.clear()
    desk.tickets.update(["1", "2", "3"], TicketChange(Status.RESOLVED))
    assert len(trips) == MOST + 2


def test_what_is_asked_together_is_as_of_its_place_and_one_round_trip(desk, trips):
    database = desk._database
    secret = "SELECT value FROM desk WHERE name = 'secret'"
    with database.writing():
        before = database.ask(secret)
        database.sql("UPDATE desk SET value = 'y' WHERE name = 'secret'")
        after = database.ask(secret)
        assert after() == [("y",)] != before()
        assert len(trips) == 1
    both = [database.ask("SELECT ?", (each,)) for each in ("one", "two")]
    trips.clear()
    assert [answer() for answer in both] == [[("one",)], [("two",)]]
    assert len(trips) == 1


def test_an_answer_that_fails_says_so_to_all_who_asked(desk):
    database = desk._database
    good, bad = database.ask("SELECT 1"), database.ask("SELECT 1 / 0")
    for answer in (good, bad, good):
        with pytest.raises(DeskError, match="division by zero"):
            answer()
    assert database.sql("SELECT 1") == [(1,)]


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
