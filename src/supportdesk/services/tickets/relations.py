"""Relations between tickets: merged into one another, and linked."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

from supportdesk.domain.errors import Conflict, InvalidValue, NotAllowed
from supportdesk.domain.journal import EntryKind
from supportdesk.domain.ticket import Ticket
from supportdesk.services.context import Context
from supportdesk.services.journal_entries import write_entry
from supportdesk.services.tickets import changes as ticket_changes
from supportdesk.services.tickets.service import Tickets, Updated
from supportdesk.storage import merges
from supportdesk.storage.tickets import queries as tickets
from supportdesk.storage.tickets import saving

MERGE_LIMIT = 500
"""Tickets that are merged at once."""


@dataclass(frozen=True, slots=True)
class Related:
    """The numbers of the tickets that were merged into a ticket, and of those that are linked to it."""

    merged: tuple[int, ...]
    linked: tuple[int, ...]


class Relations:
    """Use cases on tickets that belong together."""

    def __init__(self, context: Context, tickets: Tickets) -> None:
        self._context = context
        self._database = context.database
        self._tickets = tickets

    def of(self, reference: str) -> Related:
        """Return what belongs to a ticket."""
        ticket = self._tickets.get(reference)
        merged = sorted(tickets.merged_into(self._database, ticket.number))
        return Related(tuple(merged), tuple(merges.linked(self._database, ticket.number)))

    def merge(self, references: Sequence[str], into: str) -> Updated:
        """Merge all the tickets named into another one, or none; nobody is mailed.

        Their messages and mail are shown there, and what comes in for them goes there, until `unmerge`. Return the
        ticket that continues them. Raises `NotFound`, `AmbiguousReference`, and `NotAllowed` when one is deleted or
        merged already, or would be merged into itself.
        """
        if len(references) > MERGE_LIMIT:
            raise InvalidValue(f"refs: up to {MERGE_LIMIT} tickets can be merged at once", field="refs")
        with self._database.writing():
            named, target = self._tickets.get(into), self._tickets.get_continuing(into)
            ticket_changes.check_not_deleted(target)
            sources = self._tickets.get_all(references)
            entry: int | None = None
            for ticket in sources.values():
                ticket_changes.check_not_deleted(ticket)
                if ticket.number == target.number != named.number:
                    raise NotAllowed(
                        f"#{ticket.number} cannot be merged into #{named.number}, which is merged into it", field="into"
                    )
                entry = set_merged(self._context, ticket, target.number, entry=entry)
            update_awaiting(self._context, {target.number})
        return Updated([target], frozenset(sources))

    def unmerge(self, references: Sequence[str]) -> Updated:
        """Take all the tickets named out of the one they were merged into, or none, with what was theirs.

        What came in or was said since stays where it was said. Raises like `merge`, and `NotAllowed` for a ticket
        that was not merged.
        """
        with self._database.writing():
            sources = self._tickets.get_all(references)
            entry: int | None = None
            for ticket in sources.values():
                if ticket.merged_into is None:
                    raise NotAllowed(f"#{ticket.number} is not merged into another ticket", field="reference")
                entry = set_merged(self._context, ticket, None, entry=entry)
            left = {ticket.merged_into for ticket in sources.values() if ticket.merged_into is not None}
            update_awaiting(self._context, {*left, *sources})
        return Updated([ticket_changes.get_by_number(self._context, number) for number in sources], frozenset(sources))

    def link(self, references: Sequence[str], to: str) -> Updated:
        """Link all the tickets named to another one; raises `NotFound`, and `InvalidValue` for a link to itself."""
        return self._set_linked(references, to, linked=True)

    def unlink(self, references: Sequence[str], to: str) -> Updated:
        """Take the links of all the tickets named to another one away; raises like `link`."""
        return self._set_linked(references, to, linked=False)

    def _set_linked(self, references: Sequence[str], to: str, *, linked: bool) -> Updated:
        with self._database.writing():
            other = self._tickets.get(to)
            sources = self._tickets.get_all(references)
            entry: int | None = None
            changed: set[int] = set()
            for ticket in sources.values():
                if ticket.number == other.number:
                    raise InvalidValue(f"to: #{other.number} cannot be linked to itself", field="to")
                if set_linked(self._context, ticket, other, linked=linked):
                    changed.add(ticket.number)
                    entry = write_link(self._context, ticket, other, linked=linked, entry=entry)
            updated = self._tickets.ask_updated(sources, changed)
        return updated()


def set_merged(
    context: Context, ticket: Ticket, into: int | None, *, entry: int | None = None, undoes: int | None = None
) -> int:
    """Merge a ticket into another one, or take it out, inside the caller's transaction; return the journal change.

    The caller calls `update_awaiting` afterwards. Raises `NotAllowed` when it would be merged into itself, `Conflict`
    when it has moved on.
    """
    if into is not None and merges.target_of(context.database, into) == ticket.number:
        what = "itself" if into == ticket.number else f"#{into}, which is merged into it"
        raise NotAllowed(f"#{ticket.number} cannot be merged into {what}", field="into")
    if not saving.set_merged(context.database, ticket, into, context.now()):
        raise Conflict(f"#{ticket.number} was changed by somebody else; nothing was saved")
    place = ticket_changes.get_by_number(context, merges.target_of(context.database, ticket.number))
    merges.move_events(context.database, ticket.id, place.id)
    before, after = _side(ticket.merged_into), _side(into)
    entry = write_entry(context, EntryKind.TICKET_MERGED, ticket, before, after, undoes=undoes, change=entry)
    other = ticket_changes.get_by_number(context, into or ticket.merged_into or 0)
    part = {"ticket": str(ticket.number)}
    sides = ({}, part) if into is not None else (part, {})
    return write_entry(context, EntryKind.TICKET_TOOK_IN, other, *sides, undoes=undoes, change=entry)


def update_awaiting(context: Context, numbers: Set[int]) -> None:
    """Store who is awaited in tickets, or in those that continue them, inside the caller's transaction."""
    for number in {merges.target_of(context.database, each) for each in numbers}:
        merges.update_awaiting(context.database, ticket_changes.get_by_number(context, number).id)


def set_linked(context: Context, ticket: Ticket, other: Ticket, *, linked: bool) -> bool:
    """Link two tickets or not, inside the caller's transaction; return whether that is new."""
    change = merges.link if linked else merges.unlink
    return change(context.database, ticket.number, other.number)


def write_link(context: Context, ticket: Ticket, other: Ticket, *, linked: bool, entry: int | None = None) -> int:
    """Append the journal entries of a new link, or of one that was taken away; return their change."""
    for one, two in ((ticket, other), (other, ticket)):
        side = {"ticket": str(two.number)}
        sides = ({}, side) if linked else (side, {})
        entry = write_entry(context, EntryKind.TICKET_LINKED, one, *sides, change=entry)
    return entry or 0


def _side(into: int | None) -> dict[str, str]:
    return {} if into is None else {"merged_into": str(into)}
