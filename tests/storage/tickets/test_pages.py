"""However a list is walked, every ticket comes once and in order."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supportdesk.domain.moment import to_text
from supportdesk.domain.page import Seek
from supportdesk.domain.query import Order, TicketQuery, parse_query
from supportdesk.domain.ticket import Priority, Status
from supportdesk.storage.database import Database
from supportdesk.storage.tickets import queries as tickets

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
# Few different moments, so that many tickets stand at the same place but for their number.
MOMENTS = st.integers(0, 2).map(lambda minutes: to_text(NOON + timedelta(minutes=minutes)))
EMAILS = st.sampled_from(["rita@example.com", "RITA@example.com", "sam@example.com"])
TICKETS = st.lists(
    st.tuples(
        st.sampled_from(["lamp", "door", "lamp door", "door and lamp"]),
        st.sampled_from(Priority),
        st.sampled_from(Status),
        EMAILS,
        MOMENTS,
        MOMENTS,
    ),
    max_size=14,
)
TEXTS = {
    "": lambda title: True,
    "lamp": lambda title: "lamp" in title,
    "lamp -door": lambda title: title == "lamp",
    "lamps OR doors": lambda title: True,
    '"lamp door"': lambda title: title == "lamp door",
    "key": lambda title: False,
}
FIELDS = {
    "": lambda ticket: True,
    "status:open": lambda ticket: ticket.is_open,
    "status:new,resolved": lambda ticket: ticket.status is not Status.IN_PROGRESS,
    "-status:new priority:high": lambda ticket: ticket.status is not Status.NEW and ticket.priority is Priority.HIGH,
    "priority:low,high": lambda ticket: ticket.priority is not Priority.MEDIUM,
    "from:rita@example.com": lambda ticket: ticket.contact_email.lower().startswith("rita"),
    "(from:sam OR status:resolved)": lambda ticket: (
        ticket.contact_email.startswith("sam") or ticket.status is Status.RESOLVED
    ),
    "-(from:sam priority:low)": lambda ticket: (
        not ticket.contact_email.startswith("sam") or ticket.priority is not Priority.LOW
    ),
    "created:<2026-11-20T12:02": lambda ticket: ticket.created_at < NOON + timedelta(minutes=2),
    "#3": lambda ticket: ticket.number == 3,
}
QUERIES = st.builds(
    lambda text, fields, order: (text, fields, parse_query(f"({text}) {fields}" if text else fields, order=order)),
    text=st.sampled_from(list(TEXTS)),
    fields=st.sampled_from(list(FIELDS)),
    order=st.sampled_from(Order),
)


def fill(database: Database, rows) -> None:
    with database.writing():
        database.sql("DELETE FROM tickets")
        database.many(
            "INSERT INTO tickets (title, priority, status, contact_email, created_at, updated_at, id, description) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, 'd')",
            [(*row, str(uuid4())) for row in rows],
        )


def expected(database: Database, text: str, fields: str, query: TicketQuery):
    """The list as Python makes it of all tickets."""
    everything = tickets.by_numbers(database, list(range(1, 100)))
    found = [each for each in everything if FIELDS[fields](each) and TEXTS[text](each.title)]
    return sorted(found, key=query.sort_key, reverse=query.descending)


def walk(database: Database, query: TicketQuery, limit: int, *, backwards: bool):
    seek, pages = Seek(backwards=backwards), []
    # More pages than there are tickets would be a walk in circles.
    for _ in range(20):
        page = tickets.page(database, query, seek, limit)
        if not page:
            break
        pages.insert(0 if backwards else len(pages), page)
        seek = Seek(query.sort_key(page[0 if backwards else -1]), backwards)
    return [ticket for page in pages for ticket in page]


@settings(max_examples=60)
@given(rows=TICKETS, asked=QUERIES, limit=st.integers(1, 5), skip=st.integers(0, 6))
def test_every_walk_through_a_list_gives_every_ticket_once_in_order(database, rows, asked, limit, skip):
    fill(database, rows)
    whole, query = expected(database, *asked), asked[2]

    assert walk(database, query, limit, backwards=False) == whole
    assert walk(database, query, limit, backwards=True) == whole
    assert tickets.page(database, query, Seek(skip=skip), limit) == whole[skip : skip + limit]
    from_end = whole[: max(len(whole) - skip, 0)]
    assert tickets.page(database, query, Seek(backwards=True, skip=skip), limit) == from_end[-limit:]

    assert {ticket.number for ticket in tickets.stream(database, query)} == {ticket.number for ticket in whole}
    assert tickets.count(database, query).rows == len(whole)
    numbers = [ticket.number for ticket in whole]
    assert tickets.matching(database, query, list(range(1, 100, 2))) == {number for number in numbers if number % 2}

    # From the place of any ticket, also one that the list leaves out.
    for ticket in tickets.by_numbers(database, list(range(1, 100)))[::3]:
        key = query.sort_key(ticket)
        place = sorted([*whole, ticket], key=query.sort_key, reverse=query.descending).index(ticket)
        before = whole[:place]
        after = [each for each in whole if each not in before and each != ticket]
        assert tickets.position(database, query, key) == len(before)
        assert tickets.page(database, query, Seek(key, skip=skip), limit) == after[skip : skip + limit]
        assert tickets.page(database, query, Seek(key, backwards=True), limit) == before[-limit:]


def test_whole_tickets_come_in_the_same_order(database):
    fill(database, [("lamp", "high", "new", "rita@example.com", to_text(NOON), to_text(NOON))] * 5)
    for seek in (Seek(), Seek(backwards=True), Seek(skip=2)):
        summaries = tickets.page(database, TicketQuery(), seek, 3)
        whole = tickets.whole_page(database, TicketQuery(), seek, 3)
        assert [ticket.number for ticket in whole] == [ticket.number for ticket in summaries]
        assert {ticket.description for ticket in whole} == {"d"}


def test_many_tickets_are_found_by_number_at_once(database):
    fill(database, [("lamp", "high", "new", "rita@example.com", to_text(NOON), to_text(NOON))] * 3)
    numbers = [ticket.number for ticket in tickets.by_numbers(database, [3, 2, 1, *range(100, 2000)])]
    assert numbers == [1, 2, 3]


def test_hits_are_counted_up_to_where_nobody_reads_on(database, monkeypatch):
    monkeypatch.setattr(tickets, "HITS_COUNTED", 3)
    for rows, said in ((3, "3"), (4, "3+"), (6, "3+")):
        fill(database, [("lamp", "high", "new", "rita@example.com", to_text(NOON), to_text(NOON))] * rows)
        assert str(tickets.count(database, parse_query("lamp"))) == said
        assert str(tickets.count(database, parse_query("from:rita@example.com"))) == said
        assert str(tickets.count(database, TicketQuery())) == str(rows)


CHANGES = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "INSERT OR IGNORE INTO tickets (status, priority, number, id, title, description, contact_email, "
                "created_at, updated_at) SELECT ?, ?, nullif(?, 0), hex(randomblob(8)), 'lamp', 'd', 'r', 't', 't'",
                "UPDATE tickets SET status = ?, priority = ? WHERE number > ?",
                "UPDATE tickets SET status = ?, title = ? WHERE number <= ?",
                "UPDATE tickets SET priority = ?2 WHERE status <> ?1 AND number > ?3",
                "DELETE FROM tickets WHERE status = ? AND priority = ? AND number > ?",
            ]
        ),
        st.sampled_from(Status),
        st.sampled_from(Priority),
        st.integers(0, 4),
    ),
    max_size=12,
)


@pytest.mark.sqlite
@settings(max_examples=80)
@given(rows=TICKETS, changes=CHANGES)
def test_kept_counts_and_the_text_index_follow_whatever_happens(database, rows, changes):
    fill(database, rows)
    for statement, *values in changes:
        database.sql(statement, values)
    kept = database.sql("SELECT status, priority, tickets FROM ticket_counts WHERE tickets <> 0 ORDER BY 1, 2")
    assert kept == database.sql("SELECT status, priority, count(*) FROM tickets GROUP BY 1, 2 ORDER BY 1, 2")
    # SQLite itself compares the index with the tickets.
    database.sql("INSERT INTO tickets_text (tickets_text, rank) VALUES ('integrity-check', 1)")
