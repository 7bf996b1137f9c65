"""Queries of tickets: `status:new priority:high email:ann@example.com refund -"gift card"`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from supportdesk.domain.errors import InvalidValue, invalid, one_of, quoted
from supportdesk.domain.moment import to_text
from supportdesk.domain.page import RowKey
from supportdesk.domain.query.parser import at, is_open_phrase, parse, parse_printed
from supportdesk.domain.query.tree import And, Filter, Node, Not, Word, all_of, filters, wanted_texts
from supportdesk.domain.text import clean_line
from supportdesk.domain.ticket import (
    OPEN,
    Priority,
    Status,
    TicketSummary,
    parse_priority,
    parse_status,
    queue_rank,
)

KEYS = ("status", "priority", "email")
"""Filters that a query may have."""

Value = TypeVar("Value", Status, Priority)


class Order(StrEnum):
    """The order of a list of tickets."""

    QUEUE = "queue"
    NEWEST = "newest"
    UPDATED = "updated"


@dataclass(frozen=True, slots=True)
class TicketQuery:
    """Filters and order of a list of tickets. Empty sets do not filter; `text` is searched for in the full-text index.

    Results of a text search come newest first, whatever the `order`. With `typing`, the last word of `text` is a
    prefix. `number` selects a single ticket. `since` and `until` bound when a ticket was created; `until` itself is
    not included.
    """

    text: str = ""
    statuses: frozenset[Status] = frozenset()
    priorities: frozenset[Priority] = frozenset()
    email: str = ""
    order: Order = Order.QUEUE
    typing: bool = False
    number: int | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def tree(self) -> Node | None:
        """Return the syntax tree of `text`; None when there is none."""
        return parse_printed(self.text, typing=self.typing)

    @property
    def words(self) -> list[str]:
        """Return the words that are searched for, without excluded ones."""
        texts = wanted_texts(self.tree) if self.tree is not None else ()
        return [word for text in texts for word in text.split()]

    @property
    def is_filtered(self) -> bool:
        """Return whether the query leaves any ticket out."""
        return bool(
            self.text or self.statuses or self.priorities or self.email or self.number is not None or self.is_bounded
        )

    @property
    def is_bounded(self) -> bool:
        """Return whether the query is about a period."""
        return self.since is not None or self.until is not None

    @property
    def queue_ranks(self) -> frozenset[int]:
        """Return the queue ranks that tickets of these statuses and priorities can have."""
        return frozenset(
            queue_rank(status, priority)
            for status in self.statuses or Status
            for priority in self.priorities or Priority
        )

    def matches_fields(self, ticket: TicketSummary) -> bool:
        """Return whether a ticket passes the filters, regardless of `text`, which only the index can match."""
        return (
            (not self.statuses or ticket.status in self.statuses)
            and (not self.priorities or ticket.priority in self.priorities)
            and self.number in (None, ticket.number)
            and (self.since is None or self.since <= ticket.created_at)
            and (self.until is None or ticket.created_at < self.until)
            and (not self.email or _folded(ticket.contact_email) == _folded(self.email))
        )

    def sort_key(self, ticket: TicketSummary) -> RowKey:
        """Return the position of a ticket in this list."""
        if self.text:
            return (ticket.number,)
        if self.order is Order.QUEUE:
            return (queue_rank(ticket.status, ticket.priority), to_text(ticket.created_at), ticket.number)
        moment = ticket.created_at if self.order is Order.NEWEST else ticket.updated_at
        return (to_text(moment), ticket.number)

    @property
    def descending(self) -> bool:
        """Return whether keys decrease from the first row to the last."""
        return bool(self.text) or self.order is not Order.QUEUE

    def __str__(self) -> str:
        """Return the query as text that parses to the same query."""
        words = []
        if self.statuses == frozenset(OPEN):
            words.append("status:open")
        else:
            words += [f"status:{status}" for status in Status if status in self.statuses]
        words += [f"priority:{priority}" for priority in Priority if priority in self.priorities]
        words += [str(Filter("email", self.email))] if self.email else []
        words += [f"#{self.number}"] if self.number is not None else []
        return " ".join([*words, self.text] if self.text else words)


def _folded(address: str) -> bytes:
    # As the table compares: only ASCII letters are the same in both cases.
    return address.encode().lower()


_NUMBER = re.compile(r"#([0-9]{1,15})")


def parse_query(text: str, *, order: str = Order.QUEUE, typing: bool = False) -> TicketQuery:
    """Return the query that a text means.

    `status:` and `priority:` filter (commas or repeats widen, a minus excludes, `status:open` is both open ones), and
    so does `email:` (the last one counts); everything else is searched for: words, "phrases", -word, word*, OR,
    (brackets). `#17` instead of a text is the ticket of that number. Raises `InvalidValue`, which names the place, for
    filters and values that are not allowed.
    """
    line = clean_line(text)
    node = parse(line, KEYS)
    parts = node.nodes if isinstance(node, And) else () if node is None else (node,)
    wanted = [part for part in parts if isinstance(part, Filter)]
    excluded = [part.node for part in parts if isinstance(part, Not) and isinstance(part.node, Filter)]
    query = TicketQuery(
        statuses=_allowed("status", _statuses, Status, wanted, excluded),
        priorities=_allowed("priority", _priorities, Priority, wanted, excluded),
        email=_email(wanted, excluded),
        order=parse_order(order),
        typing=typing,
    )
    match all_of([part for part in parts if not _is_filter(part)]):
        case None:
            return query
        case Word(word) if named := _NUMBER.fullmatch(word):
            return replace(query, number=int(named[1]))
        case tree:
            for nested in filters(tree):
                raise _refused(nested, "it cannot be part of an OR or in brackets; write status:new (lamp OR candle)")
            # While a phrase is typed it stays open, so that its last word can be a prefix.
            shown = str(tree).removesuffix('"') if typing and is_open_phrase(line) else str(tree)
            return replace(query, text=shown)


def parse_order(text: str) -> Order:
    """Return the order that a text names; raises `InvalidValue` that lists the allowed ones."""
    try:
        return Order(text)
    except ValueError:
        raise invalid("order", text, one_of(Order)) from None


def narrowed(query: TicketQuery, *, status: str = "", priority: str = "", email: str = "") -> TicketQuery:
    """Return the query with these filters instead of its own, where given; raises `InvalidValue`."""
    return replace(
        query,
        statuses=_statuses(status) if status else query.statuses,
        priorities=_priorities(priority) if priority else query.priorities,
        email=clean_line(email) or query.email,
    )


def _is_filter(node: Node) -> bool:
    return isinstance(node.node if isinstance(node, Not) else node, Filter)


def _allowed(
    key: str,
    parse_values: Callable[[str], frozenset[Value]],
    kinds: Iterable[Value],
    wanted: Sequence[Filter],
    excluded: Sequence[Filter],
) -> frozenset[Value]:
    """Return the values that filters of a key let through; the empty set when there are none of them."""
    include, exclude = (
        [_values(each, parse_values) for each in given if each.key == key] for given in (wanted, excluded)
    )
    if not include and not exclude:
        return frozenset()
    allowed = (frozenset().union(*include) if include else frozenset(kinds)).difference(*exclude)
    if not allowed:
        raise _refused(next(each for each in excluded if each.key == key), "it excludes every ticket")
    return allowed


def _values(given: Filter, parse_values: Callable[[str], frozenset[Value]]) -> frozenset[Value]:
    try:
        return parse_values(given.value)
    except InvalidValue as error:
        raise InvalidValue(f"{error.message} ({at(given.position)})", field=error.field) from None


def _email(wanted: Sequence[Filter], excluded: Sequence[Filter]) -> str:
    for each in excluded:
        if each.key == "email":
            raise _refused(each, "an address cannot be excluded; omit the minus")
    given = [each for each in wanted if each.key == "email"]
    if given and not given[-1].value:
        raise _refused(given[-1], "it needs an address")
    return given[-1].value if given else ""


def _refused(given: Filter, reason: str) -> InvalidValue:
    return InvalidValue(f"query: {quoted(str(given))} {at(given.position)}: {reason}", field="query")


def _statuses(text: str) -> frozenset[Status]:
    words = text.split(",")
    return frozenset(
        status for word in words for status in (OPEN if word.strip().lower() == "open" else (parse_status(word),))
    )


def _priorities(text: str) -> frozenset[Priority]:
    return frozenset(parse_priority(word) for word in text.split(","))
