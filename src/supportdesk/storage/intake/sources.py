"""Queries on the mailboxes that mail is fetched from."""

from __future__ import annotations

from datetime import datetime

from supportdesk.domain.mail.incoming import MailSource
from supportdesk.domain.moment import from_text, to_text
from supportdesk.domain.text import clean_line
from supportdesk.storage import rows
from supportdesk.storage.database import Database

_COLUMNS = "name, uid_validity, last_uid, alarm_minutes, added_at, succeeded_at, error"


def every(database: Database) -> list[MailSource]:
    """Return all sources that mail was ever fetched from, by name."""
    return rows.read(database.sql(f"SELECT {_COLUMNS} FROM mail_sources ORDER BY name"), _source)


def find(database: Database, name: str) -> MailSource | None:
    """Return a source; None before anything was fetched from it."""
    found = rows.read(database.sql(f"SELECT {_COLUMNS} FROM mail_sources WHERE name = ?", (name,)), _source)
    return found[0] if found else None


def add(database: Database, name: str, alarm_minutes: int, at: datetime) -> None:
    """Note that mail is fetched from a source from now on, and after how many silent minutes that is a problem."""
    database.sql(
        "INSERT INTO mail_sources (name, alarm_minutes, added_at) VALUES (?, ?, ?) "
        "ON CONFLICT (name) DO UPDATE SET alarm_minutes = excluded.alarm_minutes "
        "WHERE mail_sources.alarm_minutes <> excluded.alarm_minutes",
        (name, alarm_minutes, to_text(at)),
    )


def save_success(database: Database, name: str, at: datetime) -> None:
    """Save that a source was read to its end."""
    database.sql("UPDATE mail_sources SET succeeded_at = ?, error = '' WHERE name = ?", (to_text(at), name))


def save_error(database: Database, name: str, error: str) -> None:
    """Save why a source cannot be read."""
    database.sql("UPDATE mail_sources SET error = ? WHERE name = ?", (error, name))


def save_position(database: Database, name: str, uid_validity: int, last_uid: int) -> None:
    """Save up to which UID the mails of a source are stored; never moves back within one UIDVALIDITY."""
    database.sql(
        "UPDATE mail_sources SET uid_validity = ?, last_uid = ? WHERE name = ? AND (uid_validity <> ? OR last_uid < ?)",
        (uid_validity, last_uid, name, uid_validity, last_uid),
    )


def remove(database: Database, name: str) -> bool:
    """Forget a source; return whether it was known."""
    return bool(database.change("DELETE FROM mail_sources WHERE name = ?", (name,)))


@rows.by_place()
def _source(
    name: str,
    uid_validity: int,
    last_uid: int,
    alarm_minutes: int,
    added_at: str,
    succeeded_at: str | None,
    error: str,
) -> MailSource:
    return MailSource(
        clean_line(name),
        int(uid_validity),
        int(last_uid),
        int(alarm_minutes),
        from_text(added_at),
        from_text(succeeded_at) if succeeded_at else None,
        clean_line(error),
    )
