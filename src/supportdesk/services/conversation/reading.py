"""The messages of a ticket as people read them: the description first."""

from __future__ import annotations

from supportdesk.domain.conversation import Message, MessageKind, Source
from supportdesk.domain.ticket import Ticket
from supportdesk.services.context import Context
from supportdesk.storage.conversation import messages
from supportdesk.storage.intake import queries as intake


def conversation_of(context: Context, ticket: Ticket) -> list[Message]:
    """Return the messages of a ticket, oldest first; the first is its description."""
    return [_description(context, ticket), *messages.of_ticket(context.database, ticket.id)]


def _description(context: Context, ticket: Ticket) -> Message:
    mail = intake.origin(context.database, ticket.id)
    message_id, copied = mail or ("", ())
    return Message(
        seq=0,
        id=ticket.id,
        ticket_id=ticket.id,
        kind=MessageKind.REQUESTER,
        author=ticket.contact_email,
        author_name="",
        to=(),
        cc=copied,
        subject=ticket.title,
        text=ticket.description,
        trimmed_at=len(ticket.description),
        source=Source.MAIL if mail else Source.APP,
        message_id=message_id,
        in_reply_to="",
        created_at=ticket.created_at,
        edited_at=None,
    )
