"""The outbox: which messages are due, who has them in hand, and what became of them.

All of it in plain SQL: the conditions of partial indexes must stand in the query as they stand in the index, and
delivering ten thousand messages runs these statements ten thousand times.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from supportdesk.domain.moment import from_text, to_text
from supportdesk.domain.notification import DeliveryStatus, Notification
from supportdesk.domain.preference import Frequency
from supportdesk.domain.text import clean_line
from supportdesk.storage import rows
from supportdesk.storage.database import Database
from supportdesk.storage.mail import rows as mail_rows

_COLUMNS = ", ".join(column.column_name for column in mail_rows.NOTIFICATION_COLUMNS)
_FREE = "(leased_until IS NULL OR leased_until <= ?)"
_DUE = f"status = 'pending' AND waits_for = 'immediate' AND due_at <= ? AND handed_over_at IS NULL AND {_FREE}"
_LOST = "leased_until <= ? AND handed_over_at IS NOT NULL AND status = 'pending'"
# Not in anybody's hands: what was handed over may arrive, whatever happens here.
_HERE = "status = 'pending' AND handed_over_at IS NULL"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message: sent at `at`, or else due again at `at` if it is pending still.

    `counts` says whether it was an attempt of this message.
    """

    seq: int
    status: DeliveryStatus
    at: datetime
    answer: str = ""
    error: str = ""
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for one person's digest: the address they were written to last, and the numbers of the messages."""

    recipient_email: str
    frequency: Frequency
    seqs: tuple[int, ...]

    @property
    def messages(self) -> int:
        """How many they are."""
        return len(self.seqs)


def has_due(database: Database, at: datetime, newer_than: int = 0) -> bool:
    """Whether there is something to deliver, or something that nobody will ever hear of again.

    Of what is to be delivered, only messages with a higher seq than `newer_than` count.
    """
    now = to_text(at)
    found = database.sql(
        f"SELECT EXISTS (SELECT 1 FROM notifications WHERE {_DUE} AND seq > ?) "
        f"OR EXISTS (SELECT 1 FROM notifications WHERE {_LOST})",
        (now, now, newer_than, now),
    )
    return bool(found[0][0])


def next_due(database: Database) -> datetime | None:
    """When the next message can go, or the next lease ends; None when nothing waits but for a digest."""
    found = database.sql(
        "SELECT min(due_at) FROM notifications WHERE status = 'pending' AND waits_for = 'immediate' "
        "AND leased_until IS NULL UNION ALL SELECT min(leased_until) FROM notifications WHERE leased_until IS NOT NULL"
    )
    moments = [text for (text,) in found if text]
    return rows.read_one((min(moments),), from_text) if moments else None


def newest(database: Database) -> int:
    """The seq of the newest message; 0 when there is none."""
    return int(database.sql("SELECT coalesce(max(seq), 0) FROM notifications")[0][0])


def due_page(
    database: Database, at: datetime, after: tuple[str, int], limit: int, newer_than: int = 0
) -> list[Notification]:
    """Up to `limit` messages that are due, first those that are longest; `after` is due time and seq of the last.

    Only those with a higher seq than `newer_than`.
    """
    now = to_text(at)
    found = database.sql(
        f"SELECT {_COLUMNS} FROM notifications WHERE {_DUE} AND (due_at, seq) > (?, ?) AND seq > ? "
        "ORDER BY due_at, seq LIMIT ?",
        (now, now, *after, newer_than, limit),
    )
    return rows.read(found, mail_rows.notification)


def claim(
    database: Database, owner: str, at: datetime, until: datetime, limit: int, newer_than: int = 0
) -> list[Notification]:
    """Leases up to `limit` messages that are due, inside the caller's transaction, so that nobody else takes them.

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


def hand_over(database: Database, seq: int, owner: str, provider: str, at: datetime, until: datetime) -> bool:
    """Notes down that a message is given away now; says whether it still may be.

    Not when the lease has ended, when it was withdrawn or held back, or when it waits for a digest now.
    """
    found = database.sql(
        "UPDATE notifications SET handed_over_at = ?, leased_until = ?, provider = ? WHERE seq = ? AND leased_by = ? "
        f"AND leased_until > ? AND waits_for = 'immediate' AND {_HERE} RETURNING seq",
        (to_text(at), to_text(until), provider, seq, owner, to_text(at)),
    )
    return bool(found)


def settle(database: Database, owner: str, outcome: Outcome) -> None:
    """Writes down what became of a message, unless it went into other hands meanwhile.

    Also when it was taken for lost: who handed it over knows better.
    """
    sent = outcome.status is DeliveryStatus.SENT
    pending = outcome.status is DeliveryStatus.PENDING
    database.sql(
        "UPDATE notifications SET status = ?, answer = ?, error = ?, reason = '', sent_at = ?, "
        "due_at = coalesce(?, due_at), attempts = attempts + ?, leased_until = NULL, leased_by = '', "
        "handed_over_at = NULL WHERE seq = ? AND leased_by = ? AND status IN ('pending', 'unknown')",
        (
            outcome.status,
            outcome.answer,
            outcome.error,
            to_text(outcome.at) if sent else None,
            to_text(outcome.at) if pending else None,
            int(outcome.counts),
            outcome.seq,
            owner,
        ),
    )


def release(database: Database, owner: str, seqs: Iterable[int]) -> None:
    """Gives back what was leased and not handed over."""
    for seq in seqs:
        database.sql(
            f"UPDATE notifications SET leased_until = NULL, leased_by = '' WHERE seq = ? AND leased_by = ? AND {_HERE}",
            (seq, owner),
        )


def give_up_lost(database: Database, at: datetime, error: str) -> int:
    """Marks what was handed over by somebody who never came back, inside the caller's transaction; gives how many."""
    # The lease's owner stays: if it is only slow, it can still say how it went.
    return len(
        database.sql(
            f"UPDATE notifications SET status = 'unknown', error = ?, attempts = attempts + 1, leased_until = NULL "
            f"WHERE {_LOST} RETURNING seq",
            (error, to_text(at)),
        )
    )


def try_again(database: Database, seq: int, at: datetime) -> None:
    """Makes a message that failed, or whose fate is unknown, due now, as if it had never been tried."""
    database.sql(
        "UPDATE notifications SET status = 'pending', waits_for = 'immediate', due_at = ?, attempts = 0, error = '', "
        "reason = '', leased_until = NULL, leased_by = '', handed_over_at = NULL WHERE seq = ?",
        (to_text(at), seq),
    )


# Undone, held back, asked for at another pace


def withdraw(database: Database, change: int, reason: str) -> set[str]:
    """Takes back what a change would have told and nobody has in hand; gives the ids of the tickets concerned."""
    found = database.sql(
        f"UPDATE notifications SET status = 'withdrawn', reason = ?, leased_until = NULL WHERE change = ? AND {_HERE} "
        "RETURNING ticket_id",
        (reason, change),
    )
    return {ticket_id for (ticket_id,) in found}


def hold_back(database: Database, recipient_key: str, reason: str, change: int) -> int:
    """Holds back all that waits for somebody, because of this journal change; gives how many messages."""
    found = database.sql(
        "UPDATE notifications SET status = 'held', reason = ?, held_by = ?, leased_until = NULL "
        f"WHERE recipient_key = ? AND {_HERE} RETURNING seq",
        (reason, change, recipient_key),
    )
    return len(found)


def let_go(database: Database, change: int) -> int:
    """Lets wait again what was held back because of this journal change; gives how many messages."""
    found = database.sql(
        "UPDATE notifications SET status = 'pending', reason = '', held_by = NULL "
        "WHERE held_by = ? AND status = 'held' RETURNING seq",
        (change,),
    )
    return len(found)


def repace(database: Database, recipient_key: str, frequency: Frequency) -> int:
    """Lets all that waits for somebody wait for this; a digest goes as it is. Gives how many messages it is about."""
    found = database.sql(
        f"UPDATE notifications SET waits_for = ?, leased_until = NULL WHERE recipient_key = ? AND {_HERE} "
        "AND waits_for <> ? AND notification_type <> 'digest' RETURNING seq",
        (frequency, recipient_key, frequency),
    )
    return len(found)


# Digests


def waiting_for_digest(database: Database, frequency: Frequency, before: datetime) -> list[Waiting]:
    """Everybody for whom something has waited since before this moment, with all that waits for them by now."""
    found = database.sql(
        "SELECT newest.recipient_email, each.seqs FROM ("
        "SELECT json_group_array(seq) AS seqs, max(seq) AS last FROM notifications "
        "WHERE status = 'pending' AND waits_for = ? GROUP BY recipient_key HAVING min(due_at) <= ?"
        ") AS each JOIN notifications AS newest ON newest.seq = each.last ORDER BY each.last",
        (frequency, to_text(before)),
    )
    return [Waiting(clean_line(email), frequency, tuple(json.loads(seqs))) for email, seqs in found]


def first_waiting(database: Database, frequency: Frequency) -> datetime | None:
    """When the first message that waits for such a digest was ready for it; None when none does."""
    found = database.sql(
        "SELECT min(due_at) FROM notifications WHERE status = 'pending' AND waits_for = ?", (frequency,)
    )[0][0]
    return rows.read_one((found,), from_text) if found else None


def for_digest(database: Database, waiting: Waiting) -> Sequence[Notification]:
    """What of all this waits still, oldest first."""
    # By their numbers: looking for a person's messages would go through everybody's, for each person again.
    found = database.sql(
        f"SELECT {_COLUMNS} FROM notifications WHERE seq IN (SELECT value FROM json_each(?)) "
        "AND status = 'pending' AND waits_for = ? ORDER BY seq",
        (json.dumps(waiting.seqs), waiting.frequency),
    )
    return rows.read(found, mail_rows.notification)


def digested(database: Database, messages: Sequence[Notification], digest_id: str) -> None:
    """Notes down which digest these messages went into."""
    for message in messages:
        database.sql(
            "UPDATE notifications SET status = 'digested', digest_id = ? WHERE seq = ?", (digest_id, message.seq)
        )
