"""Changes of tickets inside a transaction: the row, its status history, its journal entry and its mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from supportdesk.domain.errors import Conflict, NotAllowed
from supportdesk.domain.journal import EntryKind
from supportdesk.domain.ticket import CHANGEABLE, NewTicket, Status, StatusChange, Ticket, TicketChange, field_text
from supportdesk.services.context import Context
from supportdesk.services.journal_entries import write_entry
from supportdesk.storage.tickets import queries as tickets
from supportdesk.storage.tickets import saving
from supportdesk.storage.tickets import status_history as history

if TYPE_CHECKING:
    from supportdesk.services.mail.outbox import Recipient


def get_by_number(context: Context, number: int) -> Ticket:
    """Return the ticket of this number, which must exist."""
    return tickets.by_number(context.database, number)


def create(
    context: Context, new: NewTicket, *, notified: bool = True, by_mail: bool = False, entry: int | None = None
) -> Ticket:
    """Create a ticket inside the caller's transaction: its first status, its journal entry and, if wanted, its mail.

    `by_mail` tells the requester that a mail arrived. `entry` is the journal change it belongs to, when it is one of
    several.
    """
    ticket_id = context.new_id()
    kind = "received" if by_mail else "ticket_created"
    recipient = _ask_recipient(context, new.contact_email, kind, ticket_id) if notified else None
    at = context.now()
    ticket = saving.insert(context.database, ticket_id, new, at)
    record_status(context, ticket, None, f"requester: {new.contact_name}" if new.contact_name else "")
    change = write_entry(
        context,
        EntryKind.TICKET_CREATED,
        ticket,
        at=at,
        after={
            "title": ticket.title,
            "status": ticket.status,
            "priority": ticket.priority,
            "contact_email": ticket.contact_email,
        },
        change=entry,
    )
    if recipient is not None:
        # Lazy import: who only looks at tickets need not pay for mail.
        from supportdesk.services.mail import notify

        notify.ticket_created(context, recipient, ticket, change)
    return ticket


def apply(
    context: Context,
    ticket: Ticket,
    change: TicketChange,
    *,
    entry: int | None = None,
    undoes: int | None = None,
    mailed: bool = True,
) -> tuple[Ticket, int]:
    """Save an effective change inside the caller's transaction.

    `entry` is the journal change it belongs to, when it is one of several; `undoes` the change it reverses. Not
    `mailed`, the caller notifies the requester. Return the new ticket and the journal change. Raises `Conflict` when
    the ticket has moved on, `NotAllowed` when it is deleted.
    """
    check_not_deleted(ticket)
    recipient = None
    if mailed and change.status is not None:
        address = change.contact_email or ticket.contact_email
        recipient = _ask_recipient(context, address, "status_update", ticket.id)
    at = context.now()
    changed = saving.update(context.database, ticket, change, at)
    if changed is None:
        raise Conflict(f"#{ticket.number} was changed by somebody else; nothing was saved")
    if change.status is not None:
        record_status(context, changed, ticket.status, change.notes)
    before, after = _difference(ticket, changed)
    entry = write_entry(
        context,
        EntryKind.TICKET_UPDATED,
        ticket,
        before,
        after,
        at=at,
        notes=change.notes,
        undoes=undoes,
        change=entry,
    )
    if recipient is not None:
        # Imported here: who only looks at tickets need not pay for mail.
        from supportdesk.services.mail import notify

        notify.status_update(context, recipient, changed, ticket.status, entry)
    return changed, entry


def _ask_recipient(context: Context, address: str, kind: str, ticket_id: str) -> Recipient:
    # Imported here: who only looks at tickets need not pay for mail.
    from supportdesk.domain.mail.notification import NotificationType
    from supportdesk.services.mail.outbox import Recipient

    return Recipient.ask(context, address, NotificationType(kind), ticket_id)


def check_not_deleted(ticket: Ticket) -> None:
    """Raise `NotAllowed` for a ticket that is deleted, or merged into another one."""
    if ticket.merged_into is not None:
        raise NotAllowed(
            f"#{ticket.number} is merged into #{ticket.merged_into}; change that one, or unmerge it first",
            field="reference",
        )
    if ticket.deleted_at is not None:
        raise NotAllowed(f"#{ticket.number} is deleted; undelete it first", field="reference")


def set_deleted(
    context: Context, ticket: Ticket, *, deleted: bool, entry: int | None = None, undoes: int | None = None
) -> tuple[Ticket, int]:
    """Delete or restore a ticket inside the caller's transaction; return it and the journal change.

    Raises `Conflict` when the ticket has moved on.
    """
    if ticket.merged_into is not None:
        check_not_deleted(ticket)
    changed = saving.set_deleted(context.database, ticket, context.now(), deleted=deleted)
    if changed is None:
        raise Conflict(f"#{ticket.number} was changed by somebody else; nothing was saved")
    kind = EntryKind.TICKET_DELETED if deleted else EntryKind.TICKET_UNDELETED
    before = {"title": ticket.title} if deleted else {}
    entry = write_entry(context, kind, ticket, before, undoes=undoes, change=entry)
    return changed, entry


def record_status(context: Context, ticket: Ticket, old_status: Status | None, notes: str) -> None:
    """Append to a ticket's status history: from `old_status` (None at creation) to the one it has now."""
    step = StatusChange(
        context.new_id(),
        ticket.id,
        old_status,
        ticket.status,
        context.actor,
        notes,
        context.now(),
        context.account.login,
    )
    history.add(context.database, step)


def _difference(old: Ticket, new: Ticket) -> tuple[dict[str, str], dict[str, str]]:
    fields = [name for name in CHANGEABLE if getattr(old, name) != getattr(new, name)]
    return {name: field_text(old, name) for name in fields}, {name: field_text(new, name) for name in fields}
