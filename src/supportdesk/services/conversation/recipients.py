"""Who takes part in a conversation."""

from __future__ import annotations

from collections.abc import Sequence

from supportdesk.domain.address import address_key
from supportdesk.domain.conversation import Message, taking_part
from supportdesk.domain.ticket import Ticket


def participants(ticket: Ticket, said: Sequence[Message]) -> tuple[str, ...]:
    """Return the addresses that take part beside the requester: whom an agent or a requester wrote to, or who wrote."""
    return taking_part(ticket.contact_email, ((each.kind, each.author, (*each.to, *each.cc)) for each in said))


def others_of(ticket: Ticket, said: Sequence[Message], to: Sequence[str]) -> tuple[str, ...]:
    """Return everybody who takes part and is not among these recipients."""
    named = {address_key(address) for address in to}
    everybody = (ticket.contact_email, *participants(ticket, said))
    return tuple(address for address in everybody if address_key(address) not in named)
