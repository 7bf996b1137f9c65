"""Queries on blocked senders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from supportdesk.domain.address import address_key
from supportdesk.domain.moment import from_text, to_text
from supportdesk.domain.text import clean_line
from supportdesk.storage import rows
from supportdesk.storage.database import Database


@dataclass(frozen=True, slots=True)
class BlockedSender:
    """An address whose mail is parked, or a domain as `@example.com`."""

    sender: str
    blocked_by: str
    blocked_at: datetime


def add(database: Database, blocked: BlockedSender) -> bool:
    """Insert a sender; return whether it was not blocked yet."""
    found = database.sql(
        "INSERT INTO blocked_senders (sender_key, sender, blocked_by, blocked_at) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (sender_key) DO NOTHING RETURNING sender_key",
        (address_key(blocked.sender), blocked.sender, blocked.blocked_by, to_text(blocked.blocked_at)),
    )
    return bool(found)


def remove(database: Database, sender: str) -> bool:
    """Delete a sender; return whether it was blocked."""
    found = database.sql(
        "DELETE FROM blocked_senders WHERE sender_key = ? RETURNING sender_key", (address_key(sender),)
    )
    return bool(found)


def list_all(database: Database) -> list[BlockedSender]:
    """Return every blocked sender, by name."""
    found = database.sql("SELECT sender, blocked_by, blocked_at FROM blocked_senders ORDER BY sender_key")
    return rows.read(found, _blocked)


def is_blocked(database: Database, address: str) -> bool:
    """Return whether an address is blocked, itself or with its domain or a domain above that."""
    key = address_key(address)
    labels = key.rpartition("@")[2].split(".")[:127]
    names = [key, *(f"@{'.'.join(labels[place:])}" for place in range(len(labels)))]
    places = ", ".join("?" * len(names))
    return bool(database.sql(f"SELECT 1 FROM blocked_senders WHERE sender_key IN ({places}) LIMIT 1", names))


@rows.by_place()
def _blocked(sender: str, blocked_by: str, blocked_at: str) -> BlockedSender:
    return BlockedSender(clean_line(sender), clean_line(blocked_by), from_text(blocked_at))
