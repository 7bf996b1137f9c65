"""Bounds of a period, as typed: a date, a time, or an age such as `2d`."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from supportdesk.domain.errors import InvalidValue, invalid

_AGE = re.compile(r"([0-9]{1,4})\s*([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def parse_bound(field: str, text: str, now: datetime, *, is_end: bool = False) -> datetime:
    """Return the moment that a bound means: `2026-11-22`, `2026-11-22T10:15`, or `2d` for two days ago.

    Times without a zone are UTC. A date that ends a period includes its day. Raises `InvalidValue`.
    """
    typed = text.strip().lower()
    if found := _AGE.fullmatch(typed):
        return now - timedelta(**{_UNITS[found[2]]: int(found[1])})
    # Lazy import: keeps start-up fast.
    from supportdesk.domain.time_formats import is_day, parse_time

    try:
        bound = parse_time(field, text.strip())
    except InvalidValue:
        raise invalid(field, text, "it can be a date (2026-11-22), a time (2026-11-22T10:15) or an age (2d)") from None
    return bound + timedelta(days=1) if is_end and is_day(typed) else bound
