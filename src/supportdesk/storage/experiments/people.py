"""Queries on single users of experiments."""

from __future__ import annotations

from typing import NamedTuple

from supportdesk.domain.text import clean_line
from supportdesk.storage.database import Database

FORGOTTEN = "forgotten"
"""The hash of an assignment whose user is not known any more."""


class BusyUser(NamedTuple):
    """A user, how many events they have, and whether they are left out."""

    user: str
    events: int
    left_out: bool


def assignments_of(database: Database, user: str, test: int | None) -> list[tuple[int, int]]:
    """Return experiment and number of each assignment of a user, in one experiment or in all."""
    found = database.sql(
        "SELECT users.test, users.number FROM experiments AS tests JOIN experiment_assignments AS users "
        "ON users.test = tests.number AND users.user_identifier = ? ORDER BY users.test",
        (user,),
    )
    return [(each, number) for each, number in found if test is None or each == test]


def forget(database: Database, test: int, number: int, instead: str) -> int:
    """Remove what is known of a user and their events, inside the caller's transaction; return how many events.

    What is left has no name: it is part of sums that must not change.
    """
    database.sql('DELETE FROM experiment_attributes WHERE "user" = ?', (number,))
    removed = database.change('DELETE FROM experiment_events WHERE "user" = ?', (number,))
    database.sql(
        "UPDATE experiment_assignments SET user_identifier = ?, hash_value = ?, before = NULL WHERE number = ?",
        (instead, FORGOTTEN, number),
    )
    database.sql("UPDATE experiments SET forgotten = forgotten + 1 WHERE number = ?", (test,))
    return removed


def leave_out_above(database: Database, test: int, limit: int, user: int | None) -> int:
    """Leave out users with more than `limit` events of one metric, inside the caller's transaction."""
    one, of_one = ("", ()) if user is None else (' AND known."user" = ?', (user,))
    many = database.change(
        "UPDATE experiment_assignments SET left_out = 1 WHERE left_out = 0 AND number IN ("
        'SELECT known."user" FROM experiment_metrics AS metrics '
        "JOIN experiment_variants AS variants ON variants.test = metrics.test "
        "JOIN experiment_phases AS phases ON phases.test = metrics.test "
        "JOIN experiment_outcomes AS known ON known.metric = metrics.number AND known.phase = phases.phase "
        f"AND known.variant = variants.place WHERE metrics.test = ? AND known.events > ?{one})",
        (test, limit, *of_one),
    )
    if many:
        database.sql("UPDATE experiments SET robots = robots + ? WHERE number = ?", (many, test))
    return many


def busiest(database: Database, test: int, limit: int) -> tuple[list[BusyUser], float]:
    """Return the users with the most events, and how many a user has on average who has any."""
    found = database.sql(
        "SELECT users.user_identifier, counts.events, users.left_out FROM ("
        'SELECT "user", count(*) AS events FROM experiment_events WHERE test = ? '
        'GROUP BY "user" ORDER BY events DESC, "user" LIMIT ?) AS counts '
        'JOIN experiment_assignments AS users ON users.number = counts."user" '
        "ORDER BY counts.events DESC, users.number",
        (test, limit),
    )
    total, users = database.sql(
        'SELECT count(*), count(DISTINCT "user") FROM experiment_events WHERE test = ?', (test,)
    )[0]
    return [BusyUser(clean_line(user), many, bool(out)) for user, many, out in found], total / max(users, 1)
