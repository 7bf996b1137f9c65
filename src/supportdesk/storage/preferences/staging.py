"""Staging table for an import of preferences."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from supportdesk.domain.moment import to_text
from supportdesk.domain.preference import DIGESTS, Frequency, Preference
from supportdesk.storage.database import Database

PAGE = 500

_NAMES = ("email_notifications", "sms_notifications", "notification_frequency", "preferred_language")
_VALUES = ", ".join(_NAMES)
_DEFAULTS = Preference("")


class StagedPreference(NamedTuple):
    """A checked row; None stays as it is for this person. `line` and `cells` are where it came from."""

    id: str
    email: str
    email_key: str
    email_notifications: bool | None
    sms_notifications: bool | None
    notification_frequency: str | None
    preferred_language: str | None
    line: int
    cells: list[str]


@contextmanager
def staging(database: Database) -> Iterator[PreferenceStaging]:
    """Yield an empty staging table; gone at the end of the block."""
    # On disk, so that a million rows take no more memory than ten.
    database.engine.prepare_staging()
    database.sql(
        "CREATE TEMP TABLE staged (place BIGINT PRIMARY KEY, id TEXT, email TEXT, email_key TEXT, "
        "email_notifications BIGINT, sms_notifications BIGINT, notification_frequency TEXT, preferred_language TEXT, "
        "line BIGINT, cells TEXT)"
    )
    try:
        yield PreferenceStaging(database)
    finally:
        database.sql("DROP TABLE staged")


class PreferenceStaging:
    """The staging table of one connection."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def fill(self, rows: Iterable[StagedPreference]) -> None:
        """Store rows as they come, without keeping them."""
        # One transaction, and none that reads or writes the desk: others save and check-point meanwhile.
        with self._database.reading():
            self._database.fill(
                "staged",
                f"place, id, email, email_key, {_VALUES}, line, cells",
                ((place, *row[:-1], json.dumps(row.cells)) for place, row in enumerate(rows, start=1)),
            )
        self._database.sql("CREATE INDEX staged_email ON staged (email_key)")

    def count(self) -> int:
        """Return how many rows are staged."""
        return int(self._database.sql("SELECT count(*) FROM staged")[0][0])

    def repeated(self) -> Iterator[tuple[int, str, list[str]]]:
        """Take out the rows about somebody an earlier row is about, and return line, address and cells of each."""
        condition = (
            "EXISTS (SELECT 1 FROM staged AS earlier "
            "WHERE earlier.email_key = staged.email_key AND earlier.place < staged.place)"
        )
        last = 0
        query = f"SELECT place, line, email, cells FROM staged WHERE place > ? AND {condition} ORDER BY place"
        while page := self._database.sql(f"{query} LIMIT {PAGE}", (last,)):
            for _, line, email, cells in page:
                yield line, email, json.loads(cells)
            last = page[-1][0]
        self._database.sql(f"DELETE FROM staged WHERE {condition}")

    def save(self, at: datetime, change: int) -> None:
        """Set all of them inside the caller's transaction, and let mail that waits for these people follow.

        `change` is the journal change that says so.
        """
        # What a row does not name stays as it is; one statement, so that the write lock is held briefly.
        values = ", ".join(f"coalesce(staged.{name}, kept.{name}, ?)" for name in _NAMES)
        self._database.sql(
            f"INSERT INTO user_preferences (id, email, email_key, {_VALUES}, created_at, updated_at) "
            f"SELECT staged.id, staged.email, staged.email_key, {values}, ?, ? FROM staged AS staged "
            "LEFT JOIN user_preferences AS kept USING (email_key) WHERE true "
            "ON CONFLICT (email_key) DO UPDATE SET "
            f"{', '.join(f'{name} = excluded.{name}' for name in _NAMES)}, updated_at = excluded.updated_at",
            (*(getattr(_DEFAULTS, name) for name in _NAMES), to_text(at), to_text(at)),
        )
        self._let_mail_follow(change)

    def _let_mail_follow(self, change: int) -> None:
        """Hold or release mail, as `outbox.hold` and `outbox.change_frequency` do for one person."""
        waiting = (
            "status = 'pending' AND handed_over_at IS NULL AND recipient_key IN (SELECT email_key FROM staged "
            "JOIN user_preferences AS now USING (email_key)"
        )
        for condition, none in (
            ("now.email_notifications = 0", Preference("", email_notifications=False)),
            ("now.notification_frequency = 'none'", Preference("", notification_frequency=Frequency.NONE)),
        ):
            self._database.sql(
                "UPDATE notifications SET status = 'held', reason = ?, held_by = ?, leased_until = NULL "
                f"WHERE {waiting} WHERE {condition})",
                (none.held_because, change),
            )
        for frequency in (Frequency.IMMEDIATE, *DIGESTS):
            self._database.sql(
                "UPDATE notifications SET waits_for = ?, leased_until = NULL WHERE waits_for <> ? "
                f"AND notification_type <> 'digest' AND {waiting} WHERE now.notification_frequency = ?)",
                (frequency, frequency, frequency),
            )
