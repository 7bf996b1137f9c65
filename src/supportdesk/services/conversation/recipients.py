"""Who takes part in a conversation."""

from __future__ import annotations

from collections.abc import Sequence

from supportdesk.domain.address import address_key
from supportdesk.domain.conversation import Message, MessageKind
from supportdesk.domain.ticket import Ticket

_TAKE_PART = (MessageKind.REQUESTER, MessageKind.PARTICIPANT, MessageKind.REPLY)


def participants(ticket: Ticket, said: Sequence[Message]) -> tuple[str, ...]:
    """Return the addresses that take part beside the requester: whom an agent or a requester wrote to, or who wrote."""
    found: dict[str, str] = {}
    for message in said:
        if message.kind in _TAKE_PART:
            wrote = () if message.kind is MessageKind.REPLY else (message.author,)
            for address in (*wrote, *message.to, *message.cc):
                found.setdefault(address_key(address), address)
    found.pop(address_key(ticket.contact_email), None)
    return tuple(found.values())


def others_of(ticket: Ticket, said: Sequence[Message], to: Sequence[str]) -> tuple[str, ...]:
    """Return everybody who takes part and is not among these recipients."""
    named = {address_key(address) for address in to}
    everybody = (ticket.contact_email, *participants(ticket, said))
    return tuple(address for address in everybody if address_key(address) not in named)
