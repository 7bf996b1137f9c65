"""Tickets that somebody's word has reopened, and that are still resolved."""

from __future__ import annotations

from supportdesk.domain.errors import NotAllowed
from supportdesk.domain.ticket import Status, Ticket, TicketChange
from supportdesk.services.context import Context
from supportdesk.services.tickets import changes as ticket_changes
from supportdesk.storage.tickets import status_history

STILL_RESOLVED = "still resolved"


def resolve_again(context: Context, found: dict[int, Ticket]) -> set[int]:
    """Resolve the open ones among tickets inside the caller's transaction; return the numbers of those that changed.

    `found` gets the new tickets. Raises `NotAllowed` for one that was never resolved.
    """
    entry: int | None = None
    changed = {number for number, ticket in found.items() if ticket.is_open}
    for number in changed:
        steps = status_history.of_tickets(context.database, [found[number].id])
        if not any(step.new_status is Status.RESOLVED for step in steps):
            raise NotAllowed(f"#{number} was not resolved yet; set its status", field="reference")
        change = TicketChange(status=Status.RESOLVED, notes=STILL_RESOLVED)
        found[number], entry = ticket_changes.apply(context, found[number], change, entry=entry, mailed=False)
    return changed
