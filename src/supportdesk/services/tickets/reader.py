"""Tickets as one agent sees them: what is unread, and who takes part."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from supportdesk.domain.ticket import Ticket, TicketSummary
from supportdesk.services.context import Context
from supportdesk.storage.conversation.spoken import ask_spoken
from supportdesk.storage.tickets import marks

if TYPE_CHECKING:
    from supportdesk.storage.conversation.spoken import Spoken

Summary = TypeVar("Summary", bound=TicketSummary)


def with_unread(context: Context, tickets: Sequence[Summary]) -> list[Summary]:
    """Return tickets that know whether the agent has not seen their last word yet, or a reply that failed.

    In a resolved ticket nothing waits for an agent but a reply that failed.
    """
    return ask_unread(context, tickets)()


def ask_unread(context: Context, tickets: Sequence[Summary]) -> Callable[[], list[Summary]]:
    """Return what gives the tickets of `with_unread`, like `Database.ask`."""
    talked = [ticket for ticket in tickets if ticket.last_word and ticket.awaits_reader]
    ask_failed = marks.ask_failed_replies(context.database, context.actor)
    ask_seen = marks.ask_seen(context.database, context.actor, [ticket.number for ticket in talked])

    def read() -> list[Summary]:
        seen = ask_seen()
        unread = {ticket.number for ticket in talked if seen.get(ticket.number, 0) < ticket.last_word}
        found = [replace(ticket, unread=True) if ticket.number in unread else ticket for ticket in tickets]
        return with_failed(found, ask_failed())

    return read


def with_failed(tickets: Sequence[Summary], failed: Set[str]) -> list[Summary]:
    """Return tickets of which those with a reply that failed, by their ids, are unread too."""
    return [
        replace(ticket, unread=True) if ticket.id in failed and ticket.is_listed and not ticket.unread else ticket
        for ticket in tickets
    ]


def complete(context: Context, tickets: Sequence[Ticket]) -> list[Ticket]:
    """Return tickets with all that an agent can know of them."""
    return ask_complete(context, tickets)()


def ask_complete(context: Context, tickets: Sequence[Ticket]) -> Callable[[], list[Ticket]]:
    """Return what gives the tickets of `complete`, like `Database.ask`."""
    said = ask_spoken(context.database, [ticket.id for ticket in tickets])
    seen = ask_unread(context, tickets)
    return lambda: _with_participants(seen(), said())


def _with_participants(tickets: list[Ticket], said: Mapping[str, list[Spoken]]) -> list[Ticket]:
    if not said:
        return tickets
    # Lazy import: keeps start-up fast.
    from supportdesk.domain.conversation.message import taking_part

    return [
        replace(ticket, participants=taking_part(ticket.contact_email, said[ticket.id]))
        if ticket.id in said
        else ticket
        for ticket in tickets
    ]
