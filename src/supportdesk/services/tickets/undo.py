"""Undo of changes of tickets."""

from __future__ import annotations

from supportdesk.domain.errors import Conflict
from supportdesk.domain.journal import Entry
from supportdesk.domain.reference import Reference
from supportdesk.domain.ticket import Ticket, TicketChange
from supportdesk.services.context import Context
from supportdesk.services.journal_entries import Undo, unreadable_entry
from supportdesk.services.tickets import changes as ticket_changes
from supportdesk.storage import journal
from supportdesk.storage.tickets import queries as tickets


def undo_update(undo: Undo, done: Entry) -> None:
    """Restore the fields of a ticket, unless somebody has changed them since.

    Raises `Conflict` then, and `Unavailable` for an entry that no desk wrote.
    """
    back = _inverse(done)
    ticket = _unchanged(undo.context, done)
    ticket, undo.change = ticket_changes.apply(
        undo.context, ticket, back, entry=undo.change, undoes=undo.undoes, mailed=ticket.id not in undo.untold
    )
    undo.tickets.append(ticket)


def _inverse(entry: Entry) -> TicketChange:
    try:
        values = {name: ticket_changes.FIELDS[name](value) for name, value in entry.before.items()}
    except (KeyError, ValueError):
        values = {}
    if not values or values.keys() != entry.after.keys():
        raise unreadable_entry(entry)
    return TicketChange(**values, notes="undone")


def _unchanged(context: Context, done: Entry) -> Ticket:
    """Return the ticket if it still has what the change gave it, and nobody has set the same since."""
    found = tickets.find(context.database, Reference("", number=done.number or 0))
    if not found or found[0].id != done.subject:
        raise Conflict(f"#{done.number} does not exist any more; nothing was undone")
    ticket = found[0]
    later = journal.in_force_after(context.database, done)
    for field, value in done.after.items():
        # Also when it is the same value again: then that is what the other wanted.
        others = [entry.actor for entry in later if field in entry.after]
        if others or getattr(ticket, field) != value:
            raise Conflict(
                f"#{done.number} has changed since: {others[-1] if others else 'somebody'} made its {field} "
                f"{getattr(ticket, field)}; nothing was undone"
            )
    return ticket
