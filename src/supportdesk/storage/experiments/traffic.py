"""Assignments and events, single and in bulk; counted by triggers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from supportdesk.domain.experiments.event import EventCount, NewEvent
from supportdesk.domain.experiments.experiment import ArmCount, Experiment
from supportdesk.domain.text import clean_line
from supportdesk.storage.database import Database

ASK_FOR = 500
"""Users that one query looks up."""


class Assigned(NamedTuple):
    """A stored assignment; `number` is the user's within the desk, times are as they are stored."""

    number: int
    user_identifier: str
    variant: int
    hash_value: str
    assigned_at: str


class NewAssigned(NamedTuple):
    """An assignment to store, in the order of the columns."""

    test: int
    user_identifier: str
    variant: int
    phase: int
    hash_value: str
    assigned_at: str
    before: float | None = None


class StoredEvent(NamedTuple):
    """A stored event; times are as they are stored."""

    number: int
    user_identifier: str
    variant: int
    name: str
    value: float | None
    data: str | None
    event_id: str | None
    created_at: str
    counted: bool


def assigned(database: Database, test: int, user: str) -> Assigned | None:
    """Return the assignment of a user."""
    found = database.sql(
        "SELECT number, user_identifier, variant, hash_value, assigned_at FROM experiment_assignments "
        "WHERE test = ? AND user_identifier = ?",
        (test, user),
    )
    return Assigned(*found[0]) if found else None


def assigned_among(database: Database, test: int, users: Sequence[str]) -> dict[str, Assigned]:
    """Return existing assignments by user."""
    known: dict[str, Assigned] = {}
    for start in range(0, len(users), ASK_FOR):
        asked = users[start : start + ASK_FOR]
        found = database.sql(
            "SELECT number, user_identifier, variant, hash_value, assigned_at FROM experiment_assignments "
            f"WHERE test = ? AND user_identifier IN ({', '.join('?' * len(asked))})",
            (test, *asked),
        )
        known.update((row[1], Assigned(*row)) for row in found)
    return known


def running_in_group(database: Database, group: str, test: int, user: str) -> int | None:
    """Return another experiment of an exclusion group that a user is in and that has not ended."""
    found = database.sql(
        "SELECT tests.number FROM experiments AS tests JOIN experiment_assignments AS users "
        "ON users.test = tests.number AND users.user_identifier = ? "
        "WHERE tests.exclusion_group = ? AND tests.number <> ? AND tests.status IN ('running', 'paused') "
        "ORDER BY tests.number LIMIT 1",
        (user, group, test),
    )
    return int(found[0][0]) if found else None


def assign(database: Database, new: Iterable[NewAssigned]) -> None:
    """Store assignments inside the caller's transaction; users who have one keep it."""
    database.many(
        "INSERT INTO experiment_assignments (test, user_identifier, variant, phase, hash_value, assigned_at, before) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (test, user_identifier) DO NOTHING",
        new,
    )


def add_attributes(database: Database, user: int, attributes: Mapping[str, str]) -> None:
    """Store what is known of a user who has just been assigned, inside the caller's transaction."""
    database.many(
        'INSERT INTO experiment_attributes ("user", name, value) VALUES (?, ?, ?)',
        [(user, name, value) for name, value in attributes.items()],
    )


def event_of(database: Database, test: int, event_id: str) -> StoredEvent | None:
    """Return the event with this id."""
    found = database.sql(f"{_EVENTS} WHERE events.test = ? AND events.event_id = ?", (test, event_id))
    return _event(found[0]) if found else None


def add_event(
    database: Database, test: int, user: int, event: NewEvent, at: str, counted_on: str | None
) -> StoredEvent:
    """Store an event inside the caller's transaction; it counts from `counted_on` on, where that is a later day."""
    name = (test, event.name)
    database.sql(
        "INSERT INTO experiment_event_names (test, name) VALUES (?, ?) ON CONFLICT (test, name) DO NOTHING", name
    )
    found = database.sql(
        'INSERT INTO experiment_events (test, "user", name, event_value, event_data, event_id, created_at, counted_on) '
        "SELECT test, ?, number, CAST(? AS DOUBLE PRECISION), ?, ?, ?, CAST(? AS TEXT) FROM experiment_event_names "
        "WHERE test = ? AND name = ? RETURNING number",
        (user, event.value, event.data, event.event_id, at, counted_on, *name),
    )
    return _event(database.sql(f"{_EVENTS} WHERE events.number = ?", found[0])[0])


def is_new_to_a_metric(database: Database, test: int, user: int, name: str, days: int) -> bool:
    """Return whether an event of a user would change a metric: conversions count once, excluded users never.

    `days` are those from the assignment to the event, rounded up: what a conversion window needs to hold it.
    """
    found = database.sql(
        "SELECT 1 FROM experiment_event_names AS names "
        "JOIN experiment_metric_events AS counts ON counts.name = names.number "
        "JOIN experiment_metrics AS metrics ON metrics.number = counts.metric "
        "JOIN experiment_assignments AS users ON users.number = ? AND users.left_out = 0 "
        "WHERE names.test = ? AND names.name = ? AND (metrics.window_days IS NULL OR metrics.window_days >= ?) "
        "AND (metrics.kind <> 'conversion' OR NOT EXISTS ("
        "SELECT 1 FROM experiment_outcomes AS known WHERE known.metric = metrics.number "
        'AND known.phase = users.phase AND known.variant = users.variant AND known."user" = users.number)) LIMIT 1',
        (user, test, name, days),
    )
    return bool(found)


def latest_events(database: Database, test: int, limit: int) -> list[StoredEvent]:
    """Return the newest events, newest first."""
    found = database.sql(f"{_EVENTS} WHERE events.test = ? ORDER BY events.number DESC LIMIT ?", (test, limit))
    return [_event(row) for row in found]


def event_counts(database: Database, test: int) -> list[EventCount]:
    """Return the number of events by name, and whether a metric counts them."""
    found = database.sql(
        f"SELECT name, events, {_COUNTED} FROM experiment_event_names AS names WHERE test = ? ORDER BY name",
        (test,),
    )
    return [EventCount(clean_line(name), events, bool(counted)) for name, events, counted in found]


def arm_counts(database: Database, experiments: Sequence[Experiment]) -> dict[int, tuple[ArmCount, ...]]:
    """Return users and conversions of each variant by experiment number, from stored sums."""
    numbers = [experiment.number for experiment in experiments]
    if not numbers:
        return {}
    places = ", ".join("?" * len(numbers))
    users = database.sql(
        f"SELECT test, variant, sum(users) FROM experiment_daily_users WHERE test IN ({places}) GROUP BY 1, 2", numbers
    )
    converted = database.sql(
        "SELECT metrics.test, days.variant, sum(days.users) FROM experiment_metrics AS metrics "
        "JOIN experiment_daily_conversions AS days ON days.metric = metrics.number "
        f"WHERE metrics.test IN ({places}) AND metrics.place = 0 GROUP BY 1, 2",
        numbers,
    )
    of_users = {(test, variant): many for test, variant, many in users}
    of_converted = {(test, variant): many for test, variant, many in converted}
    return {
        each.number: tuple(
            ArmCount(variant.name, of_users.get((each.number, place), 0), of_converted.get((each.number, place), 0))
            for place, variant in enumerate(each.variants)
        )
        for each in experiments
    }


def note_refusal(database: Database, test: int, reason: str, at: str, times: int = 1) -> None:
    """Count refused events of an experiment."""
    database.sql(
        "INSERT INTO experiment_refusals (test, reason, times, last_at) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (test, reason) DO UPDATE "
        "SET times = experiment_refusals.times + excluded.times, last_at = excluded.last_at",
        (test, reason, times, at),
    )


def refusals(database: Database, test: int) -> dict[str, int]:
    """Return the number of refused events by reason."""
    found = database.sql("SELECT reason, times FROM experiment_refusals WHERE test = ? ORDER BY reason", (test,))
    return {clean_line(reason): times for reason, times in found}


_COUNTED = "EXISTS (SELECT 1 FROM experiment_metric_events AS counts WHERE counts.name = names.number)"
_EVENTS = (
    "SELECT events.number, users.user_identifier, users.variant, names.name, events.event_value, events.event_data, "
    f"events.event_id, events.created_at, {_COUNTED} "
    'FROM experiment_events AS events JOIN experiment_assignments AS users ON users.number = events."user" '
    "JOIN experiment_event_names AS names ON names.number = events.name"
)


def _event(row: tuple[Any, ...]) -> StoredEvent:
    return StoredEvent(*(*row[:-1], bool(row[-1])))
