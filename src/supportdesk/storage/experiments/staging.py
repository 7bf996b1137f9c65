"""Staging tables of the import of experiment data.

Duplicates, users in several variants and which row counts are questions about all rows, so they
are answered in SQL, and memory does not grow with the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from supportdesk.storage.database import Database
from supportdesk.storage.experiments import reported
from supportdesk.storage.experiments.staged_rows import BothArms, Moved, Seen, StagedAttribute, StagedEvent, StagedUser

BETWEEN = chr(31)
"""Stands between the parts of a derived id: text from outside has no control character."""
CHUNK = 20_000
"""Rows a statement moves; between two of them an import can be watched, or stopped by ctrl+c."""


_OPEN = (
    "SELECT counts.name, max(measured.open_from) AS open_from FROM experiment_metrics AS measured "
    "JOIN experiment_metric_events AS counts ON counts.metric = measured.number WHERE measured.test = ? "
    "GROUP BY counts.name"
)
"""The first day of each event's name of which nothing was reported before."""


def _counted_on(at: str, day: str, open_from: str) -> str:
    """Return the expression for the first day on which something counts; NULL where that is its own."""
    return (
        f"CASE WHEN substr({at}, 1, 10) < {open_from} AND ({day} IS NULL OR {day} < {open_from}) THEN {open_from} "
        f"ELSE {day} END"
    )


@contextmanager
def staging(database: Database) -> Iterator[ExperimentStaging]:
    """Yield empty staging tables; gone at the end of the block."""
    # On disk, so that a million users take no more memory than ten.
    database.engine.prepare_staging()
    database.sql(
        'CREATE TEMP TABLE staged_users (place BIGINT PRIMARY KEY, "user" TEXT, variant BIGINT, at TEXT, '
        "agrees BIGINT, before DOUBLE PRECISION, left_out BIGINT, reported TEXT, phase BIGINT)"
    )
    database.sql('CREATE TEMP TABLE staged_attributes ("row" BIGINT, name TEXT, value TEXT, PRIMARY KEY ("row", name))')
    database.sql(
        'CREATE TEMP TABLE staged_events (place BIGINT PRIMARY KEY, "user" TEXT, "row" BIGINT, name TEXT, '
        "value DOUBLE PRECISION, "
        "data TEXT, event_id TEXT, at TEXT, told TEXT, reported TEXT)"
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
        self._database.fill(
            "staged_users", 'place, "user", variant, at, agrees, before, left_out, reported, phase', rows
        )

    def fill_attributes(self, rows: Iterable[StagedAttribute]) -> None:
        """Store what is known of users from an iterator; join the caller's transaction."""
        self._database.fill("staged_attributes", '"row", name, value', rows)

    def fill_events(self, rows: Iterable[StagedEvent]) -> None:
        """Store events from an iterator; join the caller's transaction where there is one."""
        first = self._one("SELECT coalesce(max(place), 0) + 1 FROM staged_events")[0]
        self._database.fill(
            "staged_events",
            'place, "user", "row", name, value, data, event_id, at, told, reported',
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
            'DELETE FROM staged_events WHERE "row" IS NOT NULL '
            'AND NOT EXISTS (SELECT 1 FROM staged_users WHERE place = staged_events."row")'
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
            self._database.sql('CREATE INDEX staged_people_row ON staged_people ("row")')
            self._database.sql(
                'DELETE FROM staged_events WHERE "row" IS NOT NULL '
                'AND NOT EXISTS (SELECT 1 FROM staged_people WHERE staged_people."row" = staged_events."row")'
            )
        self._identify_events()

    def phase_starts(self) -> dict[int, str]:
        """Return when the first user came of each phase that rows name."""
        found = self._database.sql("SELECT phase, min(at) FROM staged_users WHERE phase IS NOT NULL GROUP BY phase")
        return dict(found)

    def move(self, test: int, phase: int, policy: BothArms, watch: Callable[[int, int], None]) -> Moved:
        """Move all rows into an experiment inside the caller's transaction; report progress to `watch`."""
        last = self._last("experiment_assignments")
        last_event = self._last("experiment_events")
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
            late_users=self._late("experiment_assignments", test, last),
            late_events=self._late("experiment_events", test, last_event),
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
        open_from = reported.open_from(self._database, test)
        done = 0
        for start in range(1, total + 1, CHUNK):
            done += self._database.change(
                "INSERT INTO experiment_assignments "
                "(test, user_identifier, variant, phase, hash_value, assigned_at, left_out, before, counted_on) "
                """SELECT ?, people."user", people.variant, coalesce(rows.phase, ?), '', people.at, """
                "people.in_both, rows.before, "
                f"{_counted_on('people.at', 'rows.reported', '?')} "
                'FROM staged_people AS people JOIN staged_users AS rows ON rows.place = people."row" '
                "WHERE turn BETWEEN ? AND ? ORDER BY turn ON CONFLICT (test, user_identifier) DO NOTHING",
                (test, phase, *(open_from,) * 3, start, start + CHUNK - 1),
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
                "INSERT INTO experiment_events "
                '(test, "user", name, event_value, event_data, event_id, created_at, counted_on) '
                "SELECT ?, users.number, names.number, events.value, events.data, events.event_id, events.at, "
                f"{_counted_on('events.at', 'events.reported', 'metrics.open_from')} {known} "
                "JOIN experiment_event_names AS names ON names.test = ? AND names.name = events.name "
                f"LEFT JOIN ({_OPEN}) AS metrics ON metrics.name = names.number "
                "WHERE events.place BETWEEN ? AND ? AND events.at >= users.assigned_at "
                "ORDER BY events.place ON CONFLICT DO NOTHING",
                (test, test, test, test, start, start + CHUNK - 1),
            )
            watch(done, total)
        repeated = assigned - int(early) - done
        foreign = 0
        if repeated:
            foreign = self._one(
                f"SELECT count(*) {known} JOIN experiment_events AS kept ON kept.test = ? "
                'AND kept.event_id = events.event_id AND kept."user" <> users.number '
                "WHERE events.at >= users.assigned_at",
                test,
                test,
            )[0]
        return {
            "events": done,
            "repeated_events": repeated - int(foreign),
            "foreign_ids": int(foreign),
            "without_assignment": total - assigned,
            "before_assignment": int(early),
        }

    def _last(self, table: str) -> int:
        return int(self._one(f"SELECT coalesce(max(number), 0) FROM {table}")[0])

    def _late(self, table: str, test: int, after: int) -> int:
        """Return how many rows after a number count on a later day than their own."""
        query = f"SELECT count(*) FROM {table} WHERE number > ? AND test = ? AND counted_on IS NOT NULL"
        return int(self._one(query, after, test)[0])

    def _one(self, query: str, *values: object) -> tuple[Any, ...]:
        return self._database.sql(query, values)[0]
