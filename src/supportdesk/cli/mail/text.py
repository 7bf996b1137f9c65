"""Notifications as people read them."""

from __future__ import annotations

from datetime import datetime

from supportdesk.cli.io.facts import format_facts, when
from supportdesk.domain import moment
from supportdesk.domain.mail.notification import DeliveryStatus, Notification
from supportdesk.domain.preference import DIGESTS
from supportdesk.domain.text import clean_body

NOTIFICATION_HEADINGS = ("ID", "WHEN", "STATUS", "KIND", "TO", "SUBJECT")


def notification_row(message: Notification) -> tuple[str, ...]:
    """Return a notification as a row of a list."""
    return (
        message.id[:8],
        moment.local(message.created_at),
        f"pending ({message.waits_for})" if _waits_for_digest(message) else message.status,
        message.notification_type,
        message.recipient_email,
        message.subject,
    )


def notification_text(message: Notification, now: datetime) -> str:
    """Return a whole notification."""
    facts = {
        "to": message.recipient_email,
        "subject": message.subject,
        "kind": message.notification_type,
        "status": f"{message.status}: {said}" if (said := message.reason or message.error) else message.status,
        "queued": when(message.created_at, now),
        "sent": when(message.sent_at, now) if message.sent_at else _not_sent(message, now),
        "answer": message.answer,
        "language": message.language,
        "digest": message.digest_id or "",
        "tried": message.variant_summary,
        "id": message.id,
    }
    return f"{format_facts(facts)}\n\n{clean_body(message.content).rstrip()}"


def _waits_for_digest(message: Notification) -> bool:
    return message.status is DeliveryStatus.PENDING and message.waits_for in DIGESTS


def _not_sent(message: Notification, now: datetime) -> str:
    if message.status is not DeliveryStatus.PENDING:
        return "no"
    if _waits_for_digest(message):
        return f"with the next {message.waits_for} digest"
    return f"not before {moment.local(message.due(now))}" + (
        f", attempt {message.attempts + 1}" if message.attempts else ""
    )
