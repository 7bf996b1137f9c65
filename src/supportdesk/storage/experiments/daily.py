"""Daily sums of experiments, kept by triggers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from supportdesk.domain.experiments.experiment import Experiment
from supportdesk.domain.experiments.surface import Surface
from supportdesk.storage import rows
from supportdesk.storage.database import Database

RECENT_DAYS = 7


class Values(NamedTuple):
    """What a day added to the sums of a metric: users with a first value, the values y and their squares, x and xy.

    x is the value from before, or what stands below in a ratio; of conversions all are 0.
    """

    users: float = 0
    total: float = 0.0
    squares: float = 0.0
    total_x: float = 0.0
    squares_x: float = 0.0
    products: float = 0.0


class Counted(NamedTuple):
    """Users whose value counts from a day on, with the sum of their values from before and of the squares of those."""

    users: int
    before: float = 0.0
    before_squares: float = 0.0


NO_VALUES = Values()
NOBODY = Counted(0)


class Day(NamedTuple):
    """What one day brought an arm in one phase: users, those left out of them, and by metric conversions and values.

    `counted` has for each metric the users that it counts from that day on: those whose conversion window has closed.
    It is empty where no metric has a window or needs values from before, and those are the users of the day.
    """

    day: str
    phase: int
    variant: int
    users: int
    left_out: int
    converted: tuple[int, ...]
    values: tuple[Values, ...]
    counted: tuple[Counted, ...] = ()

    def counted_for(self, place: int) -> Counted:
        """Return the users whom the metric at a place counts from that day on."""
        return self.counted[place] if self.counted else Counted(self.users)


Key = tuple[str, int, int]
"""Day, phase and variant."""


def days(database: Database, experiment: Experiment, windows_until: str) -> list[Day]:
    """Return each day with data by phase and variant, oldest first; of windows, those that close before a day."""
    number, windows = (experiment.number,), [metric.within for metric in experiment.metrics]
    users = {
        (day, phase, variant): rest
        for day, phase, variant, *rest in database.sql(
            "SELECT day, phase, variant, left_out, users, before_total, before_squares FROM experiment_daily_users "
            "WHERE test = ?",
            number,
        )
    }
    converted = _by_metric(database, number, "experiment_daily_conversions", "days.users")
    values = _by_metric(
        database,
        number,
        "experiment_daily_values",
        "days.users, days.total, days.squares, days.total_x, days.squares_x, days.products",
    )
    for place, within in enumerate(windows):
        if within is not None:
            for found in (converted, values):
                found[place] = {key: sums for key, sums in found[place].items() if key[0] < windows_until}
    plain = {key: Counted(*sums) for key, (_, *sums) in users.items()}
    in_and_out = {key: (many, left_out) for key, (left_out, many, *_) in users.items()}
    counted = [_shifted(plain, within, windows_until) for within in windows]
    keys = set(users).union(*converted, *values, *counted)
    special = any(metric.within is not None or metric.before for metric in experiment.metrics)
    found_days = []
    for key in sorted(keys):
        day, phase, variant = key
        many, left_out = in_and_out.get(key, (0, 0))
        found_days.append(
            Day(
                day,
                phase,
                variant,
                many,
                left_out,
                tuple(int(of[key][0]) if key in of else 0 for of in converted),
                tuple(Values(*of[key]) if key in of else NO_VALUES for of in values),
                tuple(of.get(key, NOBODY) for of in counted) if special else (),
            )
        )
    return found_days


def _by_metric(database: Database, number: tuple[int], table: str, columns: str) -> list[dict[Key, tuple[float, ...]]]:
    """Return what a table of daily sums has, by the place of the metric."""
    count = database.sql("SELECT count(*) FROM experiment_metrics WHERE test = ?", number)[0][0]
    found: list[dict[Key, tuple[float, ...]]] = [{} for _ in range(count)]
    for place, day, phase, variant, *sums in database.sql(
        f"SELECT metrics.place, days.day, days.phase, days.variant, {columns} FROM experiment_metrics AS metrics "
        f"JOIN {table} AS days ON days.metric = metrics.number WHERE metrics.test = ?",
        number,
    ):
        found[place][day, phase, variant] = tuple(sums)
    return found


def _shifted(users: Mapping[Key, Counted], within: int | None, windows_until: str) -> Mapping[Key, Counted]:
    """Return users by the day on which their window closes, where it does before a day."""
    if within is None:
        return users
    moved = {
        ((date.fromisoformat(day) + timedelta(days=within)).isoformat(), phase, variant): many
        for (day, phase, variant), many in users.items()
    }
    return {(day, phase, variant): many for (day, phase, variant), many in moved.items() if day < windows_until}


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
