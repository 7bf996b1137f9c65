"""Notifications: what the desk tells requesters by mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class NotificationType(StrEnum):
    """What a notification is about."""

    TICKET_CREATED = "ticket_created"
    STATUS_UPDATE = "status_update"
    FAQ_ANSWER = "faq_answer"


class DeliveryStatus(StrEnum):
    """How far a notification has come on its way out."""

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Notification:
    """One message to one person. `message_id` is fixed when it is queued; `error` is the service's word."""

    seq: int
    id: str
    ticket_id: str | None
    recipient_email: str
    notification_type: NotificationType
    subject: str
    content: str
    status: DeliveryStatus
    message_id: str
    error: str
    sent_at: datetime | None
    created_at: datetime
