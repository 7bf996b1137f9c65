"""The journal service: history of the desk, and undo."""

from __future__ import annotations

from dataclasses import dataclass

from supportdesk.domain.errors import Conflict, NotAllowed
from supportdesk.domain.journal import Entry, EntryKind
from supportdesk.domain.page import Count, RowKey, Seek
from supportdesk.domain.reference import Reference
from supportdesk.domain.ticket import Ticket, TicketChange
from supportdesk.services.context import Context
from supportdesk.services.tickets import changes as ticket_changes
from supportdesk.storage import journal
from supportdesk.storage.tickets import queries as tickets

_IRREVERSIBLE = {
    EntryKind.PREFERENCES_IMPORTED: "imported preferences",
    EntryKind.NOTIFICATION_RETRIED: "had a mail sent again",
}


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back: the entries of the change, newest first, and its tickets as they are now."""

    entries: list[Entry]
    tickets: list[Ticket]


class Journal:
    """Use cases on the journal."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._database = context.database

    def last_seq(self) -> int:
        """The seq of the newest entry."""
        return journal.last_seq(self._database)

    def after(self, seq: int, limit: int = 1_000) -> list[Entry]:
        """Up to `limit` entries after `seq`, oldest first."""
        return journal.after(self._database, seq, limit)

    def page(self, seek: Seek, limit: int) -> list[Entry]:
        """Up to `limit` entries, newest first."""
        return journal.page(self._database, seek, limit)

    def count(self) -> Count:
        """How many entries there are; nothing is ever removed, so the last seq says it."""
        return Count(self.last_seq())

    def position(self, key: RowKey) -> int:
        """How many entries stand before this one, newest first."""
        return self.last_seq() - int(key[0])

    def undo(self) -> Undone:
        """Takes the actor's last change back by its inverse; history keeps both.

        Mail about the change that has not left yet is withdrawn, and nobody is told of the change and its undo.
        All of it goes back or nothing does. Raises `NotAllowed` when there is nothing to undo or it cannot be
        undone, `Conflict` when somebody has changed the same fields since.
        """
        with self._database.writing():
            change = journal.last_change(self._database, self._context.actor)
            if change is None:
                raise NotAllowed("there is no change of yours to undo")
            entries = journal.of_change(self._database, change)[::-1]
            return Undone(entries, self._take_back(change, entries))

    def _take_back(self, change: int, entries: list[Entry]) -> list[Ticket]:
        entry: int | None = None
        restored = []
        # Imported here: who only looks at the history need not pay for mail.
        from supportdesk.services.mail import outbox

        untold = outbox.withdraw(self._context, change)
        for done in entries:
            if done.kind is EntryKind.TICKETS_IMPORTED:
                raise NotAllowed(
                    f"your last change imported {done.after.get('tickets', 'some')} tickets, which cannot be undone"
                )
            if done.kind.startswith("faq"):
                # Imported here: a command that undoes nothing need not pay for it.
                from supportdesk.services.faqs import undo as faq_undo

                entry = faq_undo.undo_entry(self._context, done, undoes=change, entry=entry)
                continue
            if done.kind is EntryKind.PREFERENCE_CHANGED:
                from supportdesk.services.preferences import changes as preference_changes

                preference_changes.undo_entry(self._context, done, undoes=change)
                continue
            if done.kind.startswith("experiment"):
                from supportdesk.services.experiments import undo as experiment_undo

                experiment_undo.undo_entry(self._context, done, undoes=change)
                continue
            if done.kind in _IRREVERSIBLE:
                raise NotAllowed(f"your last change {_IRREVERSIBLE[done.kind]}, which cannot be undone")
            if done.kind is EntryKind.TICKET_CREATED:
                raise NotAllowed(f"your last change created #{done.number}, which cannot be undone; resolve it instead")
            ticket, back = self._inverse(done)
            ticket, entry = ticket_changes.apply(
                self._context, ticket, back, entry=entry, undoes=change, mailed=ticket.id not in untold
            )
            restored.append(ticket)
        return restored

    def _inverse(self, done: Entry) -> tuple[Ticket, TicketChange]:
        """A ticket as it is now and the change that takes an entry about it back."""
        back = ticket_changes.inverse(done)
        found = tickets.find(self._database, Reference("", number=done.number or 0))
        if not found or found[0].id != done.subject:
            raise Conflict(f"#{done.number} is no longer there; nothing was undone")
        ticket = found[0]
        later = journal.in_force_after(self._database, done)
        for field, value in done.after.items():
            # Also when it is the same value again: then that is what the other wanted.
            others = [entry.actor for entry in later if field in entry.after]
            if others or getattr(ticket, field) != value:
                raise Conflict(
                    f"#{done.number} has changed since: {others[-1] if others else 'somebody'} made its {field} "
                    f"{getattr(ticket, field)}; nothing was undone"
                )
        return ticket, back
