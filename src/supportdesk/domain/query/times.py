"""Times in a query: a day, a month, a year, a moment, an age such as `2d`, and what is before, after or between."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from supportdesk.domain.errors import InvalidValue, invalid

ALLOWED = (
    "it can be a day (2026-11-22), a month (2026-11), a year, a range of days or times (2026-11-01..2026-11-15), more "
    "than an age ago (>2d), less than one ago (<1h; m, h, d, w), today or yesterday"
)
AGES_ALLOWED = "it can be more than an age (>2d), less than one (<1h; m, h, d, w), or a range (1d..3d)"
FORWARDS = "a range begins with what is earlier (2026-11-01..2026-11-15, 7d..2d)"
AGES_FORWARDS = "a range begins with the lower age (1d..3d)"

Bounds = tuple[datetime | None, datetime | None]
"""The first moment that belongs to a period, and the first one after it; None where it is open."""

_AGE = re.compile(r"([0-9]{1,4})([mhdw])")
_PERIOD = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_OPERATOR = re.compile(r"(<=|>=|<|>|)(.*)")


def bounds(field: str, text: str, now: datetime) -> Bounds:
    """Return the period that a text means; raises `InvalidValue` of a field."""
    first, dots, last = text.partition("..")
    try:
        if not dots:
            return _compared(text, now)
        since = _start(first, now) if first else None
        until = _end(last, now) if last else None
    except (ValueError, OverflowError, InvalidValue):
        raise invalid(field, text, ALLOWED) from None
    if since is None and until is None:
        raise invalid(field, text, ALLOWED)
    if since is not None and until is not None and since >= until:
        # It would find nothing, whatever there is.
        raise invalid(field, text, FORWARDS)
    return since, until


def age_bounds(field: str, text: str, now: datetime) -> Bounds:
    """Return when something was made that has an age: `>2d`, `<1h`, `1d..3d`; raises `InvalidValue` of a field."""
    first, dots, last = text.partition("..")
    operator, age = _split(text)
    if dots and _AGE.fullmatch(first) and _AGE.fullmatch(last):
        since, until = _start(last, now), _start(first, now)
        if since >= until:
            raise invalid(field, text, AGES_FORWARDS)
        return since, until
    if not dots and operator and _AGE.fullmatch(age):
        return _compared(text, now)
    raise invalid(field, text, AGES_ALLOWED)


def _compared(text: str, now: datetime) -> Bounds:
    operator, point = _split(text)
    if _AGE.fullmatch(point):
        # More than two days ago is before that moment.
        at = _start(point, now)
        if not operator:
            raise ValueError(text)
        return (None, at) if operator[0] == ">" else (at, None)
    match operator:
        case ">":
            return _end(point, now), None
        case ">=":
            return _start(point, now), None
        case "<":
            return None, _start(point, now)
        case "<=":
            return None, _end(point, now)
    since, until = _start(point, now), _end(point, now)
    if since == until:
        # A moment without an operator would find nothing, whatever there is.
        raise ValueError(text)
    return since, until


def _split(text: str) -> tuple[str, str]:
    found = _OPERATOR.fullmatch(text)
    return (found[1], found[2]) if found else ("", text)


def _start(text: str, now: datetime) -> datetime:
    if age := _AGE.fullmatch(text):
        return now - timedelta(**{_UNITS[age[2]]: int(age[1])})
    if text in ("today", "yesterday"):
        today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return today - timedelta(days=text == "yesterday")
    if period := _PERIOD.fullmatch(text):
        return datetime(int(period[1]), int(period[2] or 1), int(period[3] or 1), tzinfo=UTC)
    # Lazy import: keeps start-up fast.
    from supportdesk.domain.time_formats import parse_time

    return parse_time("time", text)


def _end(text: str, now: datetime) -> datetime:
    """Return the first moment after what a text names: a day includes all of itself."""
    start = _start(text, now)
    if text in ("today", "yesterday"):
        return start + timedelta(days=1)
    if period := _PERIOD.fullmatch(text):
        if period[3]:
            return start + timedelta(days=1)
        if period[2]:
            return (start + timedelta(days=31)).replace(day=1)
        return start.replace(year=start.year + 1)
    # Lazy import: keeps start-up fast.
    from supportdesk.domain.time_formats import is_day

    return start + timedelta(days=1) if is_day(text) else start
