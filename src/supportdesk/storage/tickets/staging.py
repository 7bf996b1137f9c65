"""Staging table of the import of tickets, private to one connection.

Filling it takes no lock on the desk. From there, one `INSERT ... SELECT` moves thousands at a time, which is
three to four times as fast as inserting row by row: the full-text index is flushed at the end of each statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from supportdesk.domain.moment import to_text
from supportdesk.storage.database import Database

CHUNK = 5_000
"""Tickets a statement moves; between two of them an import can be watched, or stopped by ctrl+c."""
PAGE = 500

Identity = Literal["id", "number"]

_COLUMNS = "number, id, title, description, priority, status, contact_email, created_at, updated_at"


class StagedTicket(NamedTuple):
    """A checked ticket: without a `number` it gets the next one.

    `step_id` is for the history step that tells of its import; `line` and `cells` are where it came from.
    """

    number: int | None
    id: str
    title: str
    description: str
    priority: str
    status: str
    contact_email: str
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


@dataclass(frozen=True, slots=True)
class Inserted:
    """How many tickets went in, and their lowest and highest numbers."""

    tickets: int
    first: int
    last: int


@contextmanager
def staging(database: Database) -> Iterator[Staging]:
    """Create an empty staging table that is dropped at the end of the block."""
    # On disk, so that a million tickets take no more memory than ten.
    database.sql("PRAGMA temp_store = FILE")
    database.sql(
        "CREATE TEMP TABLE staged (place INTEGER PRIMARY KEY, number INTEGER, id TEXT, title TEXT, description TEXT, "
        "priority TEXT, status TEXT, contact_email TEXT, created_at TEXT, updated_at TEXT, step_id TEXT, "
        "line INTEGER, cells TEXT, has_time INTEGER)"
    )
    try:
        yield Staging(database)
    finally:
        for table in ("staged", "staged_known"):
            database.sql(f"DROP TABLE IF EXISTS temp.{table}")


class Staging:
    """The staging table of one connection."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def fill(self, rows: Iterable[StagedTicket]) -> None:
        """Store rows from an iterator."""
        # One transaction, and none that reads or writes the desk: others save and check-point meanwhile.
        with self._database.reading():
            self._database.many(
                f"INSERT INTO temp.staged ({_COLUMNS}, step_id, line, cells, has_time) VALUES ({', '.join('?' * 13)})",
                rows,
            )

    def index(self, field: Identity) -> None:
        """Index a field, so that duplicates are found fast."""
        self._database.sql(f"CREATE INDEX temp.staged_{field} ON staged ({field})")

    def count(self) -> int:
        """Return how many tickets are staged."""
        return int(self._database.sql("SELECT count(*) FROM temp.staged")[0][0])

    def repeated(self, field: Identity) -> Iterator[Clash]:
        """Remove and yield tickets whose value is in an earlier line."""
        earlier = f"earlier.{field} = staged.{field} AND earlier.place < staged.place"
        return self._taken_out(field, f"EXISTS (SELECT 1 FROM temp.staged AS earlier WHERE {earlier})")

    def taken(self, field: Identity) -> Iterator[Clash]:
        """Remove and yield tickets whose value a ticket of the desk already has."""
        return self._taken_out(field, f"EXISTS (SELECT 1 FROM main.tickets WHERE tickets.{field} = staged.{field})")

    def find_known(self, fields: Sequence[Identity], *, texts: bool) -> int:
        """Find the tickets that the desk has already; return how many.

        They have one of the `fields`, or with `texts` the requester, title, text and (where the file has one) time of
        a ticket that is not deleted.
        """
        self._database.sql("CREATE TEMP TABLE staged_known (place INTEGER PRIMARY KEY, number INTEGER, field TEXT)")
        add = "INSERT OR IGNORE INTO temp.staged_known SELECT staged.place, tickets.number"
        for field in fields:
            same = f"tickets.{field} = staged.{field}"
            self._database.sql(f"{add}, '{field}' FROM temp.staged AS staged JOIN main.tickets ON {same}")
        if texts and self._database.sql("SELECT 1 FROM main.tickets LIMIT 1"):
            # The desk is read once, from one end to the other; that needs no index of its own.
            self._database.sql(
                "CREATE INDEX temp.staged_text ON staged (title, contact_email COLLATE NOCASE, description)"
            )
            self._database.sql(
                f"{add}, '' FROM main.tickets CROSS JOIN temp.staged AS staged ON staged.title = tickets.title "
                "AND staged.contact_email = tickets.contact_email COLLATE NOCASE "
                "AND staged.description = tickets.description "
                "AND (NOT staged.has_time OR staged.created_at = tickets.created_at)"
            )
        return int(self._database.sql("SELECT count(*) FROM temp.staged_known")[0][0])

    def known(self) -> Iterator[Known]:
        """Yield the tickets that `find_known` found, in the order of the file."""
        last = 0
        query = (
            "SELECT place, line, known.number, field, CASE field WHEN 'id' THEN id ELSE staged.number END, cells "
            "FROM temp.staged_known AS known JOIN temp.staged AS staged USING (place) "
            f"WHERE place > ? ORDER BY place LIMIT {PAGE}"
        )
        while page := self._database.sql(query, (last,)):
            for place, line, number, field, value, cells in page:
                yield Known(place, line, number, field, str(value), cells)
            last = page[-1][0]

    def drop_known(self) -> None:
        """Remove the tickets that `find_known` found."""
        self._database.sql("DELETE FROM temp.staged WHERE place IN (SELECT place FROM temp.staged_known)")

    def renew_identities(self, new_id: Callable[[], str]) -> None:
        """Give the tickets that `find_known` found by a field a new id, and let the desk number them."""
        renewed = ((new_id(), known.place) for known in list(self.known()) if known.field)
        self._database.many("UPDATE temp.staged SET number = NULL, id = ? WHERE place = ?", renewed)

    def _taken_out(self, field: Identity, condition: str) -> Iterator[Clash]:
        columns, last = f"place, line, {field}, cells", 0
        query = f"SELECT {columns} FROM temp.staged WHERE place > ? AND {condition} ORDER BY place LIMIT {PAGE}"
        while page := self._database.sql(query, (last,)):
            for _, line, value, cells in page:
                yield Clash(line, str(value), cells)
            last = page[-1][0]
        self._database.sql(f"DELETE FROM temp.staged WHERE {condition}")

    def insert(self, actor: str, notes: str, at: datetime, watch: Callable[[int, int], None]) -> Inserted:
        """Move all tickets into the desk, each with a status change, inside the caller's transaction.

        `watch` is told how many of how many are in. There must be something to move.
        """
        total, last_place, numbered, lowest, highest = self._database.sql(
            "SELECT count(*), max(place), count(number), min(number), max(number) FROM temp.staged"
        )[0]
        done = 0
        # Those with a number first, so that no next number is one that a later ticket brings along.
        for having in ["number IS NOT NULL"] * bool(numbered) + ["number IS NULL"] * (numbered < total):
            for start in range(1, last_place + 1, CHUNK):
                places = (start, start + CHUNK - 1)
                chunk = f"FROM temp.staged WHERE place BETWEEN ? AND ? AND {having} ORDER BY place"
                self._database.sql(
                    f"INSERT INTO main.tickets ({_COLUMNS}, indexed_title, indexed_description) "
                    f"SELECT {_COLUMNS}, index_form(title), index_form(description) {chunk}",
                    places,
                )
                done += self._database.sql("SELECT changes()")[0][0]
                self._database.sql(
                    "INSERT INTO main.ticket_status_history (id, ticket_id, new_status, changed_by, notes, changed_at) "
                    f"SELECT step_id, id, status, ?, ?, ? {chunk}",
                    (actor, notes, to_text(at), *places),
                )
                watch(done, total)
        if numbered < total:
            highest = self._database.sql("SELECT max(number) FROM main.tickets")[0][0]
        return Inserted(total, highest - total + 1 if lowest is None else lowest, highest)
