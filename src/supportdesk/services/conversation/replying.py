"""Sending of a reply inside a transaction: its message, its journal entry and its mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from supportdesk.domain.conversation.attachment import Attachment
from supportdesk.domain.conversation.message import Message, MessageKind, Source
from supportdesk.domain.journal import EntryKind
from supportdesk.domain.text import excerpt
from supportdesk.domain.ticket import Ticket
from supportdesk.services.context import Context
from supportdesk.services.journal_entries import write_entry
from supportdesk.storage.conversation import attachments, messages
from supportdesk.storage.tickets import marks


def send_reply(
    context: Context,
    ticket: Ticket,
    text: str,
    *,
    to: Sequence[str],
    cc: Sequence[str] = (),
    source: Source,
    files: Sequence[Attachment] = (),
    entry: int | None = None,
) -> tuple[Message, int]:
    """Save a reply and enqueue its mail, inside the caller's transaction; return it and its journal change.

    `files` are stored already. `entry` is the journal change that it belongs to, when it is one of several.
    """
    message = Message(
        seq=0,
        id=context.new_id(),
        ticket_id=ticket.id,
        kind=MessageKind.REPLY,
        author=context.actor,
        to=tuple(to),
        cc=tuple(cc),
        subject=ticket.title,
        text=text,
        trimmed_at=len(text),
        source=source,
        created_at=context.now(),
    )
    messages.add(context.database, message)
    message = replace(message, attachments=tuple(replace(each, message=message.id) for each in files))
    attachments.add(context.database, ticket.id, message.attachments)
    marks.mark_seen(context.database, context.actor, [ticket.number], message.created_at)
    change = write_entry(
        context,
        EntryKind.TICKET_REPLIED,
        ticket,
        after={"message": message.id, "to": ", ".join((*to, *cc)), "text": excerpt(text)},
        change=entry,
    )
    # Lazy import: keeps start-up fast.
    from supportdesk.services.mail.reply import enqueue_reply

    enqueue_reply(context, ticket, message, change)
    return message, change
