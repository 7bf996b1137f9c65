"""Who takes part in a conversation."""

from __future__ import annotations

from collections.abc import Sequence

from supportdesk.domain.address import address_key
from supportdesk.domain.conversation.message import Message, taking_part
from supportdesk.domain.errors import NotAllowed
from supportdesk.domain.ticket import Ticket

REPLY_LIMIT = 100
"""Recipients of one reply, in To and Cc together."""


def participants(ticket: Ticket, said: Sequence[Message]) -> tuple[str, ...]:
    """Return the addresses that take part besides the requester: whom an agent or requester wrote to, or who wrote."""
    return taking_part(ticket.contact_email, ((each.kind, each.author, (*each.to, *each.cc)) for each in said))


def others_of(ticket: Ticket, said: Sequence[Message], to: Sequence[str]) -> tuple[str, ...]:
    """Return everybody who takes part and is not among these recipients."""
    named = {address_key(address) for address in to}
    everybody = (ticket.contact_email, *participants(ticket, said))
    return tuple(address for address in everybody if address_key(address) not in named)


def check_recipients(ticket: Ticket, recipients: Sequence[str]) -> None:
    """Raise `NotAllowed` for more recipients than a reply can have; so many are mailed on purpose only."""
    if len(recipients) > REPLY_LIMIT:
        raise NotAllowed(
            f"{len(recipients)} people take part in #{ticket.number}, and a reply can go to {REPLY_LIMIT}; "
            "name its recipients",
            field="to",
        )
