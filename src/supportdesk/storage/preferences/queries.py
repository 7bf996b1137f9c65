"""Queries on preferences."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from peewee import fn

from supportdesk.domain.address import address_key
from supportdesk.domain.moment import to_text
from supportdesk.domain.page import Count, Seek
from supportdesk.domain.preference import (
    Frequency,
    Language,
    Preference,
    PreferenceQuery,
    PreferenceStats,
)
from supportdesk.storage import rows
from supportdesk.storage.database import Database
from supportdesk.storage.mail import rows as mail_rows
from supportdesk.storage.mail.tables import PreferenceRow

if TYPE_CHECKING:
    from peewee import ModelSelect

    Select = ModelSelect[Any]

# Spelled out: asked with every change of a ticket, and Peewee takes longer to make it than SQLite to answer.
_FIND = f"SELECT {', '.join(column.name for column in mail_rows.PREFERENCE_COLUMNS)} FROM user_preferences"
_SAVE = """
INSERT INTO user_preferences (
    id, email, email_key, email_notifications, sms_notifications, notification_frequency, preferred_language,
    created_at, updated_at
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (email_key) DO UPDATE SET
    email_notifications = excluded.email_notifications, sms_notifications = excluded.sms_notifications,
    notification_frequency = excluded.notification_frequency, preferred_language = excluded.preferred_language,
    updated_at = excluded.updated_at
"""


def find(database: Database, email: str) -> Preference | None:
    """Return the stored preferences of an address, in any case and Unicode form."""
    return ask(database, email)()


def ask(database: Database, email: str) -> Callable[[], Preference | None]:
    """Return what gives the stored preferences of an address, like `Database.ask`."""
    answer = database.ask(f"{_FIND} WHERE email_key = ?", (address_key(email),))
    return lambda: next(iter(rows.read(answer(), mail_rows.preference)), None)


def find_by_id(database: Database, preference_id: str) -> Preference | None:
    """Return the stored preferences of this id."""
    found = rows.read(database.sql(f"{_FIND} WHERE id = ?", (preference_id,)), mail_rows.preference)
    return found[0] if found else None


def save(database: Database, preference: Preference) -> None:
    """Store a preference that has an id and its times; of one that is there already, only what can change."""
    if preference.created_at is None or preference.updated_at is None:
        raise ValueError("a preference without times cannot be stored")
    database.sql(
        _SAVE,
        (
            preference.id,
            preference.email,
            address_key(preference.email),
            preference.email_notifications,
            preference.sms_notifications,
            preference.notification_frequency,
            preference.preferred_language,
            to_text(preference.created_at),
            to_text(preference.updated_at),
        ),
    )


def remove(database: Database, preference_id: str) -> None:
    """Delete stored preferences, so that the defaults apply."""
    database.execute(PreferenceRow.delete().where(PreferenceRow.id == preference_id))


def page(database: Database, query: PreferenceQuery, seek: Seek, limit: int) -> list[Preference]:
    """Return up to `limit` stored preferences by address; the list's key is `(address_key(email),)`."""
    select = _filtered(query, *mail_rows.PREFERENCE_COLUMNS).limit(limit).offset(seek.skip)
    key = PreferenceRow.email_key
    if seek.key is not None:
        select = select.where(key < seek.key[0] if seek.backwards else key > seek.key[0])
    select = select.order_by(key.desc() if seek.backwards else key.asc())
    found = rows.read(database.rows(select), mail_rows.preference)
    return found[::-1] if seek.backwards else found


def count(database: Database, query: PreferenceQuery) -> Count:
    """Return how many stored preferences a query finds."""
    return Count(int(database.rows(_filtered(query, fn.COUNT(PreferenceRow.number)))[0][0]))


def position(database: Database, query: PreferenceQuery, key: str) -> int:
    """Return the number of preferences before a key."""
    select = _filtered(query, fn.COUNT(PreferenceRow.number)).where(PreferenceRow.email_key < key)
    return int(database.rows(select)[0][0])


def stream(database: Database, query: PreferenceQuery) -> Iterator[Preference]:
    """Return every stored preference of a query, one by one, by address."""
    select = _filtered(query, *mail_rows.PREFERENCE_COLUMNS).order_by(PreferenceRow.email_key)
    for row in database.stream(select):
        yield rows.read_one(row, mail_rows.preference)


def stats(database: Database) -> PreferenceStats:
    """Return the number of preferences of each kind, from stored sums."""
    frequencies = dict.fromkeys(Frequency, 0)
    languages = dict.fromkeys(Language, 0)
    total = email_on = sms_on = 0
    for email, sms, frequency, language, number in database.sql(
        "SELECT * FROM preference_counts WHERE preferences <> 0"
    ):
        total += number
        email_on += number * email
        sms_on += number * sms
        frequencies[rows.read_one((frequency,), Frequency)] += number
        languages[rows.read_one((language,), Language)] += number
    return PreferenceStats(total, email_on, sms_on, frequencies, languages)


def _filtered(query: PreferenceQuery, *columns: Any) -> Select:
    select = PreferenceRow.select(*columns)
    if query.text:
        select = select.where(PreferenceRow.email_key.contains(address_key(query.text)))
    if query.frequency is not None:
        select = select.where(PreferenceRow.notification_frequency == query.frequency)
    if query.language is not None:
        select = select.where(PreferenceRow.preferred_language == query.language)
    if query.email_notifications is not None:
        select = select.where(PreferenceRow.email_notifications == query.email_notifications)
    return select
