"""The same done to many tickets: one transaction, one change in the journal, one undo."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from supportdesk.domain.actions import WAKE, Actions
from supportdesk.domain.address import address_key
from supportdesk.domain.conversation.message import Source
from supportdesk.domain.errors import InvalidValue
from supportdesk.domain.preference import Preference
from supportdesk.domain.snooze import parse_snooze
from supportdesk.domain.ticket import AWAKE, TAGS_LIMIT, Priority, Status, Ticket, TicketChange
from supportdesk.services.context import Context
from supportdesk.services.conversation.canned import CannedReplies
from supportdesk.services.conversation.replying import send_reply
from supportdesk.services.mail.suppressions import reason_not_to_mail
from supportdesk.services.tickets import changes as ticket_changes
from supportdesk.services.tickets.notes import add_note
from supportdesk.services.tickets.service import Tickets, Updated
from supportdesk.storage.preferences import queries as preferences


@dataclass(frozen=True, slots=True)
class Preview:
    """What some actions would do: to how many of how many tickets, and how many requesters would be mailed."""

    actions: Actions
    tickets: int
    changed: int
    mailed: int

    @property
    def summary(self) -> str:
        """The preview in words: `will resolve 37 tickets and mail 21 requesters`."""
        mailed = f"mail {self.mailed:,} requester{'' if self.mailed == 1 else 's'}" if self.mailed else "mail nobody"
        same = f" ({self.tickets - self.changed:,} are so already)" if self.changed < self.tickets else ""
        tickets = f"{self.changed:,} ticket{'' if self.changed == 1 else 's'}{same}"
        return f"will {self.actions.done_to(tickets)} and {mailed}"


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is done to one ticket."""

    ticket: Ticket
    change: TicketChange
    reply: str

    def is_effective(self, actions: Actions) -> bool:
        return bool(self.reply or actions.note or not self.change.is_empty)


class BulkActions:
    """Use cases on many tickets at once."""

    def __init__(self, context: Context, tickets: Tickets, canned: CannedReplies) -> None:
        self._context = context
        self._database = context.database
        self._tickets = tickets
        self._canned = canned

    def preview(self, references: Sequence[str], actions: Actions, *, take: bool = False) -> Preview:
        """Return what `run` would do, with the errors that it would raise; changes nothing."""
        with self._database.reading():
            plans = self._plans(self._tickets.get_all(references).values(), actions, take=take)
            effective = [plan for plan in plans if plan.is_effective(actions)]
            mailed = {
                address_key(plan.ticket.contact_email): plan.ticket.contact_email
                for plan in effective
                if plan.reply or plan.change.status is not None
            }
            reached = sum(self._is_reached(address, answered=actions.is_answer) for address in mailed.values())
        return Preview(actions, len(plans), len(effective), reached)

    def run(
        self, references: Sequence[str], actions: Actions, *, take: bool = False, source: Source = Source.COMMAND
    ) -> Updated:
        """Do the same to all the tickets named, or to none: one change, which one undo takes back.

        Who answers a ticket that nobody owns owns it. Raises `NotFound`, `AmbiguousReference`, `InvalidValue` for an
        empty variable of a reply, and `NotAllowed` when a ticket is deleted, merged, or a colleague's and not meant to
        be taken (`take`).
        """
        with self._database.writing():
            found = self._tickets.get_all(references)
            plans = self._plans(found.values(), actions, take=take)
            entry: int | None = None
            changed: set[int] = set()
            for plan in plans:
                if plan.is_effective(actions):
                    changed.add(plan.ticket.number)
                    found[plan.ticket.number], entry = self._apply(plan, actions, entry, source)
            updated = self._tickets.ask_updated(found, changed)
        return updated()

    def _apply(self, plan: _Plan, actions: Actions, entry: int | None, source: Source) -> tuple[Ticket, int | None]:
        ticket = plan.ticket
        if plan.reply:
            to = (ticket.contact_email,)
            _, entry = send_reply(self._context, ticket, plan.reply, to=to, source=source, entry=entry)
        if actions.note:
            _, entry = add_note(self._context, ticket, actions.note, source=source, entry=entry)
        if not plan.change.is_empty:
            # The reply itself tells the requester.
            ticket, entry = ticket_changes.apply(self._context, ticket, plan.change, entry=entry, mailed=not plan.reply)
        return ticket, entry

    def _plans(self, found: Iterable[Ticket], actions: Actions, *, take: bool) -> list[_Plan]:
        wanted = TicketChange(
            status=Status(actions.status) if actions.status else None,
            priority=Priority(actions.priority) if actions.priority else None,
            owner=self._tickets.resolve_owner(actions.owner) if actions.owner else None,
            snoozed_until=self._snoozed_until(actions.snooze) if actions.snooze else None,
        )
        return [self._plan(ticket, actions, wanted, take=take) for ticket in found]

    def _plan(self, ticket: Ticket, actions: Actions, wanted: TicketChange, *, take: bool) -> _Plan:
        ticket_changes.check_not_deleted(ticket)
        reply = self._canned.fill(actions.canned, ticket) if actions.canned else ""
        reply = reply or (self._canned.fill_text(actions.reply, ticket) if actions.reply else "")
        answered = reply and not ticket.owner and wanted.owner is None
        change = replace(
            wanted,
            owner=self._context.actor if answered else wanted.owner,
            tags=self._tags(ticket, actions) if actions.tags else None,
        ).differing_from(ticket)
        if change.owner is not None and not take:
            self._tickets.check_may_take(ticket)
        return _Plan(ticket, change, reply)

    def _tags(self, ticket: Ticket, actions: Actions) -> tuple[str, ...]:
        tags = tuple(sorted({*ticket.tags, *actions.added_tags} - actions.removed_tags))
        if len(tags) > TAGS_LIMIT:
            raise InvalidValue(f"tags: #{ticket.number} can have up to {TAGS_LIMIT}", field="tags")
        return tags

    def _snoozed_until(self, when: str) -> datetime:
        return AWAKE if when == WAKE else parse_snooze(when, self._context.now())

    def _is_reached(self, address: str, *, answered: bool) -> bool:
        preference = preferences.find(self._database, address) or Preference(address)
        held = "" if answered else preference.held_because
        return not (held or reason_not_to_mail(self._context, address))
