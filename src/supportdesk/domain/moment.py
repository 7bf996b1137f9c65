"""Times: kept in UTC with milliseconds, written `2026-11-22T10:15:30.123Z`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

YEARS = range(1000, 9999)
"""Those that are written with four digits and can be shown in every zone."""


def now() -> datetime:
    """Return the present moment in UTC, cut to milliseconds so that it equals itself after storage."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def to_text(moment: datetime) -> str:
    """Return a moment as it is stored and given to scripts; sorts as text in time order."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def from_text(text: str) -> datetime:
    """Return a moment from its stored form; without a zone it is UTC. Raises `ValueError` for what is none."""
    moment = datetime.fromisoformat(text)
    if moment.year not in YEARS:
        raise ValueError(f"no year of ours: {moment.year}")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def age(moment: datetime, at: datetime) -> str:
    """Return how long ago, in the four cells a list has room for: `now`, `5m`, `3h`, `12d`, `8w`, `2y`."""
    seconds = (at - moment) // timedelta(seconds=1)
    for size, unit in ((365 * 86400, "y"), (63 * 86400, "w"), (86400, "d"), (3600, "h"), (60, "m")):
        if seconds >= size:
            return f"{seconds // (7 * 86400 if unit == 'w' else size)}{unit}"
    return "now"


def clock(moment: datetime, zone: tzinfo | None = None) -> str:
    """Return the time of day on the agent's clock: `11:15`; `zone` None is the machine's own."""
    return moment.astimezone(zone).strftime("%H:%M")


def local(moment: datetime, zone: tzinfo | None = None) -> str:
    """Return a moment on the agent's clock: `2026-11-22 11:15`; `zone` None is the machine's own."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")
