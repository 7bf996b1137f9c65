"""Staging table of the import of tickets, private to one connection.

Filling it takes no lock on the desk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, NamedTuple

from supportdesk.domain.index_text import index_form
from supportdesk.storage.database import Database

PAGE = 500

Identity = Literal["id", "number"]

FILLED = "number, id, title, description, priority, status, contact_email, contact_name, created_at, updated_at"
COLUMNS = "number, id, title, description, priority, status, contact_email, created_at, updated_at"


class StagedTicket(NamedTuple):
    """A checked ticket: without a `number` it gets the next one.

    `step_id` is for the history step that tells of its import and of `contact_name`; `line` and `cells` are where it
    came from.
    """

    number: int | None
    id: str
    title: str
    description: str
    priority: str
    status: str
    contact_email: str
    contact_name: str
    created_at: str
    updated_at: str
    step_id: str
    line: int
    cells: str | None
    has_time: bool


@dataclass(frozen=True, slots=True)
class Known:
    """A staged ticket that the desk has already, as ticket `number`; `field` is empty when it has the same text."""

    place: int
    line: int
    number: int
    field: str
    value: str
    cells: str | None


@dataclass(frozen=True, slots=True)
class Clash:
    """A staged ticket whose id or number cannot be had."""

    line: int
    value: str
    cells: str | None


@contextmanager
def staging(database: Database) -> Iterator[Staging]:
    """Create an empty staging table that is dropped at the end of the block."""
    # On disk, so that a million tickets take no more memory than ten.
    database.engine.prepare_staging()
    database.sql(
        "CREATE TEMP TABLE staged (place BIGINT PRIMARY KEY, number BIGINT, id TEXT, title TEXT, description TEXT, "
        "priority TEXT, status TEXT, contact_email TEXT, contact_name TEXT, created_at TEXT, updated_at TEXT, "
        "step_id TEXT, line BIGINT, cells TEXT, has_time BIGINT, indexed_title TEXT, indexed_description TEXT)"
    )
    try:
        yield Staging(database)
    finally:
        for table in ("staged", "staged_known"):
            database.sql(f"DROP TABLE IF EXISTS {table}")


class Staging:
    """The staging table of one connection."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def fill(self, rows: Iterable[StagedTicket]) -> None:
        """Store rows from an iterator."""
        # One transaction, and none that reads or writes the desk: others save and check-point meanwhile.
        with self._database.reading():
            self._database.fill(
                "staged",
                f"place, {FILLED}, step_id, line, cells, has_time, indexed_title, indexed_description",
                (
                    (place, *row, index_form(row.title), index_form(row.description))
                    for place, row in enumerate(rows, start=1)
                ),
            )

    def index(self, field: Identity) -> None:
        """Index a field, so that duplicates are found fast."""
        self._database.sql(f"CREATE INDEX staged_{field} ON staged ({field})")

    def count(self) -> int:
        """Return how many tickets are staged."""
        return int(self._database.sql("SELECT count(*) FROM staged")[0][0])

    def repeated(self, field: Identity) -> Iterator[Clash]:
        """Remove and yield tickets whose value is in an earlier line."""
        earlier = f"earlier.{field} = staged.{field} AND earlier.place < staged.place"
        return self._taken_out(field, f"EXISTS (SELECT 1 FROM staged AS earlier WHERE {earlier})")

    def first_taken(self, field: Identity) -> str | None:
        """Return the value of a staged ticket that a ticket of the desk has; None when there is none."""
        query = f"SELECT {field} FROM staged JOIN tickets USING ({field}) LIMIT 1"
        found = self._database.sql(query)
        return str(found[0][0]) if found else None

    def find_known(self, fields: Sequence[Identity], *, texts: bool) -> int:
        """Find the tickets that the desk has already; return how many.

        They have one of the `fields`, or with `texts` the requester, title, text and (where the file has one) time of
        a ticket that is not deleted.
        """
        self._database.sql("CREATE TEMP TABLE staged_known (place BIGINT PRIMARY KEY, number BIGINT, field TEXT)")
        add = "INSERT INTO staged_known (place, number, field) SELECT staged.place, tickets.number"
        once = "ON CONFLICT (place) DO NOTHING"
        for field in fields:
            same = f"tickets.{field} = staged.{field}"
            self._database.sql(f"{add}, '{field}' FROM staged AS staged JOIN tickets ON {same} WHERE true {once}")
        if texts and self._database.sql("SELECT 1 FROM tickets LIMIT 1"):
            # The desk is read once, from one end to the other; that needs no index of its own.
            self._database.sql("CREATE INDEX staged_text ON staged (title, lower(contact_email), description)")
            self._database.sql(
                f"{add}, '' FROM tickets JOIN staged AS staged ON staged.title = tickets.title "
                "AND lower(staged.contact_email) = coalesce(tickets.contact_key, '') "
                "AND staged.description = tickets.description "
                "AND (staged.has_time = 0 OR staged.created_at = tickets.created_at) "
                f"WHERE tickets.deleted_at IS NULL {once}"
            )
        return int(self._database.sql("SELECT count(*) FROM staged_known")[0][0])

    def known(self) -> Iterator[Known]:
        """Yield the tickets that `find_known` found, in the order of the file."""
        last = 0
        query = (
            "SELECT place, line, known.number, field, "
            "CASE field WHEN 'id' THEN id ELSE CAST(staged.number AS TEXT) END, cells "
            "FROM staged_known AS known JOIN staged USING (place) "
            f"WHERE place > ? ORDER BY place LIMIT {PAGE}"
        )
        while page := self._database.sql(query, (last,)):
            for place, line, number, field, value, cells in page:
                yield Known(place, line, number, field, str(value), cells)
            last = page[-1][0]

    def drop_known(self) -> None:
        """Remove the tickets that `find_known` found."""
        self._database.sql("DELETE FROM staged WHERE place IN (SELECT place FROM staged_known)")

    def renew_identities(self, new_id: Callable[[], str]) -> None:
        """Give the tickets that `find_known` found by a field a new id, and let the desk number them."""
        renewed = ((new_id(), known.place) for known in list(self.known()) if known.field)
        self._database.many("UPDATE staged SET number = NULL, id = ? WHERE place = ?", renewed)

    def _taken_out(self, field: Identity, condition: str) -> Iterator[Clash]:
        columns, last = f"place, line, {field}, cells", 0
        query = f"SELECT {columns} FROM staged WHERE place > ? AND {condition} ORDER BY place LIMIT {PAGE}"
        while page := self._database.sql(query, (last,)):
            for _, line, value, cells in page:
                yield Clash(line, str(value), cells)
            last = page[-1][0]
        self._database.sql(f"DELETE FROM staged WHERE {condition}")
