"""The outbox: which messages are due, who has leased them, and their outcomes.

Plain SQL: a query must repeat the condition of a partial index literally, and delivering ten thousand messages runs
these statements ten thousand times.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from supportdesk.domain.mail.notification import DeliveryStatus, Notification
from supportdesk.domain.mail.retry import CLOCK_TOLERANCE, LEASE
from supportdesk.domain.moment import from_text, to_text
from supportdesk.domain.preference import Frequency
from supportdesk.domain.text import clean_line
from supportdesk.storage import rows
from supportdesk.storage.database import Database
from supportdesk.storage.mail import replies
from supportdesk.storage.mail import rows as mail_rows

NONE = timedelta()
# What a clock that was ahead has written is not waited for.
_LEASE_ENDED = "(leased_until <= ? OR leased_until > ?)"
_DUE = (
    "status = 'pending' AND waits_for = 'immediate' AND (due_at <= ? OR due_set_at > ?) AND handed_over_at IS NULL "
    f"AND (leased_until IS NULL OR {_LEASE_ENDED})"
)
_LOST = f"{_LEASE_ENDED} AND handed_over_at IS NOT NULL AND status = 'pending'"
# Not handed over: what was may arrive, whatever happens here.
_HERE = "status = 'pending' AND handed_over_at IS NULL"


class Outcome(NamedTuple):
    """The outcome of a message: sent at `at`, or due again at `at` if it is still pending.

    `counts` is whether it was an attempt of this message.
    """

    seq: int
    status: DeliveryStatus
    at: datetime
    answer: str = ""
    provider_message_id: str = ""
    error: str = ""
    counts: bool = True


def has_due(database: Database, at: datetime, newer_than: int = 0, overdue: timedelta = NONE) -> bool:
    """Return whether there is something to deliver, or a lost message to mark.

    Of messages to deliver, only those with a higher seq than `newer_than` count that have been due for `overdue`.
    """
    found = database.sql(
        f"SELECT EXISTS (SELECT 1 FROM notifications WHERE {_DUE} AND seq > ?) "
        f"OR EXISTS (SELECT 1 FROM notifications WHERE {_LOST})",
        (*_due(at, overdue), newer_than, *_lease_ended(at)),
    )
    return bool(found[0][0])


def next_due(database: Database, at: datetime) -> datetime | None:
    """Return when the next message can go, or the next lease ends; None when nothing waits except for a digest."""
    found = database.sql(
        "SELECT min(CASE WHEN due_set_at > ? THEN ? ELSE due_at END) FROM notifications "
        "WHERE status = 'pending' AND waits_for = 'immediate' AND leased_until IS NULL "
        "UNION ALL SELECT min(CASE WHEN leased_until > ? THEN ? ELSE leased_until END) FROM notifications "
        "WHERE leased_until IS NOT NULL",
        (to_text(at + CLOCK_TOLERANCE), to_text(at), to_text(at + LEASE + CLOCK_TOLERANCE), to_text(at)),
    )
    moments = [text for (text,) in found if text]
    return rows.read_one((min(moments),), from_text) if moments else None


def newest(database: Database) -> int:
    """Return the seq of the newest message; 0 when there is none."""
    return int(database.sql("SELECT coalesce(max(seq), 0) FROM notifications")[0][0])


def due_page(
    database: Database, at: datetime, after: tuple[str, int], limit: int, newer_than: int = 0
) -> list[Notification]:
    """Return up to `limit` messages that are due, longest first; `after` is due time and seq of the last.

    Only those with a higher seq than `newer_than`.
    """
    found = database.sql(
        f"SELECT {mail_rows.NOTIFICATION_NAMES} FROM notifications WHERE {_DUE} AND (due_at, seq) > (?, ?) AND seq > ? "
        "ORDER BY due_at, seq LIMIT ?",
        (*_due(at), *after, newer_than, limit),
    )
    return rows.read(found, mail_rows.notification)


def claim(
    database: Database, owner: str, at: datetime, until: datetime, limit: int, newer_than: int = 0
) -> list[Notification]:
    """Lease up to `limit` messages that are due, inside the caller's transaction, so that nobody else takes them.

    Only those with a higher seq than `newer_than`.
    """
    found = due_page(database, at, ("", 0), limit, newer_than)
    if found:
        places = ", ".join("?" * len(found))
        database.sql(
            f"UPDATE notifications SET leased_until = ?, leased_by = ? WHERE seq IN ({places})",
            (to_text(until), owner, *(message.seq for message in found)),
        )
    return found


def hold_suppressed(database: Database, messages: Sequence[Notification], reason: str) -> list[Notification]:
    """Hold leased messages to suppressed addresses, inside the caller's transaction; return the others.

    Checked when they are about to leave: an address may be suppressed after its mail was queued.
    """
    if not messages:
        return []
    places = ", ".join("?" * len(messages))
    held = database.sql(
        "UPDATE notifications SET status = 'held', leased_until = NULL, leased_by = '', "
        "reason = ? || (SELECT reason FROM suppressions WHERE address_key = notifications.recipient_key) "
        f"WHERE seq IN ({places}) AND recipient_key IN (SELECT address_key FROM suppressions) RETURNING seq",
        (reason, *(message.seq for message in messages)),
    )
    seqs = {seq for (seq,) in held}
    return [message for message in messages if message.seq not in seqs]


def mark_handed_over(database: Database, seq: int, owner: str, provider: str, at: datetime, until: datetime) -> bool:
    """Mark a message as handed over; return whether it still may be sent.

    Not when the lease has ended, or when it was withdrawn, held or moved to a digest meanwhile.
    """
    found = database.sql(
        "UPDATE notifications SET handed_over_at = ?, leased_until = ?, provider = ? WHERE seq = ? AND leased_by = ? "
        f"AND leased_until > ? AND waits_for = 'immediate' AND {_HERE} RETURNING seq",
        (to_text(at), to_text(until), provider, seq, owner, to_text(at)),
    )
    return bool(found)


def settle(database: Database, owner: str, outcome: Outcome, at: datetime) -> None:
    """Save the outcome of a message, unless somebody else has leased it meanwhile.

    Also when it was marked as lost: the process that handed it over knows better.
    """
    sent = outcome.status is DeliveryStatus.SENT
    pending = outcome.status is DeliveryStatus.PENDING
    database.sql(
        "UPDATE notifications SET status = ?, answer = ?, provider_message_id = ?, error = ?, reason = '', "
        "sent_at = ?, due_at = coalesce(?, due_at), due_set_at = ?, attempts = attempts + ?, leased_until = NULL, "
        "leased_by = '', handed_over_at = NULL WHERE seq = ? AND leased_by = ? AND status IN ('pending', 'unknown')",
        (
            outcome.status,
            outcome.answer,
            outcome.provider_message_id,
            outcome.error,
            to_text(outcome.at) if sent else None,
            to_text(outcome.at) if pending else None,
            to_text(at),
            int(outcome.counts),
            outcome.seq,
            owner,
        ),
    )
    if outcome.status is DeliveryStatus.FAILED:
        [(notification,)] = database.sql("SELECT id FROM notifications WHERE seq = ?", (outcome.seq,))
        replies.record_failure(database, notification)


def release(database: Database, owner: str, seqs: Iterable[int]) -> None:
    """Release what was leased and not handed over."""
    for seq in seqs:
        database.sql(
            f"UPDATE notifications SET leased_until = NULL, leased_by = '' WHERE seq = ? AND leased_by = ? AND {_HERE}",
            (seq, owner),
        )


def mark_lost_unknown(database: Database, at: datetime, error: str) -> int:
    """Mark what was handed over and never settled, inside the caller's transaction; return how many."""
    # The lease's owner stays: if it is only slow, it can still settle the message.
    return len(
        database.sql(
            f"UPDATE notifications SET status = 'unknown', error = ?, attempts = attempts + 1, leased_until = NULL "
            f"WHERE {_LOST} RETURNING seq",
            (error, *_lease_ended(at)),
        )
    )


def requeue(database: Database, seq: int, at: datetime) -> None:
    """Make a failed or unknown message due now, as if it had never been tried."""
    requeued = database.sql(
        "UPDATE notifications SET status = 'pending', waits_for = 'immediate', due_at = ?, due_set_at = ?, "
        "attempts = 0, error = '', reason = '', leased_until = NULL, leased_by = '', handed_over_at = NULL "
        "WHERE seq = ? RETURNING id",
        (to_text(at), to_text(at), seq),
    )
    for (notification,) in requeued:
        replies.forget_failure(database, notification)


def withdraw(database: Database, change: int, reason: str) -> set[str]:
    """Withdraw the mail of a change that is not handed over; return the ids of the tickets concerned."""
    found = database.sql(
        f"UPDATE notifications SET status = 'withdrawn', reason = ?, leased_until = NULL WHERE change = ? AND {_HERE} "
        "RETURNING ticket_id",
        (reason, change),
    )
    return {ticket_id for (ticket_id,) in found}


def told_of(database: Database, change: int) -> list[str]:
    """Return the addresses that mail about a change has left for, or may have."""
    found = database.sql(
        "SELECT DISTINCT recipient_email FROM notifications WHERE change = ? "
        "AND (status IN ('sent', 'unknown', 'digested') OR handed_over_at IS NOT NULL) ORDER BY recipient_email",
        (change,),
    )
    return [clean_line(address) for (address,) in found]


def hold(database: Database, recipient_key: str, reason: str, change: int) -> int:
    """Hold all that waits for somebody, because of this journal change; return how many messages."""
    found = database.sql(
        "UPDATE notifications SET status = 'held', reason = ?, held_by = ?, leased_until = NULL "
        f"WHERE recipient_key = ? AND {_HERE} RETURNING seq",
        (reason, change, recipient_key),
    )
    return len(found)


def release_held(database: Database, change: int) -> int:
    """Queue again what was held because of this journal change; return how many messages."""
    found = database.sql(
        "UPDATE notifications SET status = 'pending', reason = '', held_by = NULL "
        "WHERE held_by = ? AND status = 'held' RETURNING seq",
        (change,),
    )
    return len(found)


def change_frequency(database: Database, recipient_key: str, frequency: Frequency) -> int:
    """Change what mail to somebody waits for, except digests; return how many messages changed."""
    found = database.sql(
        f"UPDATE notifications SET waits_for = ?, leased_until = NULL WHERE recipient_key = ? AND {_HERE} "
        "AND waits_for <> ? AND notification_type <> 'digest' RETURNING seq",
        (frequency, recipient_key, frequency),
    )
    return len(found)


def _due(at: datetime, overdue: timedelta = NONE) -> tuple[str, ...]:
    """Return the parameters of `_DUE`."""
    return to_text(at - overdue), to_text(at + CLOCK_TOLERANCE), *_lease_ended(at)


def _lease_ended(at: datetime) -> tuple[str, str]:
    """Return the parameters of `_LEASE_ENDED`; no honest lease ends later than the second one."""
    return to_text(at), to_text(at + LEASE + CLOCK_TOLERANCE)
