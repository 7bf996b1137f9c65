"""Rows of mail to domain objects; untrusted, like all rows."""

from __future__ import annotations

from datetime import datetime

from supportdesk.domain.moment import from_text
from supportdesk.domain.notification import DeliveryStatus, Notification, NotificationType
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
)
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


@by_name(NOTIFICATION_COLUMNS)
def notification(
    seq: int,
    id: str,  # noqa: A002
    ticket_id: str | None,
    recipient_email: str,
    notification_type: str,
    subject: str,
    content: str,
    html: str,
    language: str,
    status: str,
    waits_for: str,
    due_at: str,
    message_id: str,
    in_reply_to: str,
    change: int | None,
    attempts: int,
    provider: str,
    answer: str,
    error: str,
    reason: str,
    digest_id: str | None,
    sent_at: str | None,
    created_at: str,
    experiment: int | None,
    variant: str,
    templates: str,
    variant_fault: str,
    provider_message_id: str,
) -> Notification:
    """Return a `Notification` from `NOTIFICATION_COLUMNS`."""
    return Notification(
        seq=seq,
        id=clean_line(id),
        ticket_id=None if ticket_id is None else clean_line(ticket_id),
        recipient_email=clean_line(recipient_email),
        notification_type=NotificationType(notification_type),
        subject=clean_line(subject),
        content=clean_isolated_body(content),
        html=clean_isolated_body(html),
        language=Language(language),
        status=DeliveryStatus(status),
        waits_for=Frequency(waits_for),
        due_at=from_text(due_at or created_at),
        message_id=clean_line(message_id),
        in_reply_to=clean_line(in_reply_to),
        change=change,
        attempts=attempts,
        provider=clean_line(provider),
        answer=clean_line(answer),
        error=clean_line(error),
        reason=clean_line(reason),
        digest_id=None if digest_id is None else clean_line(digest_id),
        sent_at=_maybe(sent_at),
        created_at=from_text(created_at),
        experiment=experiment,
        variant=clean_line(variant),
        templates=clean_line(templates),
        variant_fault=clean_line(variant_fault),
        provider_message_id=clean_line(provider_message_id),
    )


@by_name(PREFERENCE_COLUMNS)
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


def _maybe(moment: str | None) -> datetime | None:
    return None if moment is None else from_text(moment)
