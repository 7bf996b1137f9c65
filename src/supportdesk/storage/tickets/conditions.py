"""The conditions of ticket queries in SQL: a function for each filter of `domain.query.filters`."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import reduce
from typing import TYPE_CHECKING

from peewee import SQL, Expression, Field, NodeList, fn

from supportdesk.domain.address import address_key
from supportdesk.domain.moment import to_text
from supportdesk.domain.query import TicketQuery, filters, times
from supportdesk.domain.query.tree import And, Filter, Node, Not, Or, Phrase, Word, all_of, any_of, has_filters
from supportdesk.domain.ticket import LONGEST_SNOOZE, RESOLVED_RANK
from supportdesk.storage.database import Database
from supportdesk.storage.tables import HIDDEN, TicketMarkRow, TicketRow, TicketTagRow

if TYPE_CHECKING:
    from peewee import ColumnBase as Sql
    from peewee import Node as Column

FEW = 500
"""Tickets that are looked up one by one and sorted."""
LAST = "\U0010ffff"
"""Sorts after every text that begins with the one before it."""


class Conditions:
    """Turns the tree of one query into conditions."""

    def __init__(self, database: Database, query: TicketQuery) -> None:
        self._database = database
        self._agent = query.agent
        self._at = query.at or database.now()
        # In other orders than the queue's, that order's own index must serve: everything that an index on the column
        # finds would be sorted. With words, the text index finds the rows.
        self._hides = query.has_words or query.order != "queue"

    def of(self, node: Node) -> Sql:
        """Return the condition of a tree with filters."""
        if not has_filters(node):
            return self._database.engine.tickets.matching(TicketRow.number, node).as_condition()
        match node:
            case Filter(key, value):
                return _CONDITIONS[key](self, value)
            case Not(inner):
                opposite: Sql = ~self.of(inner)
                return opposite
            case And(nodes):
                return reduce(operator.and_, map(self.of, _with_words_together(nodes, all_of)))
            case Or(nodes):
                return reduce(operator.or_, map(self.of, _with_words_together(nodes, any_of)))
        raise ValueError(f"no condition: {node}")

    def rarest(self, parts: Sequence[Node]) -> list[int] | None:
        """Return the numbers of the tickets that the rarest of some filters finds; None where none finds only few.

        The planner knows neither how many tickets a filter finds nor that they are sorted faster than the whole list
        is walked through.
        """
        found = [self._few(part) for part in parts if isinstance(part, Filter) and _may_be_rare(part)]
        return min((numbers for numbers in found if len(numbers) <= FEW), key=len, default=None)

    def _few(self, given: Filter) -> list[int]:
        select = TicketRow.select(TicketRow.number).where(self.of(given)).limit(FEW + 1)
        return [int(number) for (number,) in self._database.rows(select)]

    def column(self, column: Field) -> Column:
        """Return a column in the form that leaves finding rows to the index of the list's order."""
        return self._database.engine.hidden(column) if self._hides else column

    def status(self, value: str) -> Sql:
        """Return whether a ticket has one of these statuses."""
        return Expression(self.column(TicketRow.status), "IN", sorted(filters.statuses(value)))

    def priority(self, value: str) -> Sql:
        """Return whether a ticket has one of these priorities."""
        return Expression(self.column(TicketRow.priority), "IN", sorted(filters.priorities(value)))

    def requester(self, value: str) -> Sql:
        """Return whether a ticket is of a requester: an address, all of a domain, or how an address begins."""
        return reduce(operator.or_, map(self._requester, filters.split(value)))

    def _requester(self, value: str) -> Sql:
        key, domain = address_key(value), address_key(value.removeprefix("@"))
        if "@" in value[1:]:
            # The table's key has lower case for ASCII only.
            return TicketRow.contact_key << sorted({key, value.encode().lower().decode()})
        if value.startswith("@") or self._is_domain(domain):
            return TicketRow.contact_domain == domain
        return TicketRow.contact_key.between(key, key + LAST)

    def _is_domain(self, value: str) -> bool:
        return "." in value and bool(
            self._database.sql("SELECT 1 FROM tickets WHERE contact_domain = ? LIMIT 1", (value,))
        )

    def owner(self, value: str) -> Sql:
        """Return whether a ticket is owned by one of these agents."""
        names = [name for word in filters.split(value) for name in self._owners(word)]
        owned = TicketRow.owner << names
        # Says that the index of owned tickets can serve.
        return owned if "" in names else owned & (TicketRow.owner != "")

    def _owners(self, word: str) -> list[str]:
        """Return the names that a word means: `me`, `none`, or a name in any case of letters."""
        if word in ("me", "none"):
            return [self._agent if word == "me" else ""]
        owners = self._database.sql("SELECT agent FROM queue_counts WHERE queue = 'owner'")
        return [word, *(name for (name,) in owners if name.casefold() == word.casefold())]

    def tag(self, value: str) -> Sql:
        """Return whether a ticket has one of these tags."""
        words = filters.split(value)
        tagged = TicketTagRow.select(TicketTagRow.number).where(reduce(operator.or_, map(_tagged, words)))
        if value.endswith("*") and len(words) == 1 and len(self._database.rows(tagged.limit(FEW + 1))) > FEW:
            # Many tickets: the list is walked through, and each ticket asked.
            return TicketRow.tags.startswith(value[:-1]) | TicketRow.tags.contains(f" {value[:-1]}")
        return TicketRow.number << tagged

    def awaiting(self, value: str) -> Sql:
        """Return whether an open ticket waits for one of these sides."""
        return (TicketRow.awaiting << filters.split(value)) & (TicketRow.queue_rank < RESOLVED_RANK)

    def flag(self, value: str) -> Sql:
        """Return whether a ticket is unread, snoozed and so on."""
        return _FLAGS[value](self)

    def unread(self) -> Sql:
        """Return whether a word in an open ticket, or the failure of a reply, was not seen by the agent."""
        marks = TicketMarkRow.select(TicketMarkRow.seen).where(
            (TicketMarkRow.agent == self._agent) & (TicketMarkRow.number == TicketRow.number)
        )
        unseen = (TicketRow.last_word > 0) & (TicketRow.last_word > fn.COALESCE(marks, 0))
        return (unseen & (TicketRow.queue_rank < RESOLVED_RANK)) | self._of_agent("failed_replies")

    def mentioned(self) -> Sql:
        """Return whether a note mentions the agent, who has not seen it."""
        return self._of_agent("mentions")

    def _of_agent(self, table: str) -> Sql:
        unseen = f"(SELECT ticket_id FROM {table} WHERE agent = ? AND seen_at IS NULL)"
        return Expression(TicketRow.id, "IN", SQL(unseen, (self._agent,)))

    def snoozed(self) -> Sql:
        """Return whether a ticket waits for its time."""
        until, latest = TicketRow.snoozed_until, to_text(self._at + LONGEST_SNOOZE)
        return until.is_null(False) & (until > to_text(self._at)) & (until <= latest)

    def failed(self) -> Sql:
        """Return whether mail of a ticket failed and nobody has dealt with it."""
        # Not a parameter: only so the index of these tickets serves.
        return TicketRow.mail_failed == SQL("1")

    def deleted(self) -> Sql:
        """Return whether a ticket was deleted."""
        gone = TicketRow.deleted_at.is_null(False) & (TicketRow.deleted_at != HIDDEN)
        return gone & TicketRow.merged_into.is_null()

    def merged(self) -> Sql:
        """Return whether a ticket was merged into another one."""
        return TicketRow.merged_into.is_null(False)

    def part(self, value: str) -> Sql:
        """Return whether a ticket has an attachment, a note and so on."""
        match value:
            case "tag":
                return TicketRow.tags != ""
            case "owner":
                return TicketRow.owner != ""
            case "attachment":
                return TicketRow.id << SQL("(SELECT ticket_id FROM attachments)")
        said = SQL("AND kind = ? AND removed_at IS NULL)", (value,))
        return NodeList((SQL("EXISTS (SELECT 1 FROM messages WHERE ticket_id ="), TicketRow.id, said))

    def age(self, value: str) -> Sql:
        """Return whether a ticket has such an age."""
        return self.bounded(TicketRow.created_at, times.age_bounds("age", value, self._at))

    def created(self, value: str) -> Sql:
        """Return whether a ticket was created in such a period."""
        return self.bounded(TicketRow.created_at, times.bounds("created", value, self._at))

    def updated(self, value: str) -> Sql:
        """Return whether a ticket changed last in such a period."""
        return self.bounded(TicketRow.updated_at, times.bounds("updated", value, self._at))

    def bounded(self, column: Field, bounds: tuple[datetime | None, datetime | None]) -> Sql:
        """Return whether a time is in a period, which has one bound at least."""
        since, until = bounds
        after = [] if since is None else [column >= to_text(since)]
        before = [] if until is None else [column < to_text(until)]
        return reduce(operator.and_, [*after, *before])

    def note(self, value: str) -> Sql:
        """Return whether a note of a ticket has a word or a phrase."""
        text = value.rstrip("*")
        leaf = Phrase(text, text != value) if len(text.split()) > 1 else Word(text, text != value)
        return self._database.engine.tickets.noted(TicketRow.number, leaf)

    def number(self, value: str) -> Sql:
        """Return whether a ticket has this number."""
        return TicketRow.number == int(value)


_CONDITIONS: Mapping[str, Callable[[Conditions, str], Sql]] = {
    "status": Conditions.status,
    "priority": Conditions.priority,
    "from": Conditions.requester,
    "owner": Conditions.owner,
    "tag": Conditions.tag,
    "awaiting": Conditions.awaiting,
    "is": Conditions.flag,
    "has": Conditions.part,
    "age": Conditions.age,
    "created": Conditions.created,
    "updated": Conditions.updated,
    "note": Conditions.note,
    "number": Conditions.number,
}
_FLAGS: Mapping[str, Callable[[Conditions], Sql]] = {
    "unread": Conditions.unread,
    "mentioned": Conditions.mentioned,
    "snoozed": Conditions.snoozed,
    "failed": Conditions.failed,
    "deleted": Conditions.deleted,
    "merged": Conditions.merged,
}


def _may_be_rare(given: Filter) -> bool:
    """Return whether a filter has an index of its own, and may find few tickets."""
    return given.key in ("tag", "from", "age", "created", "updated") or (given.key, given.value) in (
        ("is", "mentioned"),
        ("is", "snoozed"),
        ("is", "failed"),
        ("is", "deleted"),
        ("is", "merged"),
        ("has", "attachment"),
    )


def _with_words_together(nodes: Sequence[Node], combine: Callable[[list[Node]], Node | None]) -> list[Node]:
    """Return nodes with those that are only words in one, for the text index to look up at once."""
    words = combine([node for node in nodes if not has_filters(node)])
    others = [node for node in nodes if has_filters(node)]
    return [*others, *([] if words is None else [words])]


def _tagged(tag: str) -> Sql:
    if tag.endswith("*"):
        return TicketTagRow.tag.between(tag[:-1], tag[:-1] + LAST)
    return TicketTagRow.tag == tag
