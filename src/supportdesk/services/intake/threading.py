"""Which ticket a mail belongs to. A number or a tag can be guessed, so they count for those who take part only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from supportdesk.domain.address import address_key
from supportdesk.domain.conversation.message import MessageKind
from supportdesk.domain.errors import NotFound
from supportdesk.domain.reference import MAX_NUMBER
from supportdesk.domain.ticket import Ticket
from supportdesk.email.messages.headers import notification_of
from supportdesk.email.receiving.parsed import ParsedMail
from supportdesk.services.context import Context
from supportdesk.services.conversation.reading import conversation_of
from supportdesk.services.conversation.recipients import participants
from supportdesk.services.intake.agents import agent_of
from supportdesk.services.tickets.service import Tickets
from supportdesk.storage.intake import queries as intake

_ADDRESS_TAG = re.compile(r"\+([0-9]{1,15})@")
_ID = re.compile(r"[^\s<>\"',;()]+@[^\s<>\"',;()]+")
_SUBJECT_TAG = re.compile(r"\[#([0-9]{1,15})\]")
_TAGS = 5
"""Tags of each kind that are looked up."""


@dataclass(frozen=True, slots=True)
class Thread:
    """The ticket of a mail, what it was found by, and as whom its sender writes there."""

    ticket: Ticket
    by: str
    kind: MessageKind


def find_thread(context: Context, tickets: Tickets, mail: ParsedMail, recipients: Sequence[str]) -> Thread | None:
    """Return the ticket that a mail continues, or None for a new one; never by its subject's words alone."""
    ids = (*mail.references, *_ids(mail.in_reply_to))
    for each in reversed(ids):
        notification = notification_of(each, context.database.secret)
        known = intake.ticket_of_notification(context.database, notification) if notification else None
        if known and known[0] and (ticket := _get(tickets, known[0])):
            return Thread(ticket, "our Message-ID", role_in(context, ticket, mail.sender.address))
    candidates = [
        (intake.ticket_of_message_id(context.database, ids), "Message-ID of an earlier mail, and participant"),
        *((each, "address tag and participant") for each in _numbers(_ADDRESS_TAG, " ".join(recipients))),
        # Ours is the last one; what stands before it is the requester's own words, or another desk's.
        *((each, "subject tag and participant") for each in reversed(_numbers(_SUBJECT_TAG, mail.subject))),
    ]
    for reference, by in candidates:
        ticket = _get(tickets, reference) if reference else None
        if ticket is not None:
            role = role_in(context, ticket, mail.sender.address)
            if role is not MessageKind.THIRD_PARTY:
                return Thread(ticket, by, role)
    return None


def role_in(context: Context, ticket: Ticket, address: str) -> MessageKind:
    """Return as whom an address speaks in a ticket; what an agent writes is a note."""
    key = address_key(address)
    if key == address_key(ticket.contact_email):
        return MessageKind.REQUESTER
    if agent_of(context.database, address):
        return MessageKind.NOTE
    said = conversation_of(context, ticket)
    part = {address_key(each) for each in participants(ticket, said)}
    return MessageKind.PARTICIPANT if key in part else MessageKind.THIRD_PARTY


def _get(tickets: Tickets, reference: str) -> Ticket | None:
    try:
        ticket = tickets.get_continuing(reference)
    except NotFound:
        return None
    return ticket if ticket.deleted_at is None else None


def _numbers(pattern: re.Pattern[str], text: str) -> list[str]:
    found = dict.fromkeys(each for each in pattern.findall(text) if int(each) <= MAX_NUMBER)
    return list(found)[-_TAGS:]


def _ids(text: str) -> tuple[str, ...]:
    """Return the message ids in a text, with their angle brackets where a mail program left these out."""
    return tuple(f"<{each}>" for each in _ID.findall(text))
