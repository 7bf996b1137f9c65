"""Lists of tickets: what a query finds, page by page, all at once, or one by one."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from itertools import islice

from supportdesk.domain.page import START, Count, RowKey, Seek
from supportdesk.domain.query import TicketQuery
from supportdesk.domain.ticket import Ticket, TicketSummary
from supportdesk.services.context import Context
from supportdesk.services.tickets.reader import complete, with_failed, with_unread
from supportdesk.storage.tickets import marks
from supportdesk.storage.tickets import queries as tickets
from supportdesk.storage.tickets.indexing import index_messages

TYPING = 0.2
"""Seconds that a search while somebody types may spend on the text index before it looks."""
LIST_PORTION = 1_000
"""Tickets that are read at a time."""


class TicketLists:
    """Use cases that find tickets and change nothing."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._database = context.database

    def count(self, query: TicketQuery) -> Count:
        """Return how many tickets a query finds."""
        query = self._prepare(query)
        return tickets.count(self._database, query)

    def page(self, query: TicketQuery, seek: Seek, limit: int) -> list[TicketSummary]:
        """Return the summaries of up to `limit` tickets, in list order."""
        query = self._prepare(query)
        ask_failed = marks.ask_failed_replies(self._database, self._context.actor)
        found = tickets.page(self._database, query, seek, limit)
        return with_failed(found, ask_failed())

    def whole_page(self, query: TicketQuery, limit: int, seek: Seek = START) -> list[Ticket]:
        """Return up to `limit` tickets with descriptions, in list order."""
        query = self._prepare(query, to_the_end=True)
        return complete(self._context, tickets.whole_page(self._database, query, seek, limit))

    def whole_list(self, query: TicketQuery) -> list[Ticket]:
        """Return all tickets of a query with descriptions, in list order, as of one moment."""
        query = self._prepare(query, to_the_end=True)
        found: list[Ticket] = []
        with self._database.reading():
            while page := tickets.whole_page(
                self._database, query, Seek(query.sort_key(found[-1])) if found else START, LIST_PORTION
            ):
                found += page
            return complete(self._context, found)

    def numbers(self, query: TicketQuery) -> list[int]:
        """Return the numbers of all tickets of a query, in list order."""
        return tickets.numbers_of(self._database, self._prepare(query, to_the_end=True))

    def stream(self, query: TicketQuery) -> Generator[Ticket, None, None]:
        """Iterate over every ticket of a query, by number, in one read transaction that lasts until it is closed."""
        query = self._prepare(query, to_the_end=True)
        with self._database.reading():
            found = tickets.stream(self._database, query)
            while some := list(islice(found, LIST_PORTION)):
                yield from complete(self._context, some)

    def position(self, query: TicketQuery, key: RowKey) -> int:
        """Return how many rows of a list precede a key."""
        query = self._prepare(query)
        return tickets.position(self._database, query, key)

    def matching(self, query: TicketQuery, numbers: Sequence[int]) -> set[int]:
        """Return those of these numbers that a query finds."""
        query = self._prepare(query)
        return tickets.matching(self._database, query, list(numbers))

    def summaries(self, numbers: Sequence[int]) -> list[TicketSummary]:
        """Return those tickets of these numbers that exist."""
        return with_unread(self._context, tickets.by_numbers(self._database, list(numbers)))

    def _prepare(self, query: TicketQuery, *, to_the_end: bool = False) -> TicketQuery:
        """Return a query that knows who asks and when, and index what was said since the last search.

        Unless `to_the_end`, indexing takes no longer than somebody who types can wait.
        """
        if query.has_words:
            index_messages(self._database, None if to_the_end else TYPING)
        return replace(query, agent=self._context.actor, at=self._context.now())
