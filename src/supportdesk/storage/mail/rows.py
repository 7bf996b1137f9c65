"""Rows of mail to domain objects; untrusted, like all rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from supportdesk.domain.mail.notification import DeliveryStatus, Notification, NotificationType
from supportdesk.domain.moment import from_text
from supportdesk.domain.preference import Frequency, Language, Preference
from supportdesk.domain.text import clean_isolated_body, clean_line
from supportdesk.storage.mail.tables import NotificationRow, PreferenceRow
from supportdesk.storage.rows import by_name

NOTIFICATION_COLUMNS = (
    NotificationRow.seq,
    NotificationRow.id,
    NotificationRow.ticket_id,
    NotificationRow.recipient_email,
    NotificationRow.notification_type,
    NotificationRow.subject,
    NotificationRow.content,
    NotificationRow.html,
    NotificationRow.language,
    NotificationRow.status,
    NotificationRow.waits_for,
    NotificationRow.due_at,
    NotificationRow.message_id,
    NotificationRow.in_reply_to,
    NotificationRow.change,
    NotificationRow.attempts,
    NotificationRow.provider,
    NotificationRow.answer,
    NotificationRow.error,
    NotificationRow.reason,
    NotificationRow.digest_id,
    NotificationRow.sent_at,
    NotificationRow.created_at,
    NotificationRow.experiment,
    NotificationRow.variant,
    NotificationRow.templates,
    NotificationRow.variant_fault,
    NotificationRow.provider_message_id,
    NotificationRow.message,
)
NOTIFICATION_NAMES = ", ".join(column.column_name for column in NOTIFICATION_COLUMNS)
PREFERENCE_COLUMNS = (
    PreferenceRow.id,
    PreferenceRow.email,
    PreferenceRow.email_notifications,
    PreferenceRow.sms_notifications,
    PreferenceRow.notification_frequency,
    PreferenceRow.preferred_language,
    PreferenceRow.created_at,
    PreferenceRow.updated_at,
)


_LINES = (
    "id",
    "recipient_email",
    "subject",
    "message_id",
    "in_reply_to",
    "provider",
    "answer",
    "error",
    "reason",
    "variant",
    "templates",
    "variant_fault",
    "provider_message_id",
    "message",
)
_NUMBERS = ("seq", "change", "attempts", "experiment")


@by_name(
    NOTIFICATION_COLUMNS,
    status=DeliveryStatus.FAILED,
    notification_type=NotificationType.STATUS_UPDATE,
    language=Language.ENGLISH,
    waits_for=Frequency.IMMEDIATE,
)
def notification(**row: Any) -> Notification:
    """Return a `Notification` from `NOTIFICATION_COLUMNS`."""
    texts: dict[str, Any] = {name: clean_line(row[name]) for name in _LINES}
    return Notification(
        **{name: row[name] for name in _NUMBERS},
        **texts,
        ticket_id=_line(row["ticket_id"]),
        notification_type=NotificationType(row["notification_type"]),
        content=clean_isolated_body(row["content"]),
        html=clean_isolated_body(row["html"]),
        language=Language(row["language"]),
        status=DeliveryStatus(row["status"]),
        waits_for=Frequency(row["waits_for"]),
        due_at=from_text(row["due_at"] or row["created_at"]),
        digest_id=_line(row["digest_id"]),
        sent_at=_maybe(row["sent_at"]),
        created_at=from_text(row["created_at"]),
    )


@by_name(PREFERENCE_COLUMNS, notification_frequency=Frequency.IMMEDIATE, preferred_language=Language.ENGLISH)
def preference(
    id: str,  # noqa: A002
    email: str,
    email_notifications: int,
    sms_notifications: int,
    notification_frequency: str,
    preferred_language: str,
    created_at: str,
    updated_at: str,
) -> Preference:
    """Return a `Preference` from `PREFERENCE_COLUMNS`."""
    return Preference(
        email=clean_line(email),
        email_notifications=bool(email_notifications),
        sms_notifications=bool(sms_notifications),
        notification_frequency=Frequency(notification_frequency),
        preferred_language=Language(preferred_language),
        id=clean_line(id),
        created_at=from_text(created_at),
        updated_at=from_text(updated_at),
    )


def _line(text: str | None) -> str | None:
    return None if text is None else clean_line(text)


def _maybe(moment: str | None) -> datetime | None:
    return None if moment is None else from_text(moment)
