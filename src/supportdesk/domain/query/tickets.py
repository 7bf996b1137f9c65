"""Queries of tickets: `status:new prio:high from:acme.com refund -"gift card"`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from supportdesk.domain.errors import invalid, one_of
from supportdesk.domain.moment import to_text
from supportdesk.domain.page import RowKey
from supportdesk.domain.query.tree import (
    And,
    Filter,
    Node,
    Not,
    Or,
    Phrase,
    Word,
    all_of,
    filters_in,
    wanted_filters,
    wanted_texts,
)
from supportdesk.domain.text import clean_line
from supportdesk.domain.ticket import OPEN, Priority, Status, TicketSummary, queue_rank

Value = TypeVar("Value", Status, Priority)


class Order(StrEnum):
    """The order of a list of tickets."""

    QUEUE = "queue"
    NEWEST = "newest"
    UPDATED = "updated"


@dataclass(frozen=True, slots=True)
class TicketQuery:
    """What a list of tickets shows, and its order; `line` is the query as text in its normal form.

    Results of a text search come newest first, whatever the `order`. With `typing`, the last word is a prefix. `since`
    and `until` bound when a ticket was created; `until` itself is not included. `agent` is who asks, and `at` when:
    `owner:me`, `is:unread` and `age:>2d` mean something for them only.
    """

    line: str = ""
    order: Order = Order.QUEUE
    typing: bool = False
    since: datetime | None = None
    until: datetime | None = None
    agent: str = ""
    at: datetime | None = None

    @property
    def tree(self) -> Node | None:
        """Return the syntax tree; None when every ticket is listed."""
        if not self.line:
            return None
        # Lazy import: keeps start-up fast.
        from supportdesk.domain.query.normal_form import tree_of

        return tree_of(self.line, typing=self.typing)

    @property
    def parts(self) -> tuple[Node, ...]:
        """Return what must all match."""
        tree = self.tree
        return tree.nodes if isinstance(tree, And) else () if tree is None else (tree,)

    @property
    def has_words(self) -> bool:
        """Whether words are searched for, in messages or notes."""
        return self.tree is not None and has_words(self.tree)

    @property
    def words(self) -> list[str]:
        """Return how the words begin that are searched for, in any of their forms, without excluded ones."""
        if self.tree is None:
            return []
        # Lazy import: keeps start-up fast.
        from supportdesk.domain.query.marking import common_beginning

        return [common_beginning(word) for text in wanted_texts(self.tree) for word in text.split()]

    @property
    def is_filtered(self) -> bool:
        """Return whether the query leaves any ticket out."""
        return bool(self.line) or self.is_bounded

    @property
    def is_bounded(self) -> bool:
        """Return whether the query is about a period."""
        return self.since is not None or self.until is not None

    @property
    def statuses(self) -> frozenset[Status]:
        """Return the statuses that filters let through; the empty set when there are none of these."""
        return self._allowed("status", Status)

    @property
    def priorities(self) -> frozenset[Priority]:
        """Return the priorities that filters let through; the empty set when there are none of these."""
        return self._allowed("priority", Priority)

    @property
    def is_of_status_and_priority(self) -> bool:
        """Return whether nothing but filters of status and priority leaves tickets out, and they leave some in."""
        keys = [_filter_of(part) for part in self.parts]
        return (
            not self.is_bounded
            and all(each is not None and each.key in ("status", "priority") for each in keys)
            and all(self.names(key) <= bool(allowed) for key, allowed in
                    (("status", self.statuses), ("priority", self.priorities)))
        )  # fmt: skip

    @property
    def queue_ranks(self) -> frozenset[int]:
        """Return the queue ranks that tickets of these statuses and priorities can have."""
        return frozenset(
            queue_rank(status, priority)
            for status in self.statuses or Status
            for priority in self.priorities or Priority
        )

    @property
    def shows_hidden(self) -> bool:
        """Return whether the query asks for tickets that lists leave out: deleted ones, or merged ones."""
        found = wanted_filters(self.tree) if self.tree is not None else ()
        return any(each.key == "is" and each.value in ("deleted", "merged") for each in found)

    def names(self, key: str) -> bool:
        """Return whether a filter of this key is anywhere in the query."""
        return self.tree is not None and any(each.key == key for each in filters_in(self.tree))

    def with_filter(self, key: str, value: str) -> TicketQuery:
        """Return the query with this filter instead of its own of the key; raises `InvalidValue`."""
        # Lazy import: keeps start-up fast.
        from supportdesk.domain.query.filters import read

        parts = replace(self, typing=False).parts
        others = [part for part in parts if (found := _filter_of(part)) is None or found.key != key]
        return replace(self, line=str(all_of([read(Filter(key, value)), *others])), typing=False)

    def sort_key(self, ticket: TicketSummary) -> RowKey:
        """Return the position of a ticket in this list."""
        if self.has_words:
            return (ticket.number,)
        if self.order is Order.QUEUE:
            return (queue_rank(ticket.status, ticket.priority), to_text(ticket.created_at), ticket.number)
        moment = ticket.created_at if self.order is Order.NEWEST else ticket.updated_at
        return (to_text(moment), ticket.number)

    @property
    def descending(self) -> bool:
        """Return whether keys decrease from the first row to the last."""
        return self.order is not Order.QUEUE or self.has_words

    def __str__(self) -> str:
        """Return the query as text that parses to the same query."""
        return self.line

    def _allowed(self, key: str, kinds: type[Value]) -> frozenset[Value]:
        allowed: frozenset[Value] | None = None
        for part in self.parts:
            found = _filter_of(part)
            if found is not None and found.key == key:
                # In the normal form, `open` is the only short word.
                named = found.value.replace("open", ",".join(OPEN)).split(",")
                values = frozenset(map(kinds, named))
                values = frozenset(kinds) - values if isinstance(part, Not) else values
                allowed = values if allowed is None else allowed & values
        return allowed or frozenset()


def parse_query(text: str, *, order: str = Order.QUEUE, typing: bool = False) -> TicketQuery:
    """Return the query that a text means.

    `supportdesk help query` describes the language: words, "phrases", -word, word*, OR, (brackets), #17, and the
    filters of `filters.FILTERS`. Raises `QueryError`, which names the place and what is allowed.
    """
    line = clean_line(text)
    if line:
        # Lazy import: keeps start-up fast.
        from supportdesk.domain.query.normal_form import normal_line

        line = normal_line(line, typing=typing)
    return TicketQuery(line, order=parse_order(order), typing=typing)


def parse_order(text: str) -> Order:
    """Return the order that a text names; raises `InvalidValue` that lists the allowed ones."""
    try:
        return Order(text)
    except ValueError:
        raise invalid("order", text, one_of(Order)) from None


def has_words(node: Node) -> bool:
    """Return whether a tree has words, of messages or notes."""
    match node:
        case Word() | Phrase():
            return True
        case Filter(key, _):
            return key == "note"
        case Not(inner):
            return has_words(inner)
        case And(nodes) | Or(nodes):
            return any(map(has_words, nodes))


def _filter_of(node: Node) -> Filter | None:
    inner = node.node if isinstance(node, Not) else node
    return inner if isinstance(inner, Filter) else None
