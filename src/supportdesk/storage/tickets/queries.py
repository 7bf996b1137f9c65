"""Queries on tickets: find, count, page through."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from peewee import Expression, Field, Tuple, fn

from supportdesk.domain.page import START, Count, RowKey, Seek
from supportdesk.domain.query import Order, TicketQuery
from supportdesk.domain.query.tree import all_of, has_filters
from supportdesk.domain.reference import Reference
from supportdesk.domain.ticket import RESOLVED_RANK, Ticket, TicketSummary
from supportdesk.storage import rows
from supportdesk.storage.database import Database
from supportdesk.storage.engine import Row, TextMatch
from supportdesk.storage.references import named
from supportdesk.storage.tables import HIDDEN, TicketCountRow, TicketMarkRow, TicketRow

if TYPE_CHECKING:
    from peewee import ModelSelect

    Select = ModelSelect[Any]

HITS_COUNTED = 1_000
"""Counting every hit of a common word in a million tickets takes long; past this nobody reads on."""
_BY_NUMBER = f"SELECT {rows.TICKET_NAMES} FROM tickets WHERE "


def merged_into(database: Database, number: int) -> list[int]:
    """Return the numbers of the tickets that were merged into this one, by number."""
    query = TicketRow.select(TicketRow.number).where(TicketRow.merged_into == number).order_by(TicketRow.number)
    return [int(each) for (each,) in database.rows(query)]


def find(database: Database, reference: Reference, limit: int = 5) -> list[Ticket]:
    """Return the tickets that a reference matches, at most `limit`, by number."""
    if reference.number is not None:
        return whole_by_numbers(database, [reference.number])
    # What an import has stored and not published yet does not exist for anybody else.
    here = named(TicketRow.number, TicketRow.id, reference) & (fn.COALESCE(TicketRow.deleted_at, "") != HIDDEN)
    query = TicketRow.select(*rows.TICKET_COLUMNS).where(here).order_by(TicketRow.number).limit(limit)
    return rows.read(database.rows(query), rows.ticket)


def by_number(database: Database, number: int) -> Ticket:
    """Return the ticket of this number, which must exist."""
    return rows.read_one(database.sql(f"{_BY_NUMBER}number = ?", (number,))[0], rows.ticket)


def whole_by_numbers(database: Database, numbers: Sequence[int]) -> list[Ticket]:
    """Return those tickets of these numbers that exist, by number."""
    among, value = database.among("number", numbers)
    found = database.sql(f"{_BY_NUMBER}{among} AND coalesce(deleted_at, '') <> ? ORDER BY number", (value, HIDDEN))
    return rows.read(found, rows.ticket)


def numbers(database: Database, ids: Sequence[str | None]) -> dict[str | None, int]:
    """Return the numbers of tickets by their ids."""
    query = TicketRow.select(TicketRow.id, TicketRow.number).where(TicketRow.id << [each for each in ids if each])
    return dict(database.rows(query))


def by_numbers(database: Database, numbers: list[int]) -> list[TicketSummary]:
    """Return those tickets of these numbers that exist, by number."""
    found: list[TicketSummary] = []
    for start in range(0, len(numbers), 500):
        query = (
            TicketRow.select(*rows.SUMMARY_COLUMNS)
            .where(TicketRow.number << numbers[start : start + 500])
            .order_by(TicketRow.number)
        )
        found += rows.read(database.rows(query), rows.summary)
    return found


def page(database: Database, query: TicketQuery, seek: Seek, limit: int) -> list[TicketSummary]:
    """Return the summaries of up to `limit` tickets, in list order, with whether the agent has seen their last word."""
    seen = TicketMarkRow.select(TicketMarkRow.seen).where(
        (TicketMarkRow.agent == query.agent) & (TicketMarkRow.number == TicketRow.number)
    )
    found = _page(database, TicketRow.select(*rows.SUMMARY_COLUMNS, seen), query, seek, limit)
    tickets = [_with_mark(rows.read_one(row[:-1], rows.summary), row[-1]) for row in found]
    return tickets[::-1] if seek.backwards else tickets


def _with_mark(ticket: TicketSummary, seen: int | None) -> TicketSummary:
    return replace(ticket, unread=True) if ticket.awaits_reader and ticket.last_word > (seen or 0) else ticket


def whole_page(database: Database, query: TicketQuery, seek: Seek, limit: int) -> list[Ticket]:
    """Return up to `limit` tickets with descriptions, in list order."""
    found = rows.read(_page(database, TicketRow.select(*rows.TICKET_COLUMNS), query, seek, limit), rows.ticket)
    return found[::-1] if seek.backwards else found


def numbers_of(database: Database, query: TicketQuery) -> list[int]:
    """Return the numbers of all tickets of a query, in list order."""
    found = _sought(database, TicketRow.select(TicketRow.number), query, START)
    return [int(number) for (number,) in database.rows(found)]


def open_by_owner(database: Database) -> dict[str, int]:
    """Return how many open tickets each owner has."""
    found = database.sql(
        "SELECT owner, count(*) FROM tickets WHERE owner <> '' AND queue_rank < ? AND deleted_at IS NULL "
        "GROUP BY owner",
        (RESOLVED_RANK,),
    )
    return dict(found)


def open_of(database: Database, owner: str) -> list[Ticket]:
    """Return the open tickets of an owner, by number."""
    query = (
        TicketRow.select(*rows.TICKET_COLUMNS)
        .where((TicketRow.owner == owner) & (TicketRow.queue_rank < RESOLVED_RANK) & TicketRow.deleted_at.is_null())
        .order_by(TicketRow.number)
    )
    return rows.read(database.rows(query), rows.ticket)


def newest_of(database: Database, email: str, limit: int) -> list[TicketSummary]:
    """Return the newest tickets of a requester, newest first."""
    query = (
        TicketRow.select(*rows.SUMMARY_COLUMNS)
        .where((TicketRow.contact_key == fn.LOWER(email)) & TicketRow.deleted_at.is_null())
        .order_by(TicketRow.created_at.desc(), TicketRow.number.desc())
        .limit(limit)
    )
    return rows.read(database.rows(query), rows.summary)


def newest_open(database: Database, limit: int) -> list[Ticket]:
    """Return the newest open tickets, at most `limit`, newest first."""
    found: list[Ticket] = []
    # Rank by rank, each read from the end of its part of the queue's index.
    for rank in range(RESOLVED_RANK):
        query = (
            TicketRow.select(*rows.TICKET_COLUMNS)
            .where((TicketRow.queue_rank == rank) & TicketRow.deleted_at.is_null())
            .order_by(TicketRow.created_at.desc(), TicketRow.number.desc())
            .limit(limit)
        )
        found += rows.read(database.rows(query), rows.ticket)
    return sorted(found, key=lambda ticket: (ticket.created_at, ticket.number), reverse=True)[:limit]


def stream(database: Database, query: TicketQuery) -> Iterator[Ticket]:
    """Iterate over every ticket of a query, by number."""
    select = _filtered(database, TicketRow.select(*rows.TICKET_COLUMNS), query).order_by(TicketRow.number)
    return (rows.read_one(row, rows.ticket) for row in database.stream(select))


def matching(database: Database, query: TicketQuery, numbers: list[int]) -> set[int]:
    """Return those of these numbers that a query finds."""
    select = _filtered(database, TicketRow.select(TicketRow.number), query).where(TicketRow.number << numbers)
    return {number for (number,) in database.rows(select)}


def count(database: Database, query: TicketQuery) -> Count:
    """Return how many tickets a query finds: kept sums where they can answer, else counted up to `HITS_COUNTED`."""
    if query.is_of_status_and_priority:
        statuses, priorities = query.statuses, query.priorities
        sums = database.rows(
            TicketCountRow.select(TicketCountRow.status, TicketCountRow.priority, TicketCountRow.tickets)
        )
        return Count(
            sum(
                tickets
                for status, priority, tickets in sums
                if (not statuses or status in statuses) and (not priorities or priority in priorities)
            )
        )
    hits = _filtered(database, TicketRow.select(TicketRow.number), query).limit(HITS_COUNTED + 1)
    found = int(database.rows(hits.select_from(fn.COUNT(hits.c.number)))[0][0])
    return Count(min(found, HITS_COUNTED), capped=found > HITS_COUNTED)


def position(database: Database, query: TicketQuery, key: RowKey) -> int:
    """Return how many rows of a list precede a key."""
    matched = _matched(database, TicketRow.select(fn.COUNT(TicketRow.number)), query)
    matched = matched.where(_beside(database, query, key, before=True))
    if query.shows_hidden:
        return int(database.rows(matched.where(_LISTED_TOO))[0][0])
    # The deleted ones are subtracted: looking at each ticket whether it is, the indexes could not count alone.
    deleted = TicketRow.alias()
    numbers = deleted.select(deleted.number).where(deleted.deleted_at.is_null(False))
    every, gone = (int(database.rows(select)[0][0]) for select in (matched, matched.where(TicketRow.number << numbers)))
    return every - gone


# What an import has stored and not published yet is in no list.
_LISTED_TOO = TicketRow.deleted_at.is_null() | (TicketRow.deleted_at != HIDDEN)


def _filtered(database: Database, select: Select, query: TicketQuery) -> Select:
    listed = _LISTED_TOO if query.shows_hidden else TicketRow.deleted_at.is_null()
    return _matched(database, select, query).where(listed)


def _matched(database: Database, select: Select, query: TicketQuery) -> Select:
    """Return a query's conditions, for deleted tickets too."""
    if not query.is_filtered:
        return select
    # Lazy import: keeps start-up fast.
    from supportdesk.storage.tickets.conditions import Conditions

    match = _match(database, query)
    if match is not None:
        select = match.within(select)
    conditions = Conditions(database, query)
    few = conditions.rarest(query.parts)
    if few is not None:
        select = select.where(TicketRow.number << few)
    for part in query.parts:
        if has_filters(part):
            select = select.where(conditions.of(part))
    if query.is_bounded:
        select = select.where(conditions.bounded(TicketRow.created_at, (query.since, query.until)))
    if query.order is Order.QUEUE and not query.has_words and (query.statuses or query.priorities):
        # Says again, in the terms of the queue's indexes, what status and priority say: then they serve
        # the order too.
        ranks = query.queue_ranks
        within = TicketRow.queue_rank.between(min(ranks), max(ranks))
        select = select.where(TicketRow.queue_rank == min(ranks) if len(ranks) == 1 else within)
    return select


def _page(database: Database, select: Select, query: TicketQuery, seek: Seek, limit: int) -> Sequence[Row]:
    match = _match(database, query) if query.has_words and not seek.skip else None
    if match is None or not match.windows:
        return database.rows(_sought(database, select, query, seek).limit(limit))
    # Lazy import: keeps start-up fast.
    from supportdesk.storage.tickets.windows import read_windows

    key = None if seek.key is None else int(seek.key[0])
    descending = query.descending != seek.backwards
    return read_windows(database, _filtered(database, select, query), match.windows, key, limit, descending=descending)


def _sought(database: Database, select: Select, query: TicketQuery, seek: Seek) -> Select:
    select = _filtered(database, select, query)
    if seek.key is not None:
        select = select.where(_beside(database, query, seek.key, before=seek.backwards))
    descending = query.descending != seek.backwards
    columns = _sort_columns(database, query)
    select = select.order_by(*(column.desc() if descending else column.asc() for column in columns))
    return select.offset(seek.skip) if seek.skip else select


def _beside(database: Database, query: TicketQuery, key: RowKey, *, before: bool) -> Expression:
    columns = _sort_columns(database, query)
    smaller = before != query.descending
    return Expression(Tuple(*columns), "<" if smaller else ">", Tuple(*key))


def _sort_columns(database: Database, query: TicketQuery) -> tuple[Field, ...]:
    if query.has_words:
        match = _match(database, query)
        return (TicketRow.number if match is None else match.key,)
    if query.order is Order.QUEUE:
        return (TicketRow.queue_rank, TicketRow.created_at, TicketRow.number)
    return (TicketRow.created_at if query.order is Order.NEWEST else TicketRow.updated_at, TicketRow.number)


def _match(database: Database, query: TicketQuery) -> TextMatch | None:
    """Return the tickets that the words of a query find, where these must match whatever filters do."""
    words = all_of([part for part in query.parts if not has_filters(part)])
    return None if words is None else database.engine.tickets.matching(TicketRow.number, words)
