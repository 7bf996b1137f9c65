"""Rows to domain objects. The file is not trusted: text is cleaned here again, and nonsense is said, not raised."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeVar

from supportdesk.domain.errors import Unavailable, quoted
from supportdesk.domain.journal import Entry, EntryKind
from supportdesk.domain.moment import from_text
from supportdesk.domain.notification import DeliveryStatus, Notification, NotificationType
from supportdesk.domain.preference import Frequency, Language, Preference
from supportdesk.domain.text import clean_body, clean_line
from supportdesk.domain.ticket import Priority, Status, StatusChange, Ticket, TicketSummary
from supportdesk.storage.tables import JournalRow, NotificationRow, PreferenceRow, StatusChangeRow, TicketRow

SUMMARY_COLUMNS = (
    TicketRow.number,
    TicketRow.id,
    TicketRow.title,
    TicketRow.priority,
    TicketRow.status,
    TicketRow.contact_email,
    TicketRow.created_at,
    TicketRow.updated_at,
    TicketRow.version,
)
TICKET_COLUMNS = (*SUMMARY_COLUMNS, TicketRow.description)
STATUS_CHANGE_COLUMNS = (
    StatusChangeRow.id,
    StatusChangeRow.ticket_id,
    StatusChangeRow.old_status,
    StatusChangeRow.new_status,
    StatusChangeRow.changed_by,
    StatusChangeRow.notes,
    StatusChangeRow.changed_at,
)
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
ENTRY_COLUMNS = (
    JournalRow.seq,
    JournalRow.change,
    JournalRow.at,
    JournalRow.actor,
    JournalRow.kind,
    JournalRow.subject,
    JournalRow.number,
    JournalRow.before,
    JournalRow.after,
    JournalRow.notes,
    JournalRow.undoes,
)

Row = tuple[Any, ...]
Thing = TypeVar("Thing")


def read(rows: Iterable[Row], as_thing: Callable[..., Thing]) -> list[Thing]:
    """Rows of one kind as domain objects; raises `Unavailable` for a row that no program of ours wrote."""
    return [read_one(row, as_thing) for row in rows]


def read_one(row: Row, as_thing: Callable[..., Thing]) -> Thing:
    """One row as a domain object; raises `Unavailable` for a row that no program of ours wrote."""
    try:
        return as_thing(*row)
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise Unavailable(f"the desk's file holds a row that cannot be read: {quoted(row, 120)}") from error


def summary(
    number: int,
    id: str,  # noqa: A002
    title: str,
    priority: str,
    status: str,
    contact_email: str,
    created_at: str,
    updated_at: str,
    version: int,
) -> TicketSummary:
    """A `TicketSummary` from `SUMMARY_COLUMNS`."""
    return TicketSummary(
        number,
        clean_line(id),
        clean_line(title),
        Priority(priority),
        Status(status),
        clean_line(contact_email),
        from_text(created_at),
        from_text(updated_at),
        version,
    )


def ticket(
    number: int,
    id: str,  # noqa: A002
    title: str,
    priority: str,
    status: str,
    contact_email: str,
    created_at: str,
    updated_at: str,
    version: int,
    description: str,
) -> Ticket:
    """A `Ticket` from `TICKET_COLUMNS`."""
    return Ticket(
        number,
        clean_line(id),
        clean_line(title),
        Priority(priority),
        Status(status),
        clean_line(contact_email),
        from_text(created_at),
        from_text(updated_at),
        version,
        clean_body(description),
    )


def status_change(
    id: str,  # noqa: A002
    ticket_id: str,
    old_status: str | None,
    new_status: str,
    changed_by: str,
    notes: str,
    changed_at: str,
) -> StatusChange:
    """A `StatusChange` from `STATUS_CHANGE_COLUMNS`."""
    return StatusChange(
        clean_line(id),
        clean_line(ticket_id),
        None if old_status is None else Status(old_status),
        Status(new_status),
        clean_line(changed_by),
        clean_line(notes),
        from_text(changed_at),
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
) -> Notification:
    """A `Notification` from `NOTIFICATION_COLUMNS`."""
    return Notification(
        seq,
        clean_line(id),
        None if ticket_id is None else clean_line(ticket_id),
        clean_line(recipient_email),
        NotificationType(notification_type),
        clean_line(subject),
        clean_body(content),
        clean_body(html),
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
    """A `Preference` from `PREFERENCE_COLUMNS`."""
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


def entry(
    seq: int,
    change: int,
    at: str,
    actor: str,
    kind: str,
    subject: str | None,
    number: int | None,
    before: str,
    after: str,
    notes: str,
    undoes: int | None,
) -> Entry:
    """An `Entry` from `ENTRY_COLUMNS`."""
    return Entry(
        seq,
        change,
        from_text(at),
        clean_line(actor),
        EntryKind(kind),
        None if subject is None else clean_line(subject),
        number,
        _fields(before),
        _fields(after),
        clean_line(notes),
        undoes,
    )


def _maybe(moment: str | None) -> datetime | None:
    return None if moment is None else from_text(moment)


def _fields(text: str) -> dict[str, str]:
    return {clean_line(str(name)): _field(name, str(value)) for name, value in json.loads(text).items()}


def _field(name: str, value: str) -> str:
    # Of what changes, only an FAQ's answer and an experiment's description have several lines.
    return clean_body(value) if name in ("answer", "description") else clean_line(value)
