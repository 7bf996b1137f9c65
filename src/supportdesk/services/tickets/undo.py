"""Undo of changes of tickets."""

from __future__ import annotations

from supportdesk.domain.errors import Conflict, InvalidValue
from supportdesk.domain.journal import Entry
from supportdesk.domain.reference import Reference
from supportdesk.domain.ticket import CHANGEABLE, Ticket, TicketChange, field_text, parse_change
from supportdesk.services.context import Context
from supportdesk.services.journal_entries import Undo, unreadable_entry
from supportdesk.services.tickets import changes as ticket_changes
from supportdesk.storage import journal
from supportdesk.storage.tickets import queries as tickets


def undo_update(undo: Undo, done: Entry) -> None:
    """Restore the fields of a ticket, unless somebody has changed them since.

    Raises `Conflict` then, and `Unavailable` for an entry that no desk wrote.
    """
    back = _inverse(done, "undone" if undo.undoes else "redone")
    ticket = _unchanged(undo.context, done)
    ticket, undo.change = ticket_changes.apply(
        undo.context, ticket, back, entry=undo.change, undoes=undo.undoes, mailed=ticket.id not in undo.untold
    )
    undo.tickets.append(ticket)


def is_free_of_own_changes(context: Context, done: Entry) -> bool:
    """Return whether the actor has done nothing later with a ticket that stays, such as a reply that has left."""
    return all(entry.actor != context.actor for entry in journal.in_force_after(context.database, done))


def undo_creation(undo: Undo, done: Entry) -> None:
    """Delete a ticket that was created, unless something was done with it since."""
    if done.before or "title" not in done.after:
        raise unreadable_entry(done)
    _set_deleted(undo, _untouched(undo.context, done), deleted=True)


def undo_deletion(undo: Undo, done: Entry) -> None:
    """Restore a deleted ticket."""
    _set_deleted(undo, _untouched(undo.context, done, deleted=True), deleted=False)


def undo_restoration(undo: Undo, done: Entry) -> None:
    """Delete a ticket again that was restored, unless something was done with it since."""
    _set_deleted(undo, _untouched(undo.context, done), deleted=True)


def _set_deleted(undo: Undo, ticket: Ticket, *, deleted: bool) -> None:
    ticket, undo.change = ticket_changes.set_deleted(
        undo.context, ticket, deleted=deleted, entry=undo.change, undoes=undo.undoes
    )
    undo.tickets.append(ticket)


def _inverse(entry: Entry, notes: str) -> TicketChange:
    if not entry.before or entry.before.keys() != entry.after.keys() or not entry.before.keys() <= CHANGEABLE.keys():
        raise unreadable_entry(entry)
    try:
        return parse_change(notes, **entry.before)
    except InvalidValue as error:
        raise unreadable_entry(entry) from error


def changed_ticket(context: Context, done: Entry) -> Ticket:
    """Return the ticket that an entry is about; raise `Conflict` where there is none any more."""
    found = tickets.find(context.database, Reference("", number=done.number or 0))
    if not found or found[0].id != done.subject:
        raise Conflict(f"#{done.number} does not exist any more; nothing was undone")
    return found[0]


def _untouched(context: Context, done: Entry, *, deleted: bool = False) -> Ticket:
    """Return the ticket if nothing that is in force was done with it since."""
    ticket = changed_ticket(context, done)
    later = journal.in_force_after(context.database, done)
    if later:
        raise Conflict(f"#{done.number} has changed since: {later[-1].who} ({later[-1].summary}); nothing was undone")
    if (ticket.deleted_at is not None) is not deleted:
        raise Conflict(f"#{done.number} is {'not deleted' if deleted else 'deleted'} any more; nothing was undone")
    return ticket


def _unchanged(context: Context, done: Entry) -> Ticket:
    """Return the ticket if it still has what the change gave it, and nobody has set the same since."""
    ticket = changed_ticket(context, done)
    later = journal.in_force_after(context.database, done)
    if not ticket.is_listed:
        who = later[-1].actor if later else "somebody"
        what = "deleted" if ticket.merged_into is None else f"merged into #{ticket.merged_into}"
        raise Conflict(f"#{done.number} was {what} by {who} since; nothing was undone")
    for field, value in done.after.items():
        # Also when it is the same value again: then that is what the other wanted.
        others = [entry.actor for entry in later if field in entry.after]
        if others or field_text(ticket, field) != value:
            who = others[-1] if others else "somebody"
            what = (
                f"made its {field} {getattr(ticket, field)}"
                if field in ("status", "priority")
                else f"changed its {'requester' if field == 'contact_email' else field}"
            )
            raise Conflict(f"#{done.number} has changed since: {who} {what}; nothing was undone")
    return ticket
