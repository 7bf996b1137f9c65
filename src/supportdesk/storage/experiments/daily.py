"""Daily sums of experiments, kept by triggers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from supportdesk.domain.experiment import Experiment, Surface
from supportdesk.storage.database import Database

RECENT_DAYS = 7


class Day(NamedTuple):
    """What one day brought one arm in one phase: users, those left out of them, and first conversions by metric."""

    day: str
    phase: int
    variant: int
    users: int
    left_out: int
    converted: tuple[int, ...]


def days(database: Database, experiment: Experiment) -> list[Day]:
    """Return each day with data by phase and variant, oldest first."""
    found: dict[tuple[str, int, int], list[int]] = {}
    metrics = len(experiment.metrics)
    for day, phase, variant, users, left_out in database.sql(
        "SELECT day, phase, variant, users, left_out FROM experiment_daily_users WHERE test = ?", (experiment.number,)
    ):
        found[day, phase, variant] = [users, left_out, *[0] * metrics]
    for place, day, phase, variant, users in database.sql(
        "SELECT metrics.place, days.day, days.phase, days.variant, days.users FROM experiment_metrics AS metrics "
        "JOIN experiment_daily_conversions AS days ON days.metric = metrics.number WHERE metrics.test = ?",
        (experiment.number,),
    ):
        found.setdefault((day, phase, variant), [0] * (metrics + 2))[2 + place] = users
    return [Day(*key, sums[0], sums[1], tuple(sums[2:])) for key, sums in sorted(found.items())]


def spans(database: Database, numbers: Sequence[int]) -> dict[int, int]:
    """Return the days from first to last data of each experiment that has data."""
    places = ", ".join("?" * len(numbers))
    found = database.sql(
        "SELECT test, CAST(julianday(max(day)) - julianday(min(day)) AS INTEGER) + 1 FROM ("
        f"SELECT test, day FROM experiment_daily_users WHERE test IN ({places}) UNION ALL "
        "SELECT metrics.test, days.day FROM experiment_metrics AS metrics "
        "JOIN experiment_daily_conversions AS days ON days.metric = metrics.number "
        f"WHERE metrics.test IN ({places})) GROUP BY test",
        (*numbers, *numbers),
    )
    return dict(found)


def users_a_day(database: Database, number: int | None, surface: Surface | None) -> float:
    """Return the recent users per day of an experiment, else of the newest one on the surface, else 0.

    Users kept out by the ramp are added in proportion.
    """
    found = database.sql(
        "SELECT tests.number = ? AS own, tests.number, tests.ramp FROM experiments AS tests "
        "JOIN experiment_daily_users AS days ON days.test = tests.number "
        "WHERE tests.number = ? OR tests.surface = ? "
        "GROUP BY tests.number ORDER BY own DESC, tests.number DESC LIMIT 1",
        (number, number, surface),
    )
    if not found:
        return 0.0
    _, newest, ramp = found[0]
    recent = database.sql(
        "SELECT sum(users + left_out) FROM experiment_daily_users WHERE test = ? "
        "GROUP BY day ORDER BY day DESC LIMIT ?",
        (newest, RECENT_DAYS),
    )
    return float(sum(users for (users,) in recent) / len(recent) / (ramp / 100))


class Sums(NamedTuple):
    """Values of users who reported some, in one phase and arm: how many, their sum, and the sum of their squares."""

    phase: int
    variant: int
    users: int
    total: float
    squares: float


def sums(database: Database, experiment: Experiment, place: int, *, average: bool) -> list[Sums]:
    """Return the sums of a metric by phase and variant, of totals or of averages per user.

    Reads each user's row once, in the order of the table: no sorting, and no memory that grows with the users.
    """
    value = "value / events" if average else "value"
    found = database.sql(
        f"SELECT phase, variant, count(*), total({value}), total(({value}) * ({value})) FROM experiment_outcomes "
        "WHERE metric = (SELECT number FROM experiment_metrics WHERE test = ? AND place = ?) GROUP BY phase, variant",
        (experiment.number, place),
    )
    return [Sums(*row) for row in found]
