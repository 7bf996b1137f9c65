"""Tickets, mail and history as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from supportdesk.domain import moment
from supportdesk.domain.journal import Entry
from supportdesk.domain.notification import DeliveryStatus, Notification
from supportdesk.domain.preference import DIGESTS
from supportdesk.domain.ticket import StatusChange, Ticket

TICKET_HEADINGS = ("NUMBER", "STATUS", "PRIORITY", "AGE", "REQUESTER", "TITLE")
STEP_HEADINGS = ("WHEN", "WHO", "STATUS", "NOTES")
NOTIFICATION_HEADINGS = ("ID", "WHEN", "STATUS", "KIND", "TO", "SUBJECT")
ENTRY_HEADINGS = ("SEQ", "WHEN", "WHO", "ABOUT", "WHAT")


def ticket_row(ticket: Ticket, now: datetime) -> tuple[str, ...]:
    """A ticket in a list."""
    age = moment.age(ticket.created_at, now)
    return (f"#{ticket.number}", ticket.status, ticket.priority, age, ticket.contact_email, ticket.title)


def ticket_text(ticket: Ticket, now: datetime) -> str:
    """A whole ticket."""
    facts = {
        "status": ticket.status,
        "priority": ticket.priority,
        "requester": ticket.contact_email,
        "created": _when(ticket.created_at, now),
        "updated": _when(ticket.updated_at, now),
        "id": ticket.id,
    }
    return f"#{ticket.number} {ticket.title}\n{_facts(facts)}\n\n{ticket.description}"


def step_row(step: StatusChange) -> tuple[str, ...]:
    """A step of a ticket's history."""
    status = step.new_status if step.old_status is None else f"{step.old_status} → {step.new_status}"
    return (moment.local(step.changed_at), step.changed_by, status, step.notes)


def notification_row(message: Notification) -> tuple[str, ...]:
    """A message in a list."""
    return (
        message.id[:8],
        moment.local(message.created_at),
        f"pending ({message.waits_for})" if _waits_for_digest(message) else message.status,
        message.notification_type,
        message.recipient_email,
        message.subject,
    )


def notification_text(message: Notification, now: datetime) -> str:
    """A whole message."""
    facts = {
        "to": message.recipient_email,
        "subject": message.subject,
        "kind": message.notification_type,
        "status": f"{message.status}: {said}" if (said := message.reason or message.error) else message.status,
        "queued": _when(message.created_at, now),
        "sent": _when(message.sent_at, now) if message.sent_at else _not_sent(message),
        "answer": message.answer,
        "language": message.language,
        "digest": message.digest_id or "",
        "tried": message.tried,
        "id": message.id,
    }
    return f"{_facts(facts)}\n\n{message.content.rstrip()}"


def _waits_for_digest(message: Notification) -> bool:
    return message.status is DeliveryStatus.PENDING and message.waits_for in DIGESTS


def _not_sent(message: Notification) -> str:
    if message.status is not DeliveryStatus.PENDING:
        return "no"
    if _waits_for_digest(message):
        return f"with the next {message.waits_for} digest"
    return f"not before {moment.local(message.due_at)}" + (
        f", attempt {message.attempts + 1}" if message.attempts else ""
    )


def entry_row(entry: Entry) -> tuple[str, ...]:
    """A line of the journal."""
    return (str(entry.seq), moment.local(entry.at), entry.actor, entry.about, entry.in_words)


def _when(then: datetime, now: datetime) -> str:
    age = moment.age(then, now)
    return f"{moment.local(then)} ({'just now' if age == 'now' else f'{age} ago'})"


def _facts(facts: Mapping[str, str]) -> str:
    return "\n".join(f"{name:<10} {value}" for name, value in facts.items() if value)
