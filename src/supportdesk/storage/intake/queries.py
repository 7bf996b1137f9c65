"""Queries on the log of the intake."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from supportdesk.domain.mail.incoming import IncomingMail, Outcome
from supportdesk.domain.mail.retry import CLOCK_TOLERANCE
from supportdesk.domain.moment import from_text, to_text
from supportdesk.domain.text import clean_line
from supportdesk.storage import rows
from supportdesk.storage.database import Database

_COLUMNS = "i.seq, i.id, i.outcome, i.cause, t.number, i.from_email, i.subject, i.received_at"
_FROM = "FROM incoming_mails AS i LEFT JOIN tickets AS t ON t.id = i.ticket_id"


@dataclass(frozen=True, slots=True)
class Record:
    """What is written of a mail when it is filed; `stored_as` is the name of its file."""

    id: str
    stored_as: str
    content_key: str
    outcome: Outcome
    cause: str
    ticket_id: str | None
    message: str
    message_id: str
    copied: tuple[str, ...]
    from_key: str
    from_email: str
    from_name: str
    subject: str
    acknowledged: bool
    received_at: datetime


def add(database: Database, record: Record) -> None:
    """Insert the record of a mail."""
    database.sql(
        "INSERT INTO incoming_mails (id, stored_as, content_key, outcome, cause, ticket_id, message, message_id, "
        "copied, from_key, from_email, from_name, subject, acknowledged, received_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            record.id,
            record.stored_as,
            record.content_key,
            record.outcome,
            record.cause,
            record.ticket_id,
            record.message,
            record.message_id,
            json.dumps(record.copied),
            record.from_key,
            record.from_email,
            record.from_name,
            record.subject,
            int(record.acknowledged),
            to_text(record.received_at),
        ),
    )


def is_filed(database: Database, stored_as: str) -> bool:
    """Return whether the mail in a file was filed: by another process, or by one that ended before moving it."""
    return bool(database.sql("SELECT 1 FROM incoming_mails WHERE stored_as = ?", (stored_as,)))


def find_copy(database: Database, mail: str, content_key: str) -> tuple[str | None, int | None] | None:
    """Return ticket id and number of an earlier copy of a mail, or None when this is the first."""
    found = database.sql(
        f"SELECT i.ticket_id, t.number {_FROM} WHERE i.outcome <> 'duplicate' AND (i.id = ? OR i.content_key = ?) "
        "ORDER BY i.seq LIMIT 1",
        (mail, content_key),
    )
    return (found[0][0], found[0][1]) if found else None


def ticket_of_message_id(database: Database, message_ids: Sequence[str]) -> str | None:
    """Return the ticket of the last of these Message-IDs that an incoming mail had."""
    for each in reversed(message_ids):
        found = database.sql(
            "SELECT ticket_id FROM incoming_mails WHERE message_id = ? AND message_id <> '' AND ticket_id IS NOT NULL "
            "ORDER BY seq DESC LIMIT 1",
            (each,),
        )
        if found:
            return clean_line(found[0][0])
    return None


def ticket_of_notification(database: Database, notification: str) -> tuple[str | None, str] | None:
    """Return ticket id and recipient of a mail of ours, or None when there is no such mail."""
    found = database.sql("SELECT ticket_id, recipient_email FROM notifications WHERE id = ?", (notification,))
    return (found[0][0], clean_line(found[0][1])) if found else None


@dataclass(frozen=True, slots=True)
class Origin:
    """The mail that made a ticket: its Message-ID, the name of who asked, and its other recipients."""

    message_id: str
    from_name: str
    copied: tuple[str, ...]


def ask_origin(database: Database, ticket_id: str) -> Callable[[], Origin | None]:
    """Return what gives the mail that made a ticket, or None when no mail did, like `Database.ask`."""
    answer = database.ask(
        "SELECT message_id, from_name, copied FROM incoming_mails WHERE ticket_id = ? AND outcome = 'new-ticket' "
        "ORDER BY seq LIMIT 1",
        (ticket_id,),
    )
    return lambda: next(iter(rows.read(answer(), _origin)), None)


@rows.by_place(copied="[]")
def _origin(message_id: str, from_name: str, copied: str) -> Origin:
    return Origin(clean_line(message_id), clean_line(from_name), rows.addresses(copied))


def of_ticket(database: Database, ticket_id: str) -> list[str]:
    """Return the ids of the mails of a ticket, oldest first."""
    found = database.sql(
        "SELECT id FROM incoming_mails WHERE ticket_id = ? AND outcome IN ('new-ticket', 'appended') ORDER BY seq",
        (ticket_id,),
    )
    return [clean_line(each) for (each,) in found]


def count_recent(
    database: Database, now: datetime, age: timedelta, *, from_key: str = "", acknowledged: bool = False
) -> int:
    """Return how many mails came at most so long ago: from a sender, or acknowledged ones.

    A clock that was ahead once keeps nobody from being answered: what came in the future does not count.
    """
    conditions = ["received_at >= ?", "received_at <= ?"]
    values: list[object] = [to_text(now - age), to_text(now + CLOCK_TOLERANCE)]
    if from_key:
        conditions.append("from_key = ?")
        values.append(from_key)
    conditions.append("acknowledged = 1" if acknowledged else "outcome = 'new-ticket'")
    return int(database.sql(f"SELECT count(*) FROM incoming_mails WHERE {' AND '.join(conditions)}", values)[0][0])


def recently_acknowledged(
    database: Database, from_key: str, now: datetime, age: timedelta
) -> list[tuple[datetime, str]]:
    """Return times and subjects of the mails of a sender that were acknowledged at most so long ago."""
    found = database.sql(
        "SELECT received_at, subject FROM incoming_mails "
        "WHERE from_key = ? AND received_at >= ? AND received_at <= ? AND acknowledged = 1",
        (from_key, to_text(now - age), to_text(now + CLOCK_TOLERANCE)),
    )
    return [(from_text(at), clean_line(subject)) for at, subject in found]


def last_received(database: Database) -> datetime | None:
    """Return when the newest mail was filed; None when none ever was."""
    found = database.sql("SELECT max(received_at) FROM incoming_mails")[0][0]
    return from_text(found) if found else None


def by_message_id(database: Database, message_id: str) -> IncomingMail | None:
    """Return the first mail with a Message-ID; None when none came."""
    found = database.sql(f"SELECT {_COLUMNS} {_FROM} WHERE i.message_id = ? ORDER BY i.seq LIMIT 1", (message_id,))
    return rows.read_one(found[0], _incoming) if found else None


def outcome_counts(database: Database) -> dict[str, int]:
    """Return how many mails have each outcome."""
    found = database.sql("SELECT outcome, count(*) FROM incoming_mails GROUP BY outcome")
    return {clean_line(outcome): int(count) for outcome, count in found}


def misplaced(database: Database, limit: int) -> list[str]:
    """Return ids of mails that are not where their outcome says: in no ticket, or copies of nothing."""
    found = database.sql(
        "SELECT id FROM incoming_mails WHERE outcome IN ('new-ticket', 'appended') AND ticket_id IS NULL "
        "UNION SELECT id FROM incoming_mails AS copy WHERE outcome = 'duplicate' AND NOT EXISTS "
        "(SELECT 1 FROM incoming_mails AS first WHERE first.outcome <> 'duplicate' AND first.id = copy.id) "
        "AND NOT EXISTS (SELECT 1 FROM incoming_mails AS first "
        "WHERE first.outcome <> 'duplicate' AND first.content_key = copy.content_key) LIMIT ?",
        (limit,),
    )
    return [clean_line(each) for (each,) in found]


def stored_names(database: Database, prefix: str) -> dict[str, list[str]]:
    """Return the ids that begin with two digits, each with the names under which its mails were stored."""
    found = database.sql("SELECT id, stored_as FROM incoming_mails WHERE id >= ? AND id < ?", (prefix, f"{prefix}g"))
    names: dict[str, list[str]] = {}
    for mail, stored_as in found:
        names.setdefault(clean_line(mail), []).append(clean_line(stored_as))
    return names


def page(database: Database, outcomes: Sequence[Outcome], limit: int) -> list[IncomingMail]:
    """Return the newest mails with one of these outcomes."""
    places = ", ".join("?" * len(outcomes))
    found = database.sql(
        f"SELECT {_COLUMNS} {_FROM} WHERE i.outcome IN ({places}) ORDER BY i.seq DESC LIMIT ?", (*outcomes, limit)
    )
    return rows.read(found, _incoming)


def find(database: Database, reference: str) -> list[IncomingMail]:
    """Return the mails that a seq, or the beginning of an id, names."""
    if reference.isdecimal() and len(reference) < 18:
        found = database.sql(f"SELECT {_COLUMNS} {_FROM} WHERE i.seq = ?", (int(reference),))
    else:
        found = database.sql(
            f"SELECT {_COLUMNS} {_FROM} WHERE i.outcome <> 'duplicate' AND substr(i.id, 1, ?) = ? LIMIT 3",
            (len(reference), reference.lower()),
        )
    return rows.read(found, _incoming)


def settle(database: Database, seq: int, outcome: Outcome, ticket_id: str | None, message: str = "") -> None:
    """Record what an agent decided about a mail: in which ticket it is, and as which message of it."""
    database.sql(
        "UPDATE incoming_mails SET outcome = ?, ticket_id = ?, message = ? WHERE seq = ?",
        (outcome, ticket_id, message, seq),
    )


@rows.by_place(outcome=Outcome.FAILED)
def _incoming(
    seq: int,
    id: str,  # noqa: A002
    outcome: str,
    cause: str,
    number: int | None,
    from_email: str,
    subject: str,
    received_at: str,
) -> IncomingMail:
    return IncomingMail(
        seq,
        clean_line(id),
        Outcome(outcome),
        clean_line(cause),
        number,
        clean_line(from_email),
        clean_line(subject),
        from_text(received_at),
    )
