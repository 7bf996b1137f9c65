"""Rows of mail to domain objects; untrusted, like all rows."""

from __future__ import annotations

from datetime import datetime

from supportdesk.domain.moment import from_text
from supportdesk.domain.notification import DeliveryStatus, Notification, NotificationType
from supportdesk.domain.preference import Frequency, Language, Preference
from supportdesk.domain.text import clean_isolated_body, clean_line
from supportdesk.storage.mail.tables import NotificationRow, PreferenceRow

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
        seq,
        clean_line(id),
        None if ticket_id is None else clean_line(ticket_id),
        clean_line(recipient_email),
        NotificationType(notification_type),
        clean_line(subject),
        clean_isolated_body(content),
        clean_isolated_body(html),
        Language(language),
        DeliveryStatus(status),
        Frequency(waits_for),
        from_text(due_at or created_at),
        clean_line(message_id),
        clean_line(in_reply_to),
        change,
        attempts,
        clean_line(provider),
        clean_line(answer),
        clean_line(error),
        clean_line(reason),
        None if digest_id is None else clean_line(digest_id),
        _maybe(sent_at),
        from_text(created_at),
        experiment,
        clean_line(variant),
        clean_line(templates),
        clean_line(variant_fault),
        clean_line(provider_message_id),
    )


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
        clean_line(email),
        bool(email_notifications),
        bool(sms_notifications),
        Frequency(notification_frequency),
        Language(preferred_language),
        clean_line(id),
        from_text(created_at),
        from_text(updated_at),
    )


def _maybe(moment: str | None) -> datetime | None:
    return None if moment is None else from_text(moment)
