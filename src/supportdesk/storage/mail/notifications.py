"""Queries on notifications: the mail log."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

from peewee import SQL, Expression, fn

from supportdesk.domain.address import address_key
from supportdesk.domain.mail.notification import DeliveryStatus, Notification
from supportdesk.domain.moment import to_text
from supportdesk.domain.page import Count, Seek
from supportdesk.domain.query.parser import parse
from supportdesk.domain.text import clean_line
from supportdesk.storage import rows
from supportdesk.storage.database import Database
from supportdesk.storage.engine import TextMatch
from supportdesk.storage.mail import rows as mail_rows
from supportdesk.storage.mail.replies import record_failure
from supportdesk.storage.mail.tables import NotificationCountRow, NotificationRow
from supportdesk.storage.references import begins

if TYPE_CHECKING:
    from peewee import ModelSelect

    Select = ModelSelect[Any]

MAX_SEQ = 2**63 - 1
HITS_COUNTED = 1_000
"""Counting of search hits stops here."""

# Plain SQL: Peewee takes longer to build it than the whole change takes.
_ADD = """
INSERT INTO notifications (
    id, ticket_id, recipient_email, recipient_key, notification_type, subject, content, html, language, status,
    waits_for, due_at, due_set_at, message_id, in_reply_to, change, error, reason, created_at
) VALUES (
    ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
) ON CONFLICT DO NOTHING
"""


def add(database: Database, message: Notification) -> None:
    """Insert a message, unless its change has notified this person of this ticket already.

    The table assigns its `seq`.
    """
    database.sql(
        _ADD,
        (
            message.id,
            message.ticket_id,
            message.recipient_email,
            address_key(message.recipient_email),
            message.notification_type,
            message.subject,
            message.content,
            message.html,
            message.language,
            message.status,
            message.waits_for,
            to_text(message.due_at),
            to_text(message.created_at),
            message.message_id,
            message.in_reply_to,
            message.change,
            message.error,
            message.reason,
            to_text(message.created_at),
        ),
    )


class ThreadStart(NamedTuple):
    """The first message of a ticket: the Message-ID that its recipient saw, and its subject."""

    message_id: str
    subject: str


def thread_start(database: Database, ticket_id: str, before: int | None = None) -> ThreadStart | None:
    """Return the first message that a ticket's requester got or will get; only those queued `before` a seq count."""
    return ask_thread_start(database, ticket_id, before)()


def ask_thread_start(database: Database, ticket_id: str, before: int | None = None) -> Callable[[], ThreadStart | None]:
    """Return what gives the `thread_start` of a ticket, like `Database.ask`."""
    answer = database.ask(
        "SELECT message_id, provider_message_id, subject FROM notifications WHERE ticket_id = ? "
        "AND status NOT IN ('withdrawn', 'held') AND seq < ? ORDER BY seq LIMIT 1",
        (ticket_id, MAX_SEQ if before is None else before),
    )

    def read() -> ThreadStart | None:
        for row in answer():
            ours, theirs, subject = map(clean_line, row)
            # Some services replace the Message-ID; others only have a name of their own for the mail.
            return ThreadStart(theirs if theirs.startswith("<") else ours, subject)
        return None

    return read


def first_of_ticket(database: Database, ticket_id: str) -> str | None:
    """Return the id of the first mail about a ticket that was not held, or None."""
    found = database.sql(
        "SELECT id FROM notifications WHERE ticket_id = ? AND status <> 'held' ORDER BY seq LIMIT 1", (ticket_id,)
    )
    return clean_line(found[0][0]) if found else None


def mark_bounced(database: Database, notification: str, error: str) -> None:
    """Record that a mail which its service had accepted came back."""
    database.sql(
        "UPDATE notifications SET status = 'failed', error = ? WHERE id = ? AND status IN ('sent', 'unknown')",
        (error, notification),
    )
    # Of whatever kind: an address that does not exist is the business of whoever is to answer there.
    record_failure(database, notification, any_mail=True)


class NotificationFilter(NamedTuple):
    """Messages in one state, about some tickets, with these words in recipient or subject, the last one a prefix."""

    status: DeliveryStatus | None = None
    ticket_ids: tuple[str, ...] | None = None
    text: str = ""


def page(database: Database, wanted: NotificationFilter, seek: Seek, limit: int) -> list[Notification]:
    """Return up to `limit` messages; the list is newest first, its key is `(seq,)`."""
    query = _filtered(database, wanted, *mail_rows.NOTIFICATION_COLUMNS).limit(limit).offset(seek.skip)
    match = _match(database, wanted)
    place = NotificationRow.seq if match is None else match.key
    if seek.key is not None:
        here = seek.key[0]
        query = query.where(place > here if seek.backwards else place < here)
    query = query.order_by(place.asc() if seek.backwards else place.desc())
    found = rows.read(database.rows(query), mail_rows.notification)
    return found[::-1] if seek.backwards else found


def find(database: Database, id_prefix: str, limit: int = 5) -> list[Notification]:
    """Return the messages whose id begins with this prefix."""
    query = (
        NotificationRow.select(*mail_rows.NOTIFICATION_COLUMNS)
        .where(begins(NotificationRow.id, id_prefix))
        .limit(limit)
    )
    return rows.read(database.rows(query), mail_rows.notification)


def save_template_values(database: Database, id: str, values: Mapping[str, object]) -> None:  # noqa: A002
    """Save the template values of a message that could not be rendered, inside the caller's transaction."""
    database.sql("UPDATE notifications SET template_values = ? WHERE id = ?", (json.dumps(values), id))


def get_template_values(database: Database, seq: int) -> Mapping[str, object]:
    """Return the template values of a message that could not be rendered; empty when none were saved."""
    found = database.sql("SELECT template_values FROM notifications WHERE seq = ?", (seq,))
    return rows.read_one(found[0], lambda text: dict(json.loads(text or "{}")))


def set_content(database: Database, seq: int, subject: str, text: str, html: str) -> None:
    """Set subject and bodies of a message that had none, inside the caller's transaction."""
    database.engine.mail.change_subject(seq, subject)
    database.sql(
        "UPDATE notifications SET subject = ?, content = ?, html = ?, template_values = '' WHERE seq = ?",
        (subject, text, html, seq),
    )


def update_text_index(database: Database, seconds: float | None = None) -> None:
    """Bring the text index up to date, in short transactions; stop after some `seconds`, if given.

    Takes the write lock only when there is something new. Where the desk cannot be written, a search finds what was
    indexed before.
    """
    index, began = database.engine.mail, monotonic()
    while not database.is_read_only and index.is_behind():
        with database.writing():
            index.update()
        if seconds is not None and monotonic() - began > seconds:
            return


def counts(database: Database) -> Mapping[DeliveryStatus, int]:
    """Return how many messages are in each state; kept by triggers, not counted."""
    found: dict[str, int] = dict(database.rows(NotificationCountRow.select(*NotificationCountRow._meta.sorted_fields)))
    return {status: int(found.get(status, 0)) for status in DeliveryStatus}


def count(database: Database, wanted: NotificationFilter) -> Count:
    """Return how many messages match: kept sums where possible, else counted up to `HITS_COUNTED`."""
    if wanted.ticket_ids is None and not wanted.text:
        kept = counts(database)
        return Count(sum(kept.values()) if wanted.status is None else kept[wanted.status])
    hits = _filtered(database, wanted, NotificationRow.seq).limit(HITS_COUNTED + 1)
    found = int(database.rows(hits.select_from(fn.COUNT(hits.c.seq)))[0][0])
    return Count(min(found, HITS_COUNTED), capped=found > HITS_COUNTED)


def position(database: Database, wanted: NotificationFilter, seq: int) -> int:
    """Return how many matching messages precede this one, newest first."""
    if wanted == NotificationFilter():
        # No message is ever removed, so seqs are positions.
        return count(database, wanted).rows - seq
    query = _filtered(database, wanted, fn.COUNT(NotificationRow.seq)).where(NotificationRow.seq > seq)
    return int(database.rows(query)[0][0])


def count_since(database: Database, status: DeliveryStatus, since: datetime) -> int:
    """Return how many messages in a state were due after this moment."""
    query = NotificationRow.select(fn.COUNT(NotificationRow.seq)).where(
        (NotificationRow.status == status) & (NotificationRow.due_at > to_text(since))
    )
    return int(database.rows(query)[0][0])


def oldest_waiting(database: Database) -> str | None:
    """Return since when the oldest pending message waits."""
    query = NotificationRow.select(fn.MIN(NotificationRow.created_at)).where(SQL("status = 'pending'"))
    found: str | None = database.rows(query)[0][0]
    return found


def _match(database: Database, wanted: NotificationFilter) -> TextMatch | None:
    """Return the messages that the words of a filter find; None when it has none."""
    tree = parse(wanted.text, typing=True, field="search")
    return None if tree is None else database.engine.mail.matching(NotificationRow.seq, tree)


def _filtered(database: Database, wanted: NotificationFilter, *columns: Any) -> Select:
    query = NotificationRow.select(*columns)
    status: Any = NotificationRow.status
    ticket_id: Any = NotificationRow.ticket_id
    match = _match(database, wanted)
    if match is not None:
        query = match.within(query)
        status, ticket_id = match.other(status), match.other(ticket_id)
    if wanted.status is not None:
        query = query.where(status == wanted.status)
    if wanted.ticket_ids is not None:
        query = query.where(Expression(ticket_id, "IN", wanted.ticket_ids))
    return query
