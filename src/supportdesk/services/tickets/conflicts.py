"""Changes of a ticket that others made since somebody looked."""

from __future__ import annotations

from supportdesk.domain.errors import Conflict
from supportdesk.domain.journal import Entry, EntryKind
from supportdesk.domain.ticket import CHANGEABLE, Ticket, TicketChange
from supportdesk.services.context import Context
from supportdesk.storage import journal


def check_changes(context: Context, ticket: Ticket, seen: int, change: TicketChange | None) -> None:
    """Raise `Conflict` when a ticket was changed since an older version, in what a change touches if it is given."""
    log = [entry for entry in journal.of_subject(context.database, ticket.id) if entry.kind.row.is_version]
    since = log[seen - ticket.version :] if 0 < ticket.version - seen <= len(log) else []
    touched = [entry for entry in since if change is None or _touches(entry, change)]
    if since and not touched:
        return
    last = (touched or log)[-1] if touched or log else None
    who = f" by {last.actor} ({last.summary})" if last else ""
    raise Conflict(f"#{ticket.number} was changed{who} since you looked; nothing was saved")


def _touches(entry: Entry, change: TicketChange) -> bool:
    """Return whether an entry changed a field that a change is about, or more than fields."""
    return entry.kind is not EntryKind.TICKET_UPDATED or any(
        getattr(change, name) is not None for name in entry.after.keys() & CHANGEABLE.keys()
    )
