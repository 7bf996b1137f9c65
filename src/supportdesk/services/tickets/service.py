"""Use cases on tickets: create, change, assign, tag, snooze, delete."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from typing import NamedTuple

from supportdesk.domain.errors import InvalidValue, NotAllowed, invalid
from supportdesk.domain.reference import Reference, parse_reference
from supportdesk.domain.ticket import (
    AWAKE,
    TAGS_LIMIT,
    NewTicket,
    StatusChange,
    Ticket,
    TicketChange,
    TicketSummary,
    parse_tag,
)
from supportdesk.services.references import get_single
from supportdesk.services.tickets import changes as ticket_changes
from supportdesk.services.tickets.lists import TicketLists
from supportdesk.services.tickets.reader import ask_complete, complete
from supportdesk.storage.tickets import marks
from supportdesk.storage.tickets import queries as tickets
from supportdesk.storage.tickets import status_history as history


class Updated(NamedTuple):
    """The result of an update: every ticket named, as it is now, and the numbers of those that changed."""

    tickets: Sequence[Ticket]
    changed: frozenset[int]


class Tickets(TicketLists):
    """What agents do with tickets; `TicketLists` finds them."""

    def create(self, new: NewTicket) -> Ticket:
        """Create a ticket with its first status, its journal entry and the mail to its requester."""
        with self._database.writing():
            created = ticket_changes.create(self._context, new)
            marks.mark_seen(self._database, self._context.actor, [created.number], created.created_at)
        return created

    def similar(self, new: NewTicket) -> list[TicketSummary]:
        """Return the newest tickets of the same requester with a similar title; a duplicate can be merged."""
        # Lazy import: keeps start-up fast.
        from supportdesk.services.tickets.similar import similar_tickets

        return similar_tickets(self._context, new)

    def update(
        self,
        references: Sequence[str],
        change: TicketChange,
        *,
        seen: Mapping[int, int] | None = None,
        take: bool = False,
        merge: bool = False,
    ) -> Updated:
        """Change all the tickets named, or none.

        `seen` maps numbers to the versions the caller has on screen; with `merge`, what was changed since then may stay
        where it is in other fields than these. Notes for a ticket that has the rest already are
        an internal note by themselves. Raises `NotFound`, `AmbiguousReference`, `Conflict` when one was changed since
        it was seen, `NotAllowed` when one is deleted, or owned by a colleague and not meant to be taken (`take`).
        """
        with self._database.writing():
            found = self.get_all(references, seen, change if merge else None)
            updated = self._update_all(found, change, take=take)
        return updated()

    def _update_all(self, found: dict[int, Ticket], change: TicketChange, *, take: bool) -> Callable[[], Updated]:
        entry: int | None = None
        changed: set[int] = set()
        for ticket in list(found.values()):
            effective = change.differing_from(ticket)
            if effective.owner is not None and not take:
                self.check_may_take(ticket)
            if not effective.is_empty:
                found[ticket.number], entry = ticket_changes.apply(self._context, ticket, effective, entry=entry)
                changed.add(ticket.number)
            elif change.notes:
                # Lazy import: keeps start-up fast.
                from supportdesk.services.tickets.notes import add_note

                _, entry = add_note(self._context, ticket, change.notes, entry=entry)
        return self.ask_updated(found, changed)

    def check_may_take(self, ticket: Ticket) -> None:
        """Raise `NotAllowed` for a ticket that a colleague owns."""
        if ticket.owner not in ("", self._context.actor):
            raise NotAllowed(
                f"#{ticket.number} is {ticket.owner}'s; nothing was saved, pass --take to take it", field="take"
            )

    def assign(
        self,
        references: Sequence[str],
        owner: str,
        *,
        take: bool = False,
        seen: Mapping[int, int] | None = None,
    ) -> Updated:
        """Give all the tickets named to an agent (`me`, `none`, a name), or none of them.

        Raises like `update`, and `InvalidValue` for a name that nobody has here.
        """
        return self.update(references, TicketChange(owner=self.resolve_owner(owner)), take=take, seen=seen)

    def hand_over(self, name: str, to: str = "none") -> Updated:
        """Give all open tickets of an agent to nobody, or to a colleague, as one change; raises `InvalidValue`."""
        owner, new = self.resolve_owner(name), self.resolve_owner(to)
        if not owner or owner == new:
            raise invalid("to", to, f"it must be none, or an agent other than {owner or 'nobody'}")
        with self._database.writing():
            owned = {each.number: each for each in tickets.open_of(self._database, owner)}
            updated = self._update_all(owned, TicketChange(owner=new), take=True)
        return updated()

    def resolve_owner(self, text: str) -> str:
        """Return the name of the agent that somebody means; empty for `none`. Raises `InvalidValue`."""
        # Lazy import: keeps start-up fast.
        from supportdesk.services.agents import resolve_agent

        return resolve_agent(self._context, text)

    def tag(self, references: Sequence[str], add: Iterable[str], remove: Iterable[str]) -> Updated:
        """Add tags to all the tickets named and remove others, or change none of them.

        Raises `NotFound`, `AmbiguousReference`, `InvalidValue` for a bad tag and for too many, `NotAllowed` when a
        ticket is deleted.
        """
        added, removed = set(map(parse_tag, add)), set(map(parse_tag, remove))
        with self._database.writing():
            updated = self.tag_all(self.get_all(references), added, removed)
        return updated()

    def tag_all(self, found: dict[int, Ticket], added: Set[str], removed: Set[str]) -> Callable[[], Updated]:
        """Tag tickets, by their numbers, inside the caller's transaction; return what gives the result of `tag`."""
        entry: int | None = None
        changed: set[int] = set()
        for ticket in list(found.values()):
            tags = tuple(sorted({*ticket.tags, *added} - removed))
            if len(tags) > TAGS_LIMIT:
                raise InvalidValue(f"tags: #{ticket.number} can have up to {TAGS_LIMIT}", field="tags")
            if tags != ticket.tags:
                change = TicketChange(tags=tags)
                found[ticket.number], entry = ticket_changes.apply(self._context, ticket, change, entry=entry)
                changed.add(ticket.number)
        return self.ask_updated(found, changed)

    def snooze(self, references: Sequence[str], until: str, *, seen: Mapping[int, int] | None = None) -> Updated:
        """Snooze all the tickets named until a time as people write it, or none of them.

        They wake by themselves then, and when a requester writes. Raises like `update`, and `InvalidValue` for a time
        that cannot be read, is past, or is more than a year ahead.
        """
        # Lazy import: keeps start-up fast.
        from supportdesk.domain.snooze import parse_snooze

        change = TicketChange(snoozed_until=parse_snooze(until, self._context.now()))
        return self.update(references, change, seen=seen)

    def wake(self, references: Sequence[str]) -> Updated:
        """Wake all the tickets named, or none of them. Raises like `update`."""
        return self.update(references, TicketChange(snoozed_until=AWAKE))

    def resolve_again(self, references: Sequence[str]) -> Updated:
        """Resolve tickets again that somebody's word has reopened, all of them or none; nobody is mailed.

        Raises like `update`, and `NotAllowed` for an open ticket that was never resolved.
        """
        # Lazy import: keeps start-up fast.
        from supportdesk.services.tickets.reopening import resolve_again

        with self._database.writing():
            found = self.get_all(references)
            changed = resolve_again(self._context, found)
            updated = self.ask_updated(found, changed)
        return updated()

    def delete(self, references: Sequence[str], *, seen: Mapping[int, int] | None = None) -> Updated:
        """Delete all the tickets named, or none; they are kept, and `undelete` restores them. Raises like `update`."""
        return self._set_deleted(references, seen, deleted=True)

    def undelete(self, references: Sequence[str]) -> Updated:
        """Restore all the deleted tickets named, or none. Raises like `update`."""
        return self._set_deleted(references, None, deleted=False)

    def _set_deleted(self, references: Sequence[str], seen: Mapping[int, int] | None, *, deleted: bool) -> Updated:
        with self._database.writing():
            found = self.get_all(references, seen)
            entry: int | None = None
            changed = {number for number, ticket in found.items() if (ticket.deleted_at is not None) is not deleted}
            for number in changed:
                found[number], entry = ticket_changes.set_deleted(
                    self._context, found[number], deleted=deleted, entry=entry
                )
            updated = self.ask_updated(found, changed)
        return updated()

    def ask_updated(self, found: Mapping[int, Ticket], changed: Iterable[int]) -> Callable[[], Updated]:
        """Return what gives the result of a change: asked inside its transaction, taken after it, like `Database.ask`.

        The turn of others comes sooner.
        """
        tickets, numbers = ask_complete(self._context, list(found.values())), frozenset(changed)
        return lambda: Updated(tickets(), numbers)

    def get_all(
        self, references: Sequence[str], seen: Mapping[int, int] | None = None, change: TicketChange | None = None
    ) -> dict[int, Ticket]:
        """Return the tickets that references name, by number, without who takes part and what is unread.

        Raises like `get`, and `Conflict` like `update`.
        """
        wanted = [parse_reference(each) for each in dict.fromkeys(references)]
        numbers = [each.number for each in wanted if each.number is not None]
        known = {ticket.number: ticket for ticket in tickets.whole_by_numbers(self._database, numbers)}
        found = {
            ticket.number: ticket for each in wanted for ticket in [known.get(each.number or 0) or self._find(each)]
        }
        for number, ticket in found.items():
            version = (seen or {}).get(number, ticket.version)
            if version != ticket.version:
                # Lazy import: keeps start-up fast.
                from supportdesk.services.tickets.conflicts import check_changes

                check_changes(self._context, ticket, version, change)
        return found

    def get(self, reference: str) -> Ticket:
        """Return the ticket that a reference names; raises `NotFound` or `AmbiguousReference`."""
        return complete(self._context, [self._find(parse_reference(reference))])[0]

    def _find(self, wanted: Reference) -> Ticket:
        return get_single(self._context, tickets.find(self._database, wanted), wanted, "ticket")

    def get_continuing(self, reference: str) -> Ticket:
        """Return the ticket that a reference names, or the one that it was merged into at last; raises like `get`.

        Without who takes part and what is unread.
        """
        ticket = self._find(parse_reference(reference))
        if ticket.merged_into is None:
            return ticket
        # Lazy import: keeps start-up fast.
        from supportdesk.storage import merges

        return ticket_changes.get_by_number(self._context, merges.target_of(self._database, ticket.number))

    def history(self, reference: str) -> list[StatusChange]:
        """Return the status changes of a ticket and of those that were merged into it, oldest first."""
        # Lazy import: keeps start-up fast.
        from supportdesk.storage import merges

        return history.of_tickets(self._database, merges.members(self._database, self.get(reference).id))
