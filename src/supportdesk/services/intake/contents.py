"""What a mail says, as the description of a ticket or a message in one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from supportdesk.domain.address import address_key
from supportdesk.domain.conversation.attachment import Attachment
from supportdesk.domain.conversation.message import RECIPIENTS_LIMIT, Message, MessageKind, Source
from supportdesk.domain.journal import EntryKind
from supportdesk.domain.text import (
    BODY_LIMIT,
    NAME_LIMIT,
    TITLE_LIMIT,
    clean_body,
    clean_line,
    excerpt,
    without_invisible,
)
from supportdesk.domain.ticket import NewTicket, Ticket, new_ticket
from supportdesk.email.receiving.parsed import Forwarded, Mailbox, ParsedMail
from supportdesk.services.context import Context
from supportdesk.services.intake.agents import agent_of
from supportdesk.services.intake.rules import Desk, untagged
from supportdesk.services.journal_entries import write_entry
from supportdesk.storage.content_store import ContentStore
from supportdesk.storage.conversation import attachments, messages

NO_TEXT = "(no text)"


def ticket_of(mail: ParsedMail) -> NewTicket:
    """Return the ticket that a mail makes; raises `InvalidValue` when its sender cannot be written to."""
    new = new_ticket(_title(mail.subject), body(_full(mail)), mail.sender.address)
    return replace(new, contact_name=_name(mail.sender))


def ticket_of_forward(forwarded: Forwarded, mail: ParsedMail) -> NewTicket:
    """Return the ticket of whoever wrote what a mail forwards; raises `InvalidValue`."""
    title = _title(forwarded.subject or mail.subject)
    new = new_ticket(title, body(_shown(forwarded.text) or named_files(mail)), forwarded.sender.address)
    return replace(new, contact_name=_name(forwarded.sender))


def add_message(
    context: Context,
    desk: Desk,
    ticket: Ticket,
    mail: ParsedMail,
    kind: MessageKind,
    *,
    entry_kind: EntryKind = EntryKind.TICKET_MAIL_RECEIVED,
    entry: int | None = None,
) -> tuple[Message, int]:
    """Add a mail to a ticket's conversation inside the caller's transaction; return it and its journal change."""
    full, trimmed = body(_full(mail)), body(_trimmed(mail))
    text = full if full.startswith(trimmed) else body(f"{trimmed}\n\n{full}")
    agent = agent_of(context.database, mail.sender.address) if kind is MessageKind.NOTE else None
    message = Message(
        seq=0,
        id=context.new_id(),
        ticket_id=ticket.id,
        kind=kind,
        author=agent.name if agent else mail.sender.address or "unknown",
        author_name=mail.sender.name,
        cc=() if kind in (MessageKind.AUTOMATIC, MessageKind.NOTE) else others(mail, desk),
        subject=mail.subject,
        text=text,
        trimmed_at=min(len(trimmed), len(text)),
        source=Source.MAIL,
        message_id=mail.message_id,
        in_reply_to=mail.in_reply_to,
        created_at=context.now(),
    )
    messages.add(context.database, message)
    after = {"message": message.id, "from": message.author, "text": excerpt(trimmed)}
    return message, write_entry(context, entry_kind, ticket, after=after, change=entry)


def store_files(store: ContentStore, mail: ParsedMail) -> list[Attachment]:
    """Store the files of a mail durably and return them, before the transaction that names them; raises `OSError`."""
    return [
        Attachment("", file.name, file.content_type, file.size, store.put(file.content), file.inline)
        for file in mail.attachments
    ]


def attach(context: Context, ticket: Ticket, message: str, files: Sequence[Attachment]) -> None:
    """Add files to a message of a ticket, or to its description, inside the caller's transaction."""
    if files:
        attachments.add(context.database, ticket.id, [replace(each, message=message or ticket.id) for each in files])


def others(mail: ParsedMail, desk: Desk) -> tuple[str, ...]:
    """Return whom a mail was addressed to besides the desk and its sender."""
    left_out = {*desk.addresses, address_key(mail.sender.address)}
    found = (each.address for each in mail.recipients if "@" in each.address and each.address.isprintable())
    return tuple(dict.fromkeys(each for each in found if untagged(each) not in left_out))[:RECIPIENTS_LIMIT]


def body(text: str) -> str:
    """Return a text in the length that a message can have."""
    clean = clean_body(text)
    return clean if len(clean) <= BODY_LIMIT else clean[: BODY_LIMIT - 1] + "…"


def _full(mail: ParsedMail) -> str:
    return "\n\n".join(filter(None, (_shown(mail.text), mail.calendar))) or named_files(mail)


def _trimmed(mail: ParsedMail) -> str:
    return "\n\n".join(filter(None, (_shown(mail.trimmed_text), mail.calendar))) or named_files(mail)


def named_files(mail: ParsedMail) -> str:
    """Return what stands for the text of a mail without one."""
    names = ", ".join(each.name or each.content_type for each in mail.attachments[:20])
    return f"(no text; attached: {names})" if names else NO_TEXT


def _title(subject: str) -> str:
    return _shown(clean_line(subject)[:TITLE_LIMIT]) or "(no subject)"


def _shown(text: str) -> str:
    """Return a text that shows something; empty for one of signs alone that nobody sees, as advertisers begin with."""
    return text if without_invisible(text).strip() else ""


def _name(mailbox: Mailbox) -> str:
    return clean_line(mailbox.name)[:NAME_LIMIT]
