"""Daily sums of experiments, kept by triggers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from supportdesk.domain.experiments.experiment import Experiment, Surface
from supportdesk.storage import rows
from supportdesk.storage.database import Database

RECENT_DAYS = 7


NO_VALUES = (0, 0.0, 0.0)


class Day(NamedTuple):
    """What one day brought an arm in one phase: users, those left out of them, and by metric conversions and values.

    `values` are users with a first value, and how much the sums of values and of their squares grew; of conversions, 0.
    """

    day: str
    phase: int
    variant: int
    users: int
    left_out: int
    converted: tuple[int, ...]
    values: tuple[tuple[int, float, float], ...]


def days(database: Database, experiment: Experiment) -> list[Day]:
    """Return each day with data by phase and variant, oldest first."""
    number, metrics = (experiment.number,), len(experiment.metrics)
    users = {
        (day, phase, variant): (many, left_out)
        for day, phase, variant, many, left_out in database.sql(
            "SELECT day, phase, variant, users, left_out FROM experiment_daily_users WHERE test = ?", number
        )
    }
    converted = {
        (day, phase, variant, place): many
        for place, day, phase, variant, many in database.sql(
            "SELECT metrics.place, days.day, days.phase, days.variant, days.users FROM experiment_metrics AS metrics "
            "JOIN experiment_daily_conversions AS days ON days.metric = metrics.number WHERE metrics.test = ?",
            number,
        )
    }
    values = {
        (day, phase, variant, place): (many, total, squares)
        for place, day, phase, variant, many, total, squares in database.sql(
            "SELECT metrics.place, days.day, days.phase, days.variant, days.users, days.total, days.squares "
            "FROM experiment_metrics AS metrics "
            "JOIN experiment_daily_values AS days ON days.metric = metrics.number WHERE metrics.test = ?",
            number,
        )
    }
    keys = {*users, *(key[:3] for key in converted), *(key[:3] for key in values)}
    return [
        Day(
            *key,
            *users.get(key, (0, 0)),
            tuple(converted.get((*key, place), 0) for place in range(metrics)),
            tuple(values.get((*key, place), NO_VALUES) for place in range(metrics)),
        )
        for key in sorted(keys)
    ]


def is_batch(database: Database, number: int) -> bool:
    """Return whether all users were assigned at one instant, as by an import of a file without times."""
    found = database.sql(
        "SELECT 1 FROM experiment_assignments WHERE test = ? AND assigned_at <> "
        "(SELECT assigned_at FROM experiment_assignments WHERE test = ? LIMIT 1) LIMIT 1",
        (number, number),
    )
    return not found


def spans(database: Database, numbers: Sequence[int]) -> dict[int, int]:
    """Return the days from the first to the last new user of each experiment that has users."""
    condition, tests = database.among("test", numbers)
    found = database.sql(
        "SELECT test, min(day), max(day) FROM experiment_daily_users "
        f"WHERE {condition} AND users + left_out > 0 GROUP BY test",
        (tests,),
    )
    return {test: rows.read_one((first, last), _span) for test, first, last in found}


def _span(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days + 1


def users_a_day(database: Database, number: int | None, surface: Surface | None) -> float:
    """Return the recent users per day of an experiment, else of the newest one on the surface, else 0.

    Users kept out by the ramp are added in proportion.
    """
    found = database.sql(
        "SELECT tests.number, tests.ramp FROM experiments AS tests WHERE (tests.number = ? OR tests.surface = ?) "
        "AND EXISTS (SELECT 1 FROM experiment_daily_users AS days WHERE days.test = tests.number) "
        "ORDER BY CASE WHEN tests.number = ? THEN 0 ELSE 1 END, tests.number DESC LIMIT 1",
        (number, surface, number),
    )
    if not found:
        return 0.0
    newest, ramp = found[0]
    recent = database.sql(
        "SELECT sum(users + left_out) FROM experiment_daily_users WHERE test = ? "
        "GROUP BY day ORDER BY day DESC LIMIT ?",
        (newest, RECENT_DAYS),
    )
    return float(sum(users for (users,) in recent) / len(recent) / (ramp / 100))
