"""Tickets of the same requester with a similar title, which may be about the same."""

from __future__ import annotations

import re

from supportdesk.domain.ticket import NewTicket, TicketSummary
from supportdesk.services.context import Context
from supportdesk.storage.tickets import queries as tickets

LOOKED_AT = 50
"""The newest tickets of a requester that are compared."""
SHOWN = 3
ALIKE = 0.5
"""The share of words that two titles must have in common."""
_WORD = re.compile(r"\w+")


def similar_tickets(context: Context, new: NewTicket) -> list[TicketSummary]:
    """Return the newest tickets of the same requester whose titles have half of their words in common."""
    wanted = _words(new.title)
    return [
        ticket
        for ticket in tickets.newest_of(context.database, new.contact_email, LOOKED_AT)
        if wanted and len(wanted & (words := _words(ticket.title))) >= ALIKE * len(wanted | words)
    ][:SHOWN]


def _words(title: str) -> frozenset[str]:
    return frozenset(_WORD.findall(title.casefold()))
