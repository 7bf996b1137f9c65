"""When digests are due: at a set hour of the desk's day, weekly ones on a set day."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo

from supportdesk.domain.preference import Frequency


def last_due(frequency: Frequency, at: datetime, hour: int, weekday: int, zone: tzinfo | None) -> datetime:
    """Return when such digests were last due, at the latest `at`; `zone` None is the machine's own.

    Monday is weekday 0.
    """
    days = 7 if frequency is Frequency.WEEKLY else 1
    due = _on(at.astimezone(zone), 0, frequency, hour, weekday, zone)
    # By the wall clock's days, which have 23 to 25 hours.
    return due if due <= at else _on(at.astimezone(zone), -days, frequency, hour, weekday, zone)


def next_due(frequency: Frequency, at: datetime, hour: int, weekday: int, zone: tzinfo | None) -> datetime:
    """Return the first moment after `at` when such digests are due."""
    days = 7 if frequency is Frequency.WEEKLY else 1
    due = _on(at.astimezone(zone), 0, frequency, hour, weekday, zone)
    return due if due > at else _on(at.astimezone(zone), days, frequency, hour, weekday, zone)


def _on(local: datetime, days: int, frequency: Frequency, hour: int, weekday: int, zone: tzinfo | None) -> datetime:
    """Return the set hour on this day, or on this week's set weekday, so many days on."""
    day = local.date() + timedelta(days=days)
    if frequency is Frequency.WEEKLY:
        day += timedelta(days=weekday - local.weekday())
    wall = datetime.combine(day, time(hour))
    return (wall.astimezone() if zone is None else wall.replace(tzinfo=zone)).astimezone(UTC)
