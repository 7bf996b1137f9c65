"""Queries on the suppression list: addresses that get no mail, since their mailbox does not exist."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from supportdesk.domain.address import address_key
from supportdesk.domain.moment import from_text, to_text
from supportdesk.domain.text import clean_line
from supportdesk.storage import rows
from supportdesk.storage.database import Database


class Suppression(NamedTuple):
    """An address that gets no mail, why, and who said so."""

    address: str
    reason: str
    added_by: str
    added_at: datetime


def add(database: Database, suppression: Suppression) -> bool:
    """Insert an address; return whether it is new."""
    return bool(
        database.sql(
            "INSERT INTO suppressions (address_key, address, reason, added_by, added_at) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (address_key) DO NOTHING RETURNING address_key",
            (
                address_key(suppression.address),
                suppression.address,
                suppression.reason,
                suppression.added_by,
                to_text(suppression.added_at),
            ),
        )
    )


def remove(database: Database, address: str) -> bool:
    """Delete an address; return whether it was there."""
    return bool(
        database.sql("DELETE FROM suppressions WHERE address_key = ? RETURNING address_key", (address_key(address),))
    )


def find(database: Database, address: str) -> Suppression | None:
    """Return the suppression of an address."""
    return ask(database, address)()


def ask(database: Database, address: str) -> Callable[[], Suppression | None]:
    """Return what gives the suppression of an address, like `Database.ask`."""
    answer = database.ask(
        "SELECT address, reason, added_by, added_at FROM suppressions WHERE address_key = ?", (address_key(address),)
    )
    return lambda: next(iter(rows.read(answer(), _suppression)), None)


def list_all(database: Database) -> list[Suppression]:
    """Return every suppressed address."""
    found = database.sql("SELECT address, reason, added_by, added_at FROM suppressions ORDER BY address_key")
    return rows.read(found, _suppression)


@rows.by_place()
def _suppression(address: str, reason: str, added_by: str, added_at: str) -> Suppression:
    return Suppression(clean_line(address), clean_line(reason), clean_line(added_by), from_text(added_at))
