"""Queries on canned replies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from supportdesk.domain.moment import from_text, to_text
from supportdesk.domain.text import clean_body, clean_line
from supportdesk.storage import rows
from supportdesk.storage.database import Database


@dataclass(frozen=True, slots=True)
class CannedReply:
    """A text that agents insert by its name."""

    name: str
    text: str
    changed_by: str
    changed_at: datetime


def save(database: Database, canned: CannedReply) -> None:
    """Insert a canned reply, or replace the one with this name."""
    database.sql(
        "INSERT INTO canned_replies (name_key, name, content, changed_by, changed_at) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (name_key) DO UPDATE SET name = excluded.name, content = excluded.content, "
        "changed_by = excluded.changed_by, changed_at = excluded.changed_at",
        (canned.name.casefold(), canned.name, canned.text, canned.changed_by, to_text(canned.changed_at)),
    )


def find(database: Database, name: str) -> CannedReply | None:
    """Return the canned reply of this name, in any case of letters."""
    found = database.sql(
        "SELECT name, content, changed_by, changed_at FROM canned_replies WHERE name_key = ?", (name.casefold(),)
    )
    return rows.read_one(found[0], _canned) if found else None


def list_all(database: Database) -> list[CannedReply]:
    """Return every canned reply, by name."""
    found = database.sql("SELECT name, content, changed_by, changed_at FROM canned_replies ORDER BY name_key")
    return rows.read(found, _canned)


def delete(database: Database, name: str) -> bool:
    """Delete a canned reply; return whether there was one."""
    return bool(database.sql("DELETE FROM canned_replies WHERE name_key = ? RETURNING name_key", (name.casefold(),)))


@rows.by_place()
def _canned(name: str, content: str, changed_by: str, changed_at: str) -> CannedReply:
    return CannedReply(clean_line(name), clean_body(content), clean_line(changed_by), from_text(changed_at))
