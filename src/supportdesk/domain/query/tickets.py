"""Queries of tickets: `status:new prio:high from:acme.com refund -"gift card"`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from supportdesk.domain.errors import InvalidValue, invalid, one_of
from supportdesk.domain.moment import to_text
from supportdesk.domain.page import RowKey
from supportdesk.domain.query import filters
from supportdesk.domain.query.parser import QueryError, at, is_open_phrase, parse, parse_printed
from supportdesk.domain.query.tree import (
    And,
    Filter,
    Node,
    Not,
    Or,
    Phrase,
    Word,
    all_of,
    any_of,
    filters_in,
    negated,
    wanted_filters,
    wanted_texts,
)
from supportdesk.domain.text import clean_line
from supportdesk.domain.ticket import Priority, Status, TicketSummary, queue_rank

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
        return _tree(self.line, typing=self.typing)

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
        """Return the words that are searched for, without excluded ones."""
        texts = wanted_texts(self.tree) if self.tree is not None else ()
        return [word for text in texts for word in text.split()]

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
        return self._allowed("status", filters.statuses, Status)

    @property
    def priorities(self) -> frozenset[Priority]:
        """Return the priorities that filters let through; the empty set when there are none of these."""
        return self._allowed("priority", filters.priorities, Priority)

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
        wanted = filters.read(Filter(key, value))
        parts = _parts(_tree(self.line, typing=False))
        others = [part for part in parts if (found := _filter_of(part)) is None or found.key != key]
        return replace(self, line=str(all_of([wanted, *others])), typing=False)

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

    def _allowed(
        self, key: str, parse_values: Callable[[str], frozenset[Value]], kinds: Iterable[Value]
    ) -> frozenset[Value]:
        allowed: frozenset[Value] | None = None
        for part in self.parts:
            found = _filter_of(part)
            if found is not None and found.key == key:
                values = parse_values(found.value)
                values = frozenset(kinds) - values if isinstance(part, Not) else values
                allowed = values if allowed is None else allowed & values
        return allowed or frozenset()


def parse_query(text: str, *, order: str = Order.QUEUE, typing: bool = False) -> TicketQuery:
    """Return the query that a text means.

    `supportdesk help query` describes the language: words, "phrases", -word, word*, OR, (brackets), #17, and the
    filters of `filters.FILTERS`. Raises `QueryError`, which names the place and what is allowed.
    """
    line = clean_line(text)
    node = parse(line, filters.KEYS)
    shown = "" if node is None else str(_normal(node))
    # While a phrase is typed it stays open, so that its last word can be a prefix.
    if typing and is_open_phrase(line):
        shown = shown.removesuffix('"')
    return TicketQuery(shown, order=parse_order(order), typing=typing)


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


@lru_cache(maxsize=64)
def _tree(line: str, *, typing: bool) -> Node | None:
    node = parse_printed(line, filters.KEYS, typing=typing)
    return None if node is None else _normal(node)


def _parts(tree: Node | None) -> tuple[Node, ...]:
    return tree.nodes if isinstance(tree, And) else () if tree is None else (tree,)


def _filter_of(node: Node) -> Filter | None:
    inner = node.node if isinstance(node, Not) else node
    return inner if isinstance(inner, Filter) else None


_NUMBER = re.compile(r"#[0-9]{1,15}")


def _normal(node: Node) -> Node:
    """Return a tree with the normal form of its filters, and those of one kind beside each other in one."""
    match node:
        case Word(word) if _NUMBER.fullmatch(word):
            return filters.read(Filter("number", word))
        case Filter():
            return _read(node)
        case Not(inner):
            return negated(_normal(inner))
        case And(nodes):
            return all_of(_widened([_normal(inner) for inner in nodes])) or node
        case Or(nodes):
            return any_of([_normal(inner) for inner in nodes]) or node
    return node


def _read(given: Filter) -> Filter:
    try:
        return filters.read(given)
    except InvalidValue as error:
        message = f"{error.message} ({at(given.position)})"
        raise QueryError(message, field=error.field or given.key, position=given.position) from None


def _widened(nodes: list[Node]) -> list[Node]:
    found: list[Node] = []
    for node in nodes:
        same = next((each for each in found if _widens(each, node)), None)
        if same is None:
            found.append(node)
        else:
            assert isinstance(same, Filter)
            assert isinstance(node, Filter)
            found[found.index(same)] = filters.joined(same, node)
    return found


def _widens(one: Node, other: Node) -> bool:
    return (
        isinstance(one, Filter)
        and isinstance(other, Filter)
        and one.key == other.key
        and filters.BY_KEY[one.key].widens
    )
