"""Until when a ticket is snoozed, as people write it: `2h`, `tomorrow`, `monday 9:00`, `2026-12-01`."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from supportdesk.domain.errors import invalid
from supportdesk.domain.ticket import LONGEST_SNOOZE

ALLOWED = "it can be 2h, 3d, tomorrow, monday 9:00, 17:30, 2026-12-01, or a time such as 2026-12-01T09:00Z"
MORNING = time(9)
"""The time of a day that is named without one."""

_SPAN = re.compile(r"(?:in )?([0-9]{1,4}) ?(m|min|minutes?|h|hours?|d|days?|w|weeks?)")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DAY = re.compile(
    r"(today|tomorrow|(?:next )?(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*|[0-9]{4}-[0-9]{2}-[0-9]{2})(?: (?:at )?(.+))?"
)
_TIME = re.compile(r"([0-9]{1,2})(?::([0-9]{2}))? ?(am|pm)?")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def parse_snooze(text: str, now: datetime, zone: tzinfo | None = None) -> datetime:
    """Return the moment that somebody means; a time without a zone is in `zone`, None for the machine's own.

    Raises `InvalidValue` for what cannot be read, for the past, and for more than a year ahead.
    """
    try:
        until = _read(" ".join(text.lower().split()), now, zone)
    except (ValueError, OverflowError):
        raise invalid("until", text, ALLOWED) from None
    if until <= now:
        raise invalid("until", text, "it is not in the future")
    if until > now + LONGEST_SNOOZE:
        raise invalid("until", text, "a ticket can be snoozed for up to a year")
    return until.astimezone(UTC)


def _read(typed: str, now: datetime, zone: tzinfo | None) -> datetime:
    today = now.astimezone(zone).date()
    if found := _SPAN.fullmatch(typed):
        return now + timedelta(**{_UNITS[found[2][0]]: int(found[1])})
    if found := _DAY.fullmatch(typed):
        return _local(_date(found[1], today), MORNING if found[2] is None else _time(found[2]), zone)
    if not typed.isdigit() and _TIME.fullmatch(typed):
        until = _local(today, _time(typed), zone)
        return until if until > now else _local(today + timedelta(days=1), _time(typed), zone)
    until = datetime.fromisoformat(typed.upper())
    return until if until.tzinfo else _local(until.date(), until.time(), zone)


def _date(day: str, today: date) -> date:
    if day in ("today", "tomorrow"):
        return today + timedelta(days=day == "tomorrow")
    if day[0].isdigit():
        return date.fromisoformat(day)
    name = day.removeprefix("next ")
    [weekday] = [place for place, each in enumerate(_WEEKDAYS) if each.startswith(name)]
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _time(text: str) -> time:
    found = _TIME.fullmatch(text)
    if found is None:
        return time.fromisoformat(text)
    hour, half = int(found[1]), found[3]
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(text)
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, int(found[2] or 0))


def _local(day: date, at: time, zone: tzinfo | None) -> datetime:
    naive = datetime.combine(day, at)
    return naive.replace(tzinfo=zone) if zone else naive.astimezone()
