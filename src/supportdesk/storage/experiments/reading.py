"""The users and events of an experiment row by row, for what reads all of them."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from typing import Any

from supportdesk.domain.text import clean_line
from supportdesk.storage.database import Database
from supportdesk.storage.experiments.people import FORGOTTEN

Rows = Generator[tuple[Any, ...], None, None]


def attribute_names(database: Database, test: int) -> list[str]:
    """Return the attributes that users of an experiment have, by name."""
    found = database.sql(
        "SELECT DISTINCT facts.name FROM experiment_assignments AS users "
        'JOIN experiment_attributes AS facts ON facts."user" = users.number WHERE users.test = ? ORDER BY facts.name',
        (test,),
    )
    return [clean_line(name) for (name,) in found]


def users(database: Database, test: int) -> Rows:
    """Yield users as they were assigned with each of their attributes, user by user; one without attributes once.

    A row has number, name, variant, time, value from before, whether left out, the day from which it counts if that is
    a later one, phase, and name and value of the attribute.
    """
    yield from _stream(
        database,
        "SELECT users.number, users.user_identifier, users.variant, users.assigned_at, users.before, users.left_out, "
        "users.counted_on, users.phase, facts.name, facts.value FROM experiment_assignments AS users "
        'LEFT JOIN experiment_attributes AS facts ON facts."user" = users.number '
        f"WHERE users.test = ? AND users.hash_value <> '{FORGOTTEN}' ORDER BY users.number, facts.name",
        test,
    )


def events(database: Database, test: int) -> Rows:
    """Yield user, name, value, data, id, time and counted day, if it is a later one, of each event, as they came."""
    yield from _stream(
        database,
        "SELECT users.user_identifier, names.name, events.event_value, events.event_data, events.event_id, "
        "events.created_at, events.counted_on FROM experiment_events AS events "
        'JOIN experiment_assignments AS users ON users.number = events."user" '
        "JOIN experiment_event_names AS names ON names.number = events.name "
        "WHERE events.test = ? ORDER BY events.number",
        test,
    )


def _stream(database: Database, query: str, test: int) -> Iterator[tuple[Any, ...]]:
    return database.engine.stream(query, (test,))


def users_with_events(database: Database, test: int, names: Sequence[str], attribute: str) -> Rows:
    """Yield users who are in with each of their events of these names, user by user; one without events once.

    A row has number, phase, variant and time of the user, the value from before and that of the attribute, and name,
    value and time of the event.
    """
    places = ", ".join("?" * len(names))
    yield from database.engine.stream(
        "SELECT users.number, users.phase, users.variant, users.assigned_at, users.before, facts.value, "
        "happened.name, happened.event_value, happened.created_at FROM experiment_assignments AS users "
        'LEFT JOIN experiment_attributes AS facts ON facts."user" = users.number AND facts.name = ? '
        'LEFT JOIN (SELECT events."user", names.name, events.event_value, events.created_at '
        "FROM experiment_events AS events JOIN experiment_event_names AS names ON names.number = events.name "
        f'WHERE names.test = ? AND names.name IN ({places})) AS happened ON happened."user" = users.number '
        f"WHERE users.test = ? AND users.left_out = 0 AND users.hash_value <> '{FORGOTTEN}' ORDER BY users.number",
        (attribute, test, *names, test),
    )
