"""Staging tables of the import of experiment data.

Duplicates, users in several variants and which row counts are questions about all rows, so they
are answered in SQL, and memory does not grow with the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from supportdesk.storage.database import Database

BETWEEN = chr(31)
"""Stands between the parts of a derived id: text from outside has no control character."""
CHUNK = 20_000
"""Rows a statement moves; between two of them an import can be watched, or stopped by ctrl+c."""


class BothArms(StrEnum):
    """How users in several rows and users in several variants are treated."""

    LEAVE_OUT = "leave-out"
    """Who was seen in several variants is left out; of everybody else every row counts."""
    FIRST = "first"
    """The first row of a user decides, and only that row counts."""
    EVERY_ROW = "every-row"
    """Every row is a user of its own."""


class StagedUser(NamedTuple):
    """A checked row of assignments; `agrees` is 0 when the user saw something else than was meant.

    `before` is a value from before the assignment; who is `left_out` is no part of the results.
    """

    place: int
    user: str
    variant: int
    at: str
    agrees: int
    before: float | None = None
    left_out: int = 0


class StagedAttribute(NamedTuple):
    """What the row of assignments at `row` says of its user."""

    row: int
    name: str
    value: str


class StagedEvent(NamedTuple):
    """A checked event; `row` is the place of the assignment in whose row it stood, if it did.

    `told` is what the file says of it beside user and name, for one without an id: the same again is no new event.
    """

    user: str
    row: int | None
    name: str
    value: float | None
    data: str | None
    event_id: str | None
    at: str
    told: str


@dataclass(frozen=True, slots=True)
class Seen:
    """Counts of staged rows, users and irregular ones."""

    rows: int = 0
    users: int = 0
    mismatched_rows: int = 0
    users_in_both_arms: int = 0
    users_with_more_rows: int = 0


@dataclass(frozen=True, slots=True)
class Moved:
    """Counts of imported, known and rejected users and events."""

    users: int = 0
    known_users: int = 0
    left_out: int = 0
    events: int = 0
    repeated_events: int = 0
    without_assignment: int = 0
    before_assignment: int = 0
    first_at: str | None = None


@contextmanager
def staging(database: Database) -> Iterator[ExperimentStaging]:
    """Yield empty staging tables; gone at the end of the block."""
    # On disk, so that a million users take no more memory than ten.
    database.engine.prepare_staging()
    database.sql(
        'CREATE TEMP TABLE staged_users (place BIGINT PRIMARY KEY, "user" TEXT, variant BIGINT, at TEXT, '
        "agrees BIGINT, before DOUBLE PRECISION, left_out BIGINT)"
    )
    database.sql('CREATE TEMP TABLE staged_attributes ("row" BIGINT, name TEXT, value TEXT, PRIMARY KEY ("row", name))')
    database.sql(
        'CREATE TEMP TABLE staged_events (place BIGINT PRIMARY KEY, "user" TEXT, "row" BIGINT, name TEXT, '
        "value DOUBLE PRECISION, "
        "data TEXT, event_id TEXT, at TEXT, told TEXT)"
    )
    try:
        yield ExperimentStaging(database)
    finally:
        for table in ("staged_users", "staged_attributes", "staged_events", "staged_people"):
            database.sql(f"DROP TABLE IF EXISTS {table}")


class ExperimentStaging:
    """The staging tables of one connection."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def filling(self) -> Iterator[None]:
        """Fill in one transaction, which neither reads nor writes the desk: others save and check-point meanwhile."""
        with self._database.reading():
            yield

    def fill_users(self, rows: Iterable[StagedUser]) -> None:
        """Store assignments from an iterator; join the caller's transaction."""
        self._database.fill("staged_users", 'place, "user", variant, at, agrees, before, left_out', rows)

    def fill_attributes(self, rows: Iterable[StagedAttribute]) -> None:
        """Store what is known of users from an iterator; join the caller's transaction."""
        self._database.fill("staged_attributes", '"row", name, value', rows)

    def fill_events(self, rows: Iterable[StagedEvent]) -> None:
        """Store events from an iterator; join the caller's transaction where there is one."""
        first = self._one("SELECT coalesce(max(place), 0) + 1 FROM staged_events")[0]
        self._database.fill(
            "staged_events",
            'place, "user", "row", name, value, data, event_id, at, told',
            ((place, *row) for place, row in enumerate(rows, start=first)),
        )

    def seen(self) -> Seen:
        """Index and summarise the staged rows; called once, after the last one."""
        # All that is asked by user is answered from this index alone, in its order.
        self._database.sql('CREATE INDEX staged_by_user ON staged_users ("user", variant, at, place, left_out)')
        rows, odd = self._one("SELECT count(*), count(*) FILTER (WHERE agrees = 0) FROM staged_users")
        users, both, more = self._one(
            "SELECT count(*), count(*) FILTER (WHERE low < high), count(*) FILTER (WHERE many > 1) FROM "
            "(SELECT min(variant) AS low, max(variant) AS high, count(*) AS many "
            'FROM staged_users GROUP BY "user") AS users'
        )
        return Seen(rows, users, odd, both, more)

    def settle(self, policy: BothArms) -> None:
        """Delete rows whose user saw another variant than assigned, and select the row of each user that counts.

        Events without an id get one, so that the same file again adds nothing.
        """
        self._database.sql("DELETE FROM staged_users WHERE agrees = 0")
        self._database.sql(
            'DELETE FROM staged_events WHERE "row" IS NOT NULL AND "row" NOT IN (SELECT place FROM staged_users)'
        )
        if policy is BothArms.EVERY_ROW:
            self._name_rows_apart()
        people = (
            'SELECT "user", min(variant) AS variant, min(at) AS at, '
            "CASE WHEN min(variant) < max(variant) THEN 1 ELSE max(left_out) END AS in_both, "
            'min(place) AS "row" FROM staged_users GROUP BY "user"'
        )
        if policy is BothArms.FIRST:
            people = (
                'SELECT "user", variant, at, left_out AS in_both, place AS "row" FROM (SELECT *, row_number() OVER '
                '(PARTITION BY "user" ORDER BY at, place) AS turn FROM staged_users) AS users WHERE turn = 1'
            )
        # Numbered in the order of users, so that the index of the desk grows at one place.
        self._database.sql(
            f'CREATE TEMP TABLE staged_people AS SELECT *, row_number() OVER (ORDER BY "user") AS turn '
            f"FROM ({people}) AS people"
        )
        self._database.sql("CREATE UNIQUE INDEX staged_people_turn ON staged_people (turn)")
        if policy is BothArms.FIRST:
            self._database.sql(
                'DELETE FROM staged_events WHERE "row" IS NOT NULL AND "row" NOT IN (SELECT "row" FROM staged_people)'
            )
        self._identify_events()

    def move(self, test: int, phase: int, policy: BothArms, watch: Callable[[int, int], None]) -> Moved:
        """Move all rows into an experiment inside the caller's transaction; report progress to `watch`."""
        last = self._one("SELECT coalesce(max(number), 0) FROM experiment_assignments")[0]
        users, first_at = self._move_users(test, phase, watch)
        self._move_attributes(test, last)
        people, in_both = self._one("SELECT count(*), coalesce(sum(in_both), 0) FROM staged_people")
        clashing = 0
        if policy is BothArms.LEAVE_OUT:
            clashing = self._leave_out_clashing(test)
        return Moved(
            users=users,
            known_users=people - users,
            left_out=int(in_both) + clashing,
            first_at=first_at,
            **self._move_events(test, watch),
        )

    def _identify_events(self) -> None:
        """Derive missing event ids from user, name, other columns and the occurrence in the file."""
        self._database.sql(
            "UPDATE staged_events SET event_id = made.id FROM ("
            'SELECT place, "user" || ? || name || ? || told || ? || CAST(row_number() OVER '
            '(PARTITION BY "user", name, told ORDER BY place) AS TEXT) AS id '
            "FROM staged_events WHERE event_id IS NULL) AS made WHERE made.place = staged_events.place",
            (BETWEEN,) * 3,
        )

    def _name_rows_apart(self) -> None:
        self._database.sql(
            "CREATE TEMP TABLE staged_again AS SELECT place FROM (SELECT place, row_number() OVER "
            '(PARTITION BY "user" ORDER BY place) AS turn FROM staged_users) AS users WHERE turn > 1'
        )
        self._database.sql(
            """UPDATE staged_users SET "user" = "user" || ' (row ' || CAST(place AS TEXT) || ')' """
            "WHERE place IN (SELECT place FROM staged_again)"
        )
        self._database.sql(
            """UPDATE staged_events SET "user" = "user" || ' (row ' || CAST("row" AS TEXT) || ')' """
            'WHERE "row" IN (SELECT place FROM staged_again)'
        )
        self._database.sql("DROP TABLE staged_again")

    def _move_users(self, test: int, phase: int, watch: Callable[[int, int], None]) -> tuple[int, str | None]:
        total = self._one("SELECT count(*) FROM staged_people")[0]
        done = 0
        for start in range(1, total + 1, CHUNK):
            done += self._database.change(
                "INSERT INTO experiment_assignments "
                "(test, user_identifier, variant, phase, hash_value, assigned_at, left_out, before) "
                """SELECT ?, people."user", people.variant, ?, '', people.at, people.in_both, rows.before """
                'FROM staged_people AS people JOIN staged_users AS rows ON rows.place = people."row" '
                "WHERE turn BETWEEN ? AND ? ORDER BY turn ON CONFLICT (test, user_identifier) DO NOTHING",
                (test, phase, start, start + CHUNK - 1),
            )
            watch(done, total)
        return done, self._one("SELECT min(at) FROM staged_people")[0]

    def _move_attributes(self, test: int, after: int) -> None:
        """Store what is known of the users who were assigned after that number: later, it would be no earlier fact."""
        rows = (
            "FROM staged_people AS people JOIN experiment_assignments AS users "
            'ON users.test = ? AND users.user_identifier = people."user" AND users.number > ?'
        )
        if self._one("SELECT count(*) FROM staged_attributes")[0]:
            self._database.change(
                'INSERT INTO experiment_attributes ("user", name, value) '
                f"SELECT users.number, facts.name, facts.value {rows} "
                'JOIN staged_attributes AS facts ON facts."row" = people."row" '
                'WHERE true ON CONFLICT ("user", name) DO NOTHING',
                (test, after),
            )

    def _leave_out_clashing(self, test: int) -> int:
        """Exclude users who already were in the experiment with another variant."""
        return self._database.change(
            "UPDATE experiment_assignments SET left_out = 1 WHERE left_out = 0 AND number IN ("
            "SELECT known.number FROM staged_users AS users JOIN experiment_assignments AS known "
            'ON known.test = ? AND known.user_identifier = users."user" WHERE known.variant <> users.variant)',
            (test,),
        )

    def _move_events(self, test: int, watch: Callable[[int, int], None]) -> dict[str, int]:
        total, last = self._one("SELECT count(*), coalesce(max(place), 0) FROM staged_events")
        self._database.sql(
            "INSERT INTO experiment_event_names (test, name) "
            "SELECT DISTINCT ?, name FROM staged_events WHERE true ON CONFLICT (test, name) DO NOTHING",
            (test,),
        )
        known = (
            "FROM staged_events AS events JOIN experiment_assignments AS users "
            'ON users.test = ? AND users.user_identifier = events."user"'
        )
        assigned, early = self._one(
            f"SELECT count(*), count(*) FILTER (WHERE events.at < users.assigned_at) {known}", test
        )
        done = 0
        for start in range(1, last + 1, CHUNK):
            done += self._database.change(
                'INSERT INTO experiment_events (test, "user", name, event_value, event_data, event_id, created_at) '
                f"SELECT ?, users.number, names.number, events.value, events.data, events.event_id, events.at {known} "
                "JOIN experiment_event_names AS names ON names.test = ? AND names.name = events.name "
                "WHERE events.place BETWEEN ? AND ? AND events.at >= users.assigned_at "
                "ORDER BY events.place ON CONFLICT DO NOTHING",
                (test, test, test, start, start + CHUNK - 1),
            )
            watch(done, total)
        return {
            "events": done,
            "repeated_events": assigned - int(early) - done,
            "without_assignment": total - assigned,
            "before_assignment": int(early),
        }

    def _one(self, query: str, *values: object) -> tuple[Any, ...]:
        return self._database.sql(query, values)[0]
