"""Queries on notifications, which are also the outbox."""

from __future__ import annotations

from datetime import datetime

from peewee import fn

from supportdesk.domain.moment import to_text
from supportdesk.domain.notification import DeliveryStatus, Notification
from supportdesk.domain.page import Count, Seek
from supportdesk.storage import rows
from supportdesk.storage.database import Database
from supportdesk.storage.tables import NotificationRow


def add(database: Database, message: Notification) -> None:
    """Puts a message into the outbox; its `seq` is given by the table."""
    database.execute(
        NotificationRow.insert(
            id=message.id,
            ticket_id=message.ticket_id,
            recipient_email=message.recipient_email,
            notification_type=message.notification_type,
            subject=message.subject,
            content=message.content,
            status=message.status,
            message_id=message.message_id,
            error=message.error,
            sent_at=None if message.sent_at is None else to_text(message.sent_at),
            created_at=to_text(message.created_at),
        )
    )


def claim(database: Database, after: int, at: datetime, until: datetime) -> Notification | None:
    """Leases the first waiting message behind `after`, so that no other process sends it meanwhile."""
    free = NotificationRow.leased_until.is_null(True) | (NotificationRow.leased_until <= to_text(at))
    query = (
        NotificationRow.select(*rows.NOTIFICATION_COLUMNS)
        .where((NotificationRow.status == DeliveryStatus.PENDING) & (NotificationRow.seq > after) & free)
        .order_by(NotificationRow.seq)
        .limit(1)
    )
    with database.writing():
        found = rows.read(database.rows(query), rows.notification)
        for message in found:
            database.execute(
                NotificationRow.update(leased_until=to_text(until)).where(NotificationRow.seq == message.seq)
            )
    return found[0] if found else None


def settle(database: Database, seq: int, status: DeliveryStatus, error: str, sent_at: datetime | None) -> None:
    """Writes down how a delivery went and gives the lease back."""
    database.execute(
        NotificationRow.update(
            status=status,
            error=error,
            sent_at=None if sent_at is None else to_text(sent_at),
            leased_until=None,
        ).where(NotificationRow.seq == seq)
    )


def page(
    database: Database,
    seek: Seek,
    limit: int,
    *,
    status: DeliveryStatus | None = None,
    ticket_id: str | None = None,
) -> list[Notification]:
    """Up to `limit` messages; the list is newest first, its key is `(seq,)`."""
    query = NotificationRow.select(*rows.NOTIFICATION_COLUMNS).limit(limit).offset(seek.skip)
    if status is not None:
        query = query.where(NotificationRow.status == status)
    if ticket_id is not None:
        query = query.where(NotificationRow.ticket_id == ticket_id)
    if seek.key is not None:
        here = seek.key[0]
        query = query.where(NotificationRow.seq > here if seek.backwards else NotificationRow.seq < here)
    query = query.order_by(NotificationRow.seq.asc() if seek.backwards else NotificationRow.seq.desc())
    found = rows.read(database.rows(query), rows.notification)
    return found[::-1] if seek.backwards else found


def find(database: Database, id_prefix: str, limit: int = 5) -> list[Notification]:
    """The messages whose id begins like this."""
    query = (
        NotificationRow.select(*rows.NOTIFICATION_COLUMNS)
        .where((NotificationRow.id >= id_prefix) & (NotificationRow.id < id_prefix + "g"))
        .limit(limit)
    )
    return rows.read(database.rows(query), rows.notification)


def count(database: Database) -> Count:
    """How many messages there are; none is ever removed, so the last seq says it."""
    return Count(int(database.rows(NotificationRow.select(fn.COALESCE(fn.MAX(NotificationRow.seq), 0)))[0][0]))


def waiting(database: Database) -> tuple[int, str | None]:
    """How many messages wait, and since when the oldest does."""
    query = NotificationRow.select(fn.COUNT(NotificationRow.seq), fn.MIN(NotificationRow.created_at)).where(
        NotificationRow.status == DeliveryStatus.PENDING
    )
    number, oldest = database.rows(query)[0]
    return int(number), oldest
