"""Stored times that cannot be right: in the future, or unreadable."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from supportdesk.domain.moment import from_text, to_text
from supportdesk.storage.database import Database

_WRITTEN = {
    "tickets": ("created_at", "updated_at"),
    "faqs": ("created_at",),
    "experiments": ("created_at",),
    "user_preferences": ("updated_at",),
    "notifications": ("created_at", "due_set_at"),
    "mail_services": ("saved_at",),
    "journal": ("at",),
}
"""Times that say when something was done."""


def unreadable_times(database: Database) -> list[str]:
    """Return where there are times that cannot be read, as `table.column` and how many; reads whole tables."""
    found = []
    for table, columns in _WRITTEN.items():
        for column in columns:
            (many,) = database.sql(
                f"SELECT count(*) FROM {table} WHERE {column} <> '' AND {column} NOT LIKE '____-__-__T__:__:__%'",
            )[0]
            if many:
                found.append(f"{many:,} in {table}.{column}")
    return found


def future_times(database: Database, after: datetime) -> tuple[int, datetime | None]:
    """Return how many stored times are later than `after`, and the latest of them; reads whole tables."""
    many, latest = 0, None
    for table, columns in _WRITTEN.items():
        for column in columns:
            count, text = database.sql(
                # Up to the letters: the file may hold other texts than times.
                f"SELECT count(*), max({column}) FROM {table} WHERE {column} > ? AND {column} < 'A'",
                (to_text(after),),
            )[0]
            with suppress(ValueError):
                found = from_text(text or "")
                latest = found if latest is None else max(latest, found)
                many += count
    return many, latest
