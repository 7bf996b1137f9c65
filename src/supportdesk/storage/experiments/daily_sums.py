"""Daily sums that somebody else kept, stored in place of those that triggers keep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from supportdesk.storage.database import Database


class StoredSums(NamedTuple):
    """The sums of a variant on a day; `metrics` are place, users who converted, who reported, total and squares."""

    day: str
    phase: int
    variant: int
    users: int
    left_out: int
    metrics: tuple[tuple[int, int, int, float, float], ...]


def has_users(database: Database, test: int) -> bool:
    """Return whether an experiment has users of its own."""
    return bool(database.sql("SELECT 1 FROM experiment_assignments WHERE test = ? LIMIT 1", (test,)))


def store(database: Database, test: int, days: Sequence[StoredSums]) -> tuple[int, int]:
    """Store sums inside the caller's transaction, in place of those known; return how many are new and how many differ.

    A metric that is not among the sums of a day keeps what it has.
    """
    database.sql("UPDATE experiments SET from_sums = 1 WHERE number = ?", (test,))
    numbers: dict[int, int] = dict(database.sql("SELECT place, number FROM experiment_metrics WHERE test = ?", (test,)))
    known = {
        (day, variant): (phase, users, left_out)
        for day, variant, phase, users, left_out in database.sql(
            "SELECT day, variant, phase, users, left_out FROM experiment_daily_users WHERE test = ?", (test,)
        )
    }
    new = changed = 0
    for each in days:
        before = known.get((each.day, each.variant))
        differs = before is not None and before != (each.phase, each.users, each.left_out)
        if before is None or differs:
            _put(database, "experiment_daily_users", "test", test, each, "users, left_out", (each.users, each.left_out))
        for place, conversions, reported, total, squares in each.metrics:
            differs |= _put_metric(database, numbers[place], each, conversions, (reported, total, squares))
        new += before is None
        changed += before is not None and differs
    return new, changed


def _put_metric(
    database: Database, metric: int, each: StoredSums, conversions: int, values: tuple[int, float, float]
) -> bool:
    """Store what one metric had on a day; return whether that is something else than what was known."""
    differs = False
    for table, columns, cells in (
        ("experiment_daily_conversions", "users", (conversions,)),
        ("experiment_daily_values", "users, total, squares", values),
    ):
        found = database.sql(
            f"SELECT {columns} FROM {table} WHERE metric = ? AND variant = ? AND day = ?",
            (metric, each.variant, each.day),
        )
        if [tuple(row) for row in found] != [cells] and (found or any(cells)):
            _put(database, table, "metric", metric, each, columns, cells)
            differs = True
    return differs


def _put(
    database: Database, table: str, key: str, number: int, each: StoredSums, columns: str, cells: Sequence[float]
) -> None:
    database.sql(f"DELETE FROM {table} WHERE {key} = ? AND variant = ? AND day = ?", (number, each.variant, each.day))
    places = ", ".join("?" * len(cells))
    database.sql(
        f"INSERT INTO {table} ({key}, phase, variant, day, {columns}) VALUES (?, ?, ?, ?, {places})",
        (number, each.phase, each.variant, each.day, *cells),
    )
