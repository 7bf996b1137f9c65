"""The search language of tickets: `status:new priority:high email:ann@example.com refund -"gift card"`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from supportdesk.domain.errors import invalid, one_of
from supportdesk.domain.moment import to_text
from supportdesk.domain.page import RowKey
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

QUERY_LIMIT = 1_000


class Order(StrEnum):
    """How a list of tickets is sorted."""

    QUEUE = "queue"
    NEWEST = "newest"
    UPDATED = "updated"


@dataclass(frozen=True, slots=True)
class TicketQuery:
    """Which tickets, in which order. Empty sets do not filter; `text` is for the full-text index.

    Hits of a text search come newest first, whatever the `order`. With `typing`, the last word of `text`
    also matches words that only begin with it. `number` is that of the only ticket which is meant.
    """

    text: str = ""
    statuses: frozenset[Status] = frozenset()
    priorities: frozenset[Priority] = frozenset()
    email: str = ""
    order: Order = Order.QUEUE
    typing: bool = False
    number: int | None = None

    @property
    def is_filtered(self) -> bool:
        """Whether it leaves any ticket out."""
        return bool(self.text or self.statuses or self.priorities or self.email or self.number is not None)

    @property
    def queue_ranks(self) -> frozenset[int]:
        """The ranks in the queue that tickets of these statuses and priorities can have."""
        return frozenset(
            queue_rank(status, priority)
            for status in self.statuses or Status
            for priority in self.priorities or Priority
        )

    def matches_fields(self, ticket: TicketSummary) -> bool:
        """Whether a ticket passes the filters; says nothing about `text`, which only the index knows."""
        return (
            (not self.statuses or ticket.status in self.statuses)
            and (not self.priorities or ticket.priority in self.priorities)
            and self.number in (None, ticket.number)
            and (not self.email or _folded(ticket.contact_email) == _folded(self.email))
        )

    def sort_key(self, ticket: TicketSummary) -> RowKey:
        """The place of a ticket in this list."""
        if self.text:
            return (ticket.number,)
        if self.order is Order.QUEUE:
            return (queue_rank(ticket.status, ticket.priority), to_text(ticket.created_at), ticket.number)
        moment = ticket.created_at if self.order is Order.NEWEST else ticket.updated_at
        return (to_text(moment), ticket.number)

    @property
    def descending(self) -> bool:
        """Whether keys fall from the first row to the last."""
        return bool(self.text) or self.order is not Order.QUEUE

    def __str__(self) -> str:
        """The query as somebody would type it."""
        words = []
        if self.statuses == frozenset(OPEN):
            words.append("status:open")
        else:
            words += [f"status:{status}" for status in Status if status in self.statuses]
        words += [f"priority:{priority}" for priority in Priority if priority in self.priorities]
        words += [f"email:{self.email}"] if self.email else []
        words += [f"#{self.number}"] if self.number is not None else []
        return " ".join([*words, self.text] if self.text else words)


def _folded(address: str) -> bytes:
    # As the table compares: only ASCII letters are the same in both cases.
    return address.encode().lower()


# A phrase is matched first, and as a whole: what looks like a filter in it is text.
_FILTER = re.compile(r'"[^"]*"|(?<!\S)(?P<name>status|priority|email):(?P<value>\S+)', re.IGNORECASE)

_NUMBER = re.compile(r"#([0-9]{1,15})")


def parse_query(text: str, *, order: str = Order.QUEUE, typing: bool = False) -> TicketQuery:
    """Reads what somebody typed to search; raises `InvalidValue` for a filter value that is not allowed.

    `status:` and `priority:` filter (commas or repeats widen, `status:open` is both open ones), and so does
    `email:` (the last one counts); everything else is text: words, "phrases", -word, word*, OR. `#17` instead of
    a text is the ticket of that number.
    """
    line = clean_line(text)
    if len(line) > QUERY_LIMIT:
        raise invalid("query", line, f"it can have up to {QUERY_LIMIT:,} characters")
    statuses: set[Status] = set()
    priorities: set[Priority] = set()
    email = ""
    for found in _FILTER.finditer(line):
        match (found["name"] or "").lower():
            case "status":
                statuses |= _statuses(found["value"])
            case "priority":
                priorities |= _priorities(found["value"])
            case "email":
                email = found["value"]
    text = clean_line(_FILTER.sub(lambda found: " " if found["name"] else found[0], line))
    named = _NUMBER.fullmatch(text)
    return TicketQuery(
        text="" if named else text,
        statuses=frozenset(statuses),
        priorities=frozenset(priorities),
        email=email,
        order=parse_order(order),
        typing=typing,
        number=int(named[1]) if named else None,
    )


def parse_order(text: str) -> Order:
    """An order from outside; raises `InvalidValue` that names the allowed ones."""
    try:
        return Order(text)
    except ValueError:
        raise invalid("order", text, one_of(Order)) from None


def narrowed(query: TicketQuery, *, status: str = "", priority: str = "", email: str = "") -> TicketQuery:
    """The query with these filters instead of its own, where given; raises `InvalidValue`."""
    return replace(
        query,
        statuses=_statuses(status) if status else query.statuses,
        priorities=_priorities(priority) if priority else query.priorities,
        email=clean_line(email) or query.email,
    )


def _statuses(text: str) -> frozenset[Status]:
    words = text.split(",")
    return frozenset(
        status for word in words for status in (OPEN if word.strip().lower() == "open" else (parse_status(word),))
    )


def _priorities(text: str) -> frozenset[Priority]:
    return frozenset(parse_priority(word) for word in text.split(","))
