"""Digests: what waits for them, and what has gone into them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from supportdesk.domain.mail.notification import Notification
from supportdesk.domain.mail.retry import CLOCK_TOLERANCE
from supportdesk.domain.moment import from_text, to_text
from supportdesk.domain.preference import Frequency
from supportdesk.domain.text import clean_line
from supportdesk.storage import rows
from supportdesk.storage.database import Database
from supportdesk.storage.mail.rows import NOTIFICATION_NAMES, notification


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for one person's digest: their latest address, and the seqs of the messages."""

    recipient_email: str
    frequency: Frequency
    seqs: tuple[int, ...]

    @property
    def messages(self) -> int:
        """Return how many they are."""
        return len(self.seqs)


def waiting(database: Database, frequency: Frequency, before: datetime, at: datetime) -> list[Waiting]:
    """Return everybody for whom something has waited since `before`, with all that waits for them `at` this moment.

    What a clock that was ahead has written has waited long enough.
    """
    waits = "status = 'pending' AND waits_for = ?"
    found = database.sql(
        f"SELECT recipient_key, recipient_email, seq FROM notifications WHERE {waits} AND recipient_key IN ("
        f"SELECT recipient_key FROM notifications WHERE {waits} GROUP BY recipient_key "
        "HAVING min(due_at) <= ? OR max(due_set_at) > ?) ORDER BY seq",
        (frequency, frequency, to_text(before), to_text(at + CLOCK_TOLERANCE)),
    )
    seqs: dict[str, list[int]] = {}
    newest: dict[str, str] = {}
    for key, email, seq in found:
        seqs.setdefault(key, []).append(seq)
        newest[key] = email
    everybody = [Waiting(clean_line(newest[key]), frequency, tuple(of_key)) for key, of_key in seqs.items()]
    return sorted(everybody, key=lambda each: each.seqs[-1])


def oldest_ready(database: Database, frequency: Frequency) -> datetime | None:
    """Return since when the first message waits for such a digest; None when none does."""
    found = database.sql(
        "SELECT min(due_at) FROM notifications WHERE status = 'pending' AND waits_for = ?", (frequency,)
    )[0][0]
    return rows.read_one((found,), from_text) if found else None


def parts(database: Database, waiting: Waiting) -> Sequence[Notification]:
    """Return what of this still waits, oldest first."""
    # By seq: finding a person's messages would scan everybody's, for each person again.
    condition, seqs = database.among("seq", waiting.seqs)
    found = database.sql(
        f"SELECT {NOTIFICATION_NAMES} FROM notifications "
        f"WHERE {condition} AND status = 'pending' AND waits_for = ? ORDER BY seq",
        (seqs, waiting.frequency),
    )
    return rows.read(found, notification)


def mark_digested(database: Database, messages: Sequence[Notification], digest_id: str) -> None:
    """Record which digest these messages went into."""
    for message in messages:
        database.sql(
            "UPDATE notifications SET status = 'digested', digest_id = ? WHERE seq = ?", (digest_id, message.seq)
        )
