"""One connection to the desk's database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from supportdesk.domain.desk_address import DeskAddress, PostgresServer
from supportdesk.domain.errors import DeskError, Unavailable
from supportdesk.storage.engine import Answer, Engine, Row

if TYPE_CHECKING:
    from peewee import BaseQuery, ModelInsert

    from supportdesk.domain.finding import Finding

BUSY_SECONDS = 5.0
_LAST_SEQ = "SELECT coalesce(max(seq), 0) FROM journal"


def open_engine(address: DeskAddress, busy_seconds: float, *, create: bool) -> Engine:
    """Return the engine of a desk, open."""
    # Lazy imports: a desk needs the driver of its own engine alone.
    if isinstance(address, PostgresServer):
        try:
            from supportdesk.storage.postgres.engine import PostgresEngine
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] != "psycopg":
                raise
            raise Unavailable(
                "db: a desk on a PostgreSQL server needs the driver psycopg: install `supportdesk[postgres]`",
                field="db",
            ) from None
        return PostgresEngine(address, busy_seconds, create=create)
    from supportdesk.storage.sqlite.engine import SqliteEngine

    return SqliteEngine(address.path, busy_seconds, create=create)


class Database:
    """The desk's database, for one thread at a time.

    Opening creates (unless told otherwise) and migrates it. Raises `Unavailable` when it cannot be reached, is
    locked or the disk is full, `InvalidValue` when it is no desk or made by a newer program, `NotAllowed` when it
    cannot be written.
    """

    def __init__(self, address: DeskAddress, *, busy_seconds: float = BUSY_SECONDS, create: bool = True) -> None:
        self.engine: Engine = open_engine(address, busy_seconds, create=create)
        self._last_seq: Answer | None = None
        self._entries = 0

    @property
    def name(self) -> str:
        """The desk as shown to users; never contains a password."""
        return self.engine.name

    @property
    def files(self) -> tuple[Path, ...]:
        """Files that no export may overwrite; empty for a server."""
        return self.engine.files

    @property
    def files_folder(self) -> Path:
        """The folder of what the desk keeps outside its database, such as mails as they came in."""
        return self.engine.files_folder

    @property
    def in_transaction(self) -> bool:
        """Whether the caller's transaction is still open: SQLite ends it itself when the disk is full."""
        return self.engine.in_transaction

    @property
    def is_read_only(self) -> bool:
        """Whether this user can only read the desk."""
        return self.engine.is_read_only

    @cached_property
    def secret(self) -> str:
        """The secret key of this desk, created with it."""
        found = self.sql("SELECT value FROM desk WHERE name = 'secret'")
        if not found:
            raise Unavailable("the desk's secret is missing; restore the desk from a backup")
        return str(found[0][0])

    def now(self) -> datetime:
        """Return the time of the desk's clock."""
        return self.engine.now()

    def close(self) -> None:
        """Close the connection; a closed database can no longer be used."""
        self.engine.close()

    @contextmanager
    def writing(self, *, turn_last: bool = False) -> Iterator[None]:
        """Run the block as one write transaction: all of it is saved, or nothing.

        With `turn_last`, where the engine hides what is unsaved, others save until `take_turn`. Never inside another
        transaction: what is confirmed here would be lost when that one is not committed.
        """
        if self.engine.in_transaction:
            raise RuntimeError("a transaction of this connection is still open")
        with self.engine.writing(turn_last=turn_last):
            self._last_seq = None if turn_last else self.ask(_LAST_SEQ)
            self._entries = 0
            yield

    def take_turn(self) -> None:
        """Wait for the lock of a write transaction now, where that would happen later; raise `Locked`."""
        if self._last_seq is None:
            self.engine.take_turn()
            self._last_seq = self.ask(_LAST_SEQ)
        self._last_seq()

    def next_seq(self) -> int:
        """Return the number of a new entry of the journal, inside a write transaction: nobody else writes one."""
        if self._last_seq is None:
            raise RuntimeError("entries of the journal are numbered in the turn of their transaction")
        self._entries += 1
        return int(self._last_seq()[0][0]) + self._entries

    @contextmanager
    def relaxed(self) -> Iterator[None]:
        """Let commits inside return before they are on the disk: a power cut may undo them."""
        with self.engine.relaxed():
            yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Run the block as one read transaction: all queries see the same state of the desk."""
        with self.engine.reading():
            yield

    def rows(self, query: BaseQuery) -> Sequence[Row]:
        """Run a query and return its rows."""
        return self.engine.run(*self.engine.compiled(query))

    def stream(self, query: BaseQuery) -> Iterator[Row]:
        """Yield the rows of a query without keeping them."""
        return self.engine.stream(*self.engine.compiled(query))

    def execute(self, query: BaseQuery) -> int:
        """Run a write and return the number of rows it changed."""
        return self.engine.change(*self.engine.compiled(query))

    def insert(self, query: ModelInsert) -> int:
        """Insert a row and return its number."""
        return int(self.rows(query.returning(query.model._meta.primary_key))[0][0])

    def add(self, table: str, **values: object) -> None:
        """Insert one row; as plain SQL, because Peewee takes longer to compose a statement than SQLite to run it."""
        places = ", ".join("?" * len(values))
        row = [str(value) if isinstance(value, Enum) else value for value in values.values()]
        self.engine.run(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({places})", row)

    def ask(self, statement: str, parameters: Sequence[object] = ()) -> Answer:
        """Return what gives the rows of a statement that reads, as of now.

        Ask for all that is needed before the first answer is taken: a far server is waited for once.
        """
        return self.engine.ask(statement, parameters)

    def sql(self, statement: str, parameters: Sequence[object] = ()) -> Sequence[Row]:
        """Run one SQL statement and return its rows."""
        return self.engine.run(statement, parameters)

    def change(self, statement: str, parameters: Sequence[object] = ()) -> int:
        """Run one SQL statement and return the number of rows it changed."""
        return self.engine.change(statement, parameters)

    def many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one SQL statement for each row of values."""
        self.engine.run_many(statement, rows)

    def fill(self, table: str, columns: str, rows: Iterable[Sequence[object]]) -> None:
        """Insert rows of values, taken one by one; `columns` is their names with commas."""
        self.engine.fill(table, columns, rows)

    def learn_sizes(self, tables: Sequence[str], added: int) -> None:
        """Let the planner know of many rows that were added to tables; these are saved, whether it can or not."""
        with suppress(DeskError):
            self.engine.learn_sizes(tables, added)

    def among(self, column: str, values: Sequence[object]) -> tuple[str, object]:
        """Return the condition that a column has one of any number of values, with its one parameter."""
        return self.engine.among(column, values)

    def prove_writable(self) -> None:
        """Raise the error that prevents writing, inside a write transaction that changes nothing."""
        self.engine.prove_writable()

    def faults(self, limit: int = 5) -> list[str]:
        """Return what is wrong with the stored data; reads all of it."""
        try:
            return self.engine.faults(limit)
        except DeskError as error:
            return [error.message]

    def schema_faults(self) -> list[str]:
        """Return what differs from the schema that this program makes, such as a trigger that is missing."""
        try:
            return self.engine.schema_faults()
        except DeskError as error:
            return [error.message]

    def check_place(self) -> Iterator[Finding]:
        """Yield the findings about where the desk is kept, such as room and permissions."""
        return self.engine.check_place()

    def data_version(self) -> int:
        """Return a number that moves when another connection has committed; costs microseconds."""
        return self.engine.version()

    def copy_to(self, target: Path, before: Callable[[], object] = lambda: None) -> None:
        """Write a compact copy of the whole desk, as of one moment, while others keep working.

        It appears when it is complete, readable by those who may read the desk, and replaces a file of that name.
        `before` is called before that.
        Raises `InvalidValue` for a name that cannot be used, `Unavailable` when it cannot be written.
        """
        self.engine.copy_to(target, before)
