"""Preferences of requesters: whether, how often and in which language they want mail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from supportdesk.domain.errors import invalid, one_of


class Frequency(StrEnum):
    """How often somebody wants mail; daily and weekly ones come together in a digest."""

    IMMEDIATE = "immediate"
    DAILY = "daily"
    WEEKLY = "weekly"
    NONE = "none"


class Language(StrEnum):
    """The language somebody is written to in, as an ISO 639-1 code."""

    ENGLISH = "en"
    GERMAN = "de"
    FRENCH = "fr"
    SPANISH = "es"


DIGESTS = (Frequency.DAILY, Frequency.WEEKLY)


@dataclass(frozen=True, slots=True)
class Preference:
    """The preferences in force for one address.

    Nothing but the defaults while `id` is empty: then nothing is stored, and there are no times. `sms_notifications`
    is kept for later; no text messages are sent yet.
    """

    email: str
    email_notifications: bool = True
    sms_notifications: bool = False
    notification_frequency: Frequency = Frequency.IMMEDIATE
    preferred_language: Language = Language.ENGLISH
    id: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None

    @property
    def held_because(self) -> str:
        """The reason why nothing is sent to this address; empty when mail is wanted."""
        if not self.email_notifications:
            return "email notifications are off"
        return "notification frequency is none" if self.notification_frequency is Frequency.NONE else ""


@dataclass(frozen=True, slots=True)
class PreferenceChange:
    """A change of preferences; None leaves a field as it is."""

    email_notifications: bool | None = None
    sms_notifications: bool | None = None
    notification_frequency: Frequency | None = None
    preferred_language: Language | None = None

    def of(self, preference: Preference) -> Preference:
        """Return the preference with this change."""
        wanted = {name: value for name in FIELDS if (value := getattr(self, name)) is not None}
        return replace(preference, **wanted)


FIELDS = ("email_notifications", "sms_notifications", "notification_frequency", "preferred_language")
"""The fields that can change, in the order of display."""

LABELS = {
    "email_notifications": "mail",
    "sms_notifications": "SMS",
    "notification_frequency": "frequency",
    "preferred_language": "language",
}
"""The fields' names for people."""


@dataclass(frozen=True, slots=True)
class PreferenceQuery:
    """A filter of stored preferences: `text` is part of an address; None is every frequency or language, on or off."""

    text: str = ""
    frequency: Frequency | None = None
    language: Language | None = None
    email_notifications: bool | None = None


class PreferenceStats(NamedTuple):
    """The number of stored preferences, in all and of each kind; kinds that nobody chose are in it as 0."""

    total: int
    email_on: int
    sms_on: int
    frequencies: Mapping[Frequency, int]
    languages: Mapping[Language, int]


def parse_frequency(text: str) -> Frequency:
    """Parse a frequency; raises `InvalidValue` that names the allowed ones."""
    try:
        return Frequency(text.strip().lower())
    except ValueError:
        raise invalid("notification_frequency", text, one_of(Frequency)) from None


def parse_language(text: str) -> Language:
    """Parse a language, or the regional tag of one such as `de-AT`; raises `InvalidValue` for all others."""
    language, _, _ = text.strip().lower().replace("_", "-").partition("-")
    try:
        return Language(language)
    except ValueError:
        raise invalid("preferred_language", text, one_of(Language)) from None


_SWITCH = {"on": True, "yes": True, "true": True, "1": True, "off": False, "no": False, "false": False, "0": False}


def parse_switch(field: str, text: str) -> bool:
    """Parse on or off, as people and other programs write it; raises `InvalidValue` for anything else."""
    try:
        return _SWITCH[text.strip().lower()]
    except KeyError:
        raise invalid(field, text, one_of(_SWITCH)) from None


def difference(before: Preference, after: Preference) -> str:
    """Return a change in words: `mail on → off, language en → fr`; empty when nothing differs."""
    pairs = ((LABELS[name], getattr(before, name), getattr(after, name)) for name in FIELDS)
    return ", ".join(f"{label} {format_value(old)} → {format_value(new)}" for label, old, new in pairs if old != new)


def format_value(value: bool | StrEnum) -> str:
    """Return a value of a preference as history and screens show it: `on`, `daily`."""
    return str(value) if isinstance(value, StrEnum) else "on" if value else "off"
