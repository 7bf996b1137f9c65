"""The messages of a ticket as people read them: the description first."""

from __future__ import annotations

from dataclasses import replace

from supportdesk.domain.conversation.attachment import Attachment
from supportdesk.domain.conversation.message import Message, MessageKind, Source
from supportdesk.domain.reference import Reference
from supportdesk.domain.ticket import Ticket
from supportdesk.services.context import Context
from supportdesk.storage import merges
from supportdesk.storage.conversation import attachments, messages
from supportdesk.storage.intake import queries as intake
from supportdesk.storage.tickets import queries as tickets


def conversation_of(context: Context, ticket: Ticket) -> list[Message]:
    """Return the messages of a ticket, oldest first; the first is its description.

    Those of tickets that were merged into it are among them.
    """
    ids = merges.members(context.database, ticket.id)
    said = messages.of_tickets(context.database, ids)
    if len(ids) > 1:
        others = (tickets.find(context.database, Reference(each, id_prefix=each))[0] for each in ids[1:])
        said = sorted([*(_description(context, each) for each in others), *said], key=lambda each: each.created_at)
    said = [_description(context, ticket), *said]
    files: dict[str, list[Attachment]] = {}
    for file in attachments.of_tickets(context.database, ids):
        files.setdefault(file.message, []).append(file)
    return [replace(each, attachments=tuple(files[each.id])) if each.id in files else each for each in said]


def _description(context: Context, ticket: Ticket) -> Message:
    mail = intake.origin(context.database, ticket.id)
    return Message(
        seq=0,
        id=ticket.id,
        ticket_id=ticket.id,
        kind=MessageKind.REQUESTER,
        author=ticket.contact_email,
        author_name=mail.from_name if mail else "",
        to=(),
        cc=mail.copied if mail else (),
        subject=ticket.title,
        text=ticket.description,
        trimmed_at=len(ticket.description),
        source=Source.MAIL if mail else Source.APP,
        message_id=mail.message_id if mail else "",
        in_reply_to="",
        created_at=ticket.created_at,
        edited_at=None,
    )
