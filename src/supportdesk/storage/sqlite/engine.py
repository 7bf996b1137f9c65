"""One connection to a SQLite file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from json import dumps
from pathlib import Path

import peewee

from supportdesk.domain import moment
from supportdesk.domain.index_text import index_form
from supportdesk.domain.text import clean_line
from supportdesk.storage.engine import Row
from supportdesk.storage.sqlite.backup import copy_to
from supportdesk.storage.sqlite.failures import translate_errors
from supportdesk.storage.sqlite.file import create_file
from supportdesk.storage.sqlite.migrate import migrate


class _Sqlite(peewee.SqliteDatabase):
    def rollback(self) -> None:
        """Roll back, unless SQLite has done so itself, as it does when the disk is full."""
        if self.connection().in_transaction:  # type: ignore[no-untyped-call]
            super().rollback()


class SqliteEngine:
    """A desk in a SQLite file; opening creates and migrates it."""

    def __init__(self, path: Path, busy_seconds: float) -> None:
        self.path = path
        self._sqlite: peewee.SqliteDatabase = _Sqlite(
            str(path),
            timeout=busy_seconds,
            # One connection, whichever thread uses it: Peewee would open one for each, and never close them.
            thread_safe=False,
            check_same_thread=False,
            autoconnect=False,
            pragmas={"foreign_keys": 1, "synchronous": "normal"},
        )
        # Statements that copy rows inside the database index them too.
        self._sqlite.register_function(index_form, "index_form", 1, deterministic=True)
        create_file(path)
        try:
            with self._explained():
                self._sqlite.connect()
                migrate(self._sqlite, path)
        except BaseException:
            self._sqlite.close()
            raise

    @property
    def name(self) -> str:
        """The path of the file."""
        return str(self.path)

    @property
    def files(self) -> tuple[Path, ...]:
        """The file and its logs."""
        place = self.path.resolve()
        return (place, *(place.with_name(f"{place.name}{ending}") for ending in ("-wal", "-shm")))

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        return self._sqlite.connection().in_transaction  # type: ignore[no-any-return]

    @property
    def is_read_only(self) -> bool:
        """Whether this connection cannot write."""
        return False

    def close(self) -> None:
        """Close the connection."""
        self._sqlite.close()

    def compiled(self, query: peewee.BaseQuery) -> tuple[str, Sequence[object]]:
        """Return a Peewee query as SQL with its parameters."""
        statement, parameters = self._sqlite.get_sql_context().sql(query).query()
        return statement, parameters or ()

    def run(self, statement: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Run one statement and return its rows."""
        with self._explained():
            return self._sqlite.execute_sql(statement, parameters).fetchall()  # type: ignore[no-any-return]

    def change(self, statement: str, parameters: Sequence[object] = ()) -> int:
        """Run one statement and return the number of rows it changed."""
        with self._explained():
            return int(self._sqlite.execute_sql(statement, parameters).rowcount)

    def stream(self, statement: str, parameters: Sequence[object] = ()) -> Iterator[Row]:
        """Yield the rows of a statement without keeping them."""
        with self._explained():
            # No `yield from`: it would close the cursor, which fails once the connection is closed.
            for row in self._sqlite.execute_sql(statement, parameters):  # noqa: UP028
                yield row

    def run_many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one statement for each row of parameters."""
        with self._explained():
            self._sqlite.connection().executemany(statement, rows)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Run the block as one write transaction.

        IMMEDIATE, because a transaction that reads first and writes later fails at once when another connection
        has committed in between, however long the timeout.
        """
        with self._explained(), self._sqlite.atomic("IMMEDIATE"):
            yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Run the block as one read transaction."""
        with self._explained(), self._sqlite.atomic():
            yield

    @contextmanager
    def durable(self) -> Iterator[None]:
        """Make every commit inside survive a power cut: it is on the disk before it returns."""
        before = self.run("PRAGMA synchronous")[0][0]
        self.run("PRAGMA synchronous = FULL")
        try:
            yield
        finally:
            self.run(f"PRAGMA synchronous = {int(before)}")

    def among(self, column: str, values: Sequence[object]) -> tuple[str, object]:
        """Return a condition that a column has one of many values, and its one parameter."""
        return f"{column} IN (SELECT value FROM json_each(?))", dumps(list(values))

    def hidden(self, column: peewee.Field) -> peewee.Node:
        """Return a column with a plus, which keeps SQLite from using an index on it."""
        return peewee.NodeList((peewee.SQL("+"), column), glue="")

    def version(self) -> int:
        """Return a number that moves when another connection has committed; costs microseconds."""
        return int(self.run("PRAGMA data_version")[0][0])

    def now(self) -> datetime:
        """Return the time of this machine."""
        return moment.now()

    def prove_writable(self) -> None:
        """Raise the error that prevents writing, inside a write transaction that changes nothing.

        SQLite opens a read-only file, and BEGIN IMMEDIATE silently starts a read transaction there.
        """
        self.run("DELETE FROM ticket_counts WHERE false")

    def faults(self, limit: int) -> list[str]:
        """Return the errors that SQLite finds in the whole file, in its words."""
        found = self.run(f"PRAGMA quick_check({limit})") + self.run("PRAGMA foreign_key_check")[:limit]
        return [clean_line(" ".join(map(str, row))) for row in found if row != ("ok",)]

    def copy_to(self, target: Path) -> None:
        """Write a compact copy of the whole desk while others keep working."""
        copy_to(self._sqlite, self.name, target)

    def _explained(self) -> AbstractContextManager[None]:
        return translate_errors(self.name)
