"""Tickets as one agent sees them: what is unread, and who takes part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from supportdesk.domain.ticket import Ticket, TicketSummary
from supportdesk.services.context import Context
from supportdesk.storage.conversation.spoken import spoken
from supportdesk.storage.tickets import marks

Summary = TypeVar("Summary", bound=TicketSummary)


def with_unread(context: Context, tickets: Sequence[Summary]) -> list[Summary]:
    """Return tickets that know whether the agent has not seen their last word yet, or a reply that failed.

    In a resolved ticket nothing waits for an agent but a reply that failed.
    """
    failed = marks.failed_replies(context.database, context.actor)
    talked = [ticket for ticket in tickets if ticket.last_word and ticket.is_open and ticket.is_listed]
    seen = marks.seen(context.database, context.actor, [ticket.number for ticket in talked])
    unread = {ticket.number for ticket in talked if seen.get(ticket.number, 0) < ticket.last_word}
    unread |= {ticket.number for ticket in tickets if ticket.id in failed and ticket.is_listed}
    return [replace(ticket, unread=True) if ticket.number in unread else ticket for ticket in tickets]


def complete(context: Context, tickets: Sequence[Ticket]) -> list[Ticket]:
    """Return tickets with all that an agent can know of them."""
    said = spoken(context.database, [ticket.id for ticket in tickets])
    seen = with_unread(context, tickets)
    if not said:
        return seen
    # Lazy import: keeps start-up fast.
    from supportdesk.domain.conversation.message import taking_part

    return [
        replace(ticket, participants=taking_part(ticket.contact_email, said[ticket.id]))
        if ticket.id in said
        else ticket
        for ticket in seen
    ]
