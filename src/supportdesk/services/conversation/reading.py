"""Tickets as people read them: the description first, then what was said and done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from supportdesk.domain.conversation.attachment import Attachment
from supportdesk.domain.conversation.message import Message, MessageKind, Source
from supportdesk.domain.journal import Entry, EntryKind
from supportdesk.domain.mail.notification import Notification
from supportdesk.domain.page import START
from supportdesk.domain.reference import Reference
from supportdesk.domain.ticket import StatusChange, Ticket
from supportdesk.services.context import Context
from supportdesk.storage import journal, merges
from supportdesk.storage.conversation import attachments, messages
from supportdesk.storage.intake import queries as intake
from supportdesk.storage.mail import notifications
from supportdesk.storage.tickets import queries as tickets
from supportdesk.storage.tickets import status_history

MAILS_READ = 50
"""The newest mails of a ticket that are read with it."""
_ARE_MESSAGES = (
    EntryKind.TICKET_CREATED, EntryKind.TICKET_REPLIED, EntryKind.TICKET_NOTED, EntryKind.TICKET_MAIL_RECEIVED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReadTicket:
    """A ticket with what was said, changed and mailed in it, each oldest first but for the `mails`.

    The first of the `messages` is its description. `entries` are those of the journal that no message tells of. So many
    messages and entries are `earlier` than those that were read.
    """

    ticket: Ticket
    changes: Sequence[StatusChange]
    mails: Sequence[Notification]
    messages: Sequence[Message]
    entries: Sequence[Entry]
    earlier: int = 0


def read_ticket(context: Context, ticket: Ticket, newest: int | None = None) -> ReadTicket:
    """Return a ticket as it is read, with so many of its `newest` messages and entries, or with all of them."""
    database = context.database
    ids = merges.members(database, ticket.id)
    said = _messages(context, ticket, ids, newest)
    entries = journal.of_subject(database, ticket.id, leave_out=_ARE_MESSAGES, newest=newest)
    earlier = 0
    if newest is not None:
        there = messages.count_of_tickets(database, ids) + len(ids)
        there += journal.count_of_subject(database, ticket.id, leave_out=_ARE_MESSAGES)
        earlier = there - len(said) - len(entries)
    return ReadTicket(
        ticket,
        status_history.of_tickets(database, ids),
        notifications.page(database, notifications.NotificationFilter(ticket_ids=tuple(ids)), START, MAILS_READ),
        said,
        entries,
        earlier,
    )


def conversation_of(context: Context, ticket: Ticket) -> list[Message]:
    """Return the messages of a ticket, oldest first; the first is its description.

    Those of tickets that were merged into it are among them.
    """
    return _messages(context, ticket, merges.members(context.database, ticket.id))


def _messages(context: Context, ticket: Ticket, ids: Sequence[str], newest: int | None = None) -> list[Message]:
    """Return the messages of a ticket and those merged into it, of which only the `newest` so many follow the first."""
    database = context.database
    ask_said = messages.ask_of_tickets(database, ids) if newest is None else messages.ask_newest(database, ids, newest)
    ask_files = attachments.ask_of_tickets(database, ids) if newest is None else None
    description, said = _description(context, ticket), ask_said()
    if len(ids) > 1:
        others = (tickets.find(database, Reference(each, id_prefix=each))[0] for each in ids[1:])
        said = sorted([*(_description(context, each) for each in others), *said], key=lambda each: each.created_at)
    said = [description, *(said if newest is None else said[-newest:])]
    if ask_files is None:
        ask_files = attachments.ask_of_messages(database, [each.id for each in said])
    files: dict[str, list[Attachment]] = {}
    for file in ask_files():
        files.setdefault(file.message, []).append(file)
    return [replace(each, attachments=tuple(files[each.id])) if each.id in files else each for each in said]


def _description(context: Context, ticket: Ticket) -> Message:
    mail = intake.ask_origin(context.database, ticket.id)()
    return Message(
        seq=0,
        id=ticket.id,
        ticket_id=ticket.id,
        kind=MessageKind.REQUESTER,
        author=ticket.contact_email,
        author_name=mail.from_name if mail else "",
        cc=mail.copied if mail else (),
        subject=ticket.title,
        text=ticket.description,
        trimmed_at=len(ticket.description),
        source=Source.MAIL if mail else Source.APP,
        message_id=mail.message_id if mail else "",
        created_at=ticket.created_at,
    )
