"""A desk in a PostgreSQL database: transactions and what else `Engine` asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import peewee
import psycopg

from supportdesk.domain.desk_address import PostgresServer, files_folder
from supportdesk.domain.errors import Unavailable
from supportdesk.storage.engine import Row
from supportdesk.storage.postgres import failures
from supportdesk.storage.postgres.connection import to_native
from supportdesk.storage.postgres.desk_connection import DeskConnection
from supportdesk.storage.postgres.mail_text import MailText
from supportdesk.storage.postgres.migrate import NEWEST
from supportdesk.storage.postgres.ticket_text import TicketText
from supportdesk.storage.postgres.write_queue import returns_nothing

if TYPE_CHECKING:
    from supportdesk.domain.finding import Finding
    from supportdesk.storage.engine import DeskLoader, FaqIndex

MICROSECONDS = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
FETCHED = 500
"""Rows of a stream that are asked for at a time."""
FEW = 20
"""Statements of one kind that are sent together with the next one; more are sent at once."""
IDLE_SECONDS = 30
"""A program that stops inside a transaction, as one on a broken line does, lets others have their turn after this."""


class _Compiler(peewee.PostgresqlDatabase):
    param = "?"


_COMPILER = _Compiler(None)


class PostgresEngine:
    """A desk in a database; opening creates and migrates it.

    Writers take turns by the one row of table `turn`: it is lock, order of the journal and counter of changes at once.
    No statement relies on the session, so that a pool may give each transaction another connection.
    """

    def __init__(self, address: PostgresServer, busy_seconds: float, *, create: bool) -> None:
        self._address = address
        self._busy = max(1, int(busy_seconds * 1000))
        self._connection = DeskConnection(address, create=create)
        self._transacting = False
        self._turn_is_ours = False
        self._relaxed = False
        self._own_changes = 0

    @property
    def name(self) -> str:
        """The address without its password."""
        return self._connection.name

    @property
    def files(self) -> tuple[Path, ...]:
        """No file of this machine."""
        return ()

    @property
    def files_folder(self) -> Path:
        """The folder that all machines share; raises `Unavailable` where none was named."""
        return files_folder(self._address)

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        return self._transacting

    @property
    def is_read_only(self) -> bool:
        """Whether this connection cannot write."""
        return self._connection.is_read_only

    @property
    def tickets(self) -> TicketText:
        """The words of the tickets."""
        return TicketText(self)

    @property
    def mail(self) -> MailText:
        """The words of the mail log."""
        return MailText(self)

    @property
    def faqs(self) -> FaqIndex:
        """The words of the FAQs."""
        # Lazy import: most commands search no FAQs.
        from supportdesk.storage.postgres.faq_index import FaqIndex

        return FaqIndex(self)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def compiled(self, query: peewee.BaseQuery) -> tuple[str, Sequence[object]]:
        """Return a Peewee query as SQL with its parameters."""
        statement, parameters = _COMPILER.get_sql_context().sql(query).query()
        return statement, parameters or ()

    def run(self, statement: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Run one statement and return its rows; a write that returns none may be sent with the next statement."""
        if self._turn_is_ours and returns_nothing(statement):
            if self._connection.queue.is_full:
                self._connection.flush()
            self._connection.queue.add(statement, parameters)
            return []
        cursor = self._run(statement, parameters)
        return list(cursor.fetchall()) if cursor.description else []

    def change(self, statement: str, parameters: Sequence[object] = ()) -> int:
        """Run one statement and return the number of rows it changed."""
        return int(self._run(statement, parameters).rowcount)

    def stream(self, statement: str, parameters: Sequence[object] = ()) -> Iterator[Row]:
        """Yield the rows of a statement without keeping them."""
        with self.reading():
            self._run(f"DECLARE streamed NO SCROLL CURSOR FOR {statement}", parameters)
            while page := self.run(f"FETCH {FETCHED} FROM streamed"):
                yield from page
            self._run("CLOSE streamed")

    def run_many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one statement for each row of parameters, without waiting for each answer."""
        rest = iter(rows)
        few = list(islice(rest, FEW))
        if self._turn_is_ours and len(few) < FEW:
            for row in few:
                self.run(statement, row)
            return
        with self._connection.bulk() as connection, psycopg.Cursor(connection) as cursor:
            cursor.executemany(to_native(statement), chain(few, rest))

    def fill(self, table: str, columns: str, rows: Iterable[Sequence[object]]) -> None:
        """Insert rows of values, taken one by one."""
        with (
            self._connection.bulk() as connection,
            connection.cursor() as cursor,
            cursor.copy(f"COPY {table} ({columns}) FROM STDIN".encode()) as copy,
        ):
            for row in rows:
                copy.write_row(row)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Run the block as one write transaction, after those of all others who came before.

        READ COMMITTED, because then every statement sees what was committed before the turn came; with a snapshot of
        the moment of asking for it, the journal's next `seq` would be one that is taken.
        """
        if self._connection.is_read_only:
            raise failures.not_writable(self.name)
        with self._transaction(f"BEGIN; {self._settings()}; {_TURN}"):
            yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Run the block as one read transaction."""
        if self._transacting:
            yield
            return
        with self._transaction("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"):
            yield

    @contextmanager
    def relaxed(self) -> Iterator[None]:
        """Let commits inside be as the server was told; others wait for its disk, whatever it was told."""
        before, self._relaxed = self._relaxed, True
        try:
            yield
        finally:
            self._relaxed = before

    def prepare_staging(self) -> None:
        """Raise `Unavailable` where a pool may give each transaction another session: staged rows are in one of them.

        The server itself keeps temporary tables in files.
        """
        # A pool tells each client a number of its own, with which to cancel statements.
        if not self._transacting and self.run("SELECT pg_backend_pid()") != [(self._connection.backend_pid,)]:
            raise failures.pooled(self.name)

    def hidden(self, column: peewee.Field) -> peewee.Field:
        """Return a column; the planner knows how many rows have a value."""
        return column

    def among(self, column: str, values: Sequence[object]) -> tuple[str, object]:
        """Return the condition that a column has one of these values, with its one parameter."""
        return f"{column} = ANY(?)", list(values)

    def version(self) -> int:
        """Return a number that moves when another connection has committed; one round trip."""
        return self._read_turn(f"SELECT changes, step, {MICROSECONDS} FROM turn") - self._own_changes

    def now(self) -> datetime:
        """Return the time of the server."""
        return self._connection.clock.now()

    @property
    def loader(self) -> DeskLoader:
        """What reads and fills the tables of a whole desk."""
        # Lazy import: only a copy of the desk needs it.
        from supportdesk.storage.postgres.loading import DeskLoader

        return DeskLoader(self)

    def prove_writable(self) -> None:
        """Raise the error that prevents writing, inside a write transaction that changes nothing."""
        self.run("DELETE FROM ticket_counts WHERE false")
        # Taking the turn has counted a change: other programs would read again what is as it was.
        self.run("UPDATE turn SET changes = changes - 1")
        self._own_changes -= 1

    def faults(self, limit: int) -> list[str]:
        """Return nothing: the server checks its own files, with `pg_amcheck` and data checksums."""
        return []

    def schema_faults(self) -> list[str]:
        """Return what differs from the schema of the migrations."""
        # Lazy import: only `doctor` compares.
        from supportdesk.storage.postgres.checks import schema_faults

        return schema_faults(self)

    def check_place(self) -> Iterator[Finding]:
        """Yield the findings about server, permissions and replication."""
        # Lazy import: only `doctor` checks.
        from supportdesk.storage.postgres.checks import check_place

        yield from check_place(self)

    def copy_to(self, target: Path, before: Callable[[], object]) -> None:
        """Write a copy of the whole desk with `pg_dump`, while others keep working."""
        # Lazy import: only `backup` copies.
        from supportdesk.storage.postgres.backup import copy_to

        copy_to(self._address, target, before)

    def _settings(self) -> str:
        """Return what holds for one write transaction: no session has to remember it."""
        durable = "" if self._relaxed else "; SET LOCAL synchronous_commit = on"
        return (
            f"SET LOCAL lock_timeout = {self._busy}; "
            f"SET LOCAL idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'{durable}"
        )

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[None]:
        self._transacting = True
        writes = begin.endswith(_TURN)
        try:
            if writes:
                self._read_turn(begin)
            else:
                self._run(begin)
            self._turn_is_ours = writes
            yield
            self._connection.commit()
            self._own_changes += writes
        finally:
            self._transacting = self._turn_is_ours = False
            self._connection.roll_back()

    def _read_turn(self, statement: str) -> int:
        """Run a statement that returns the turn, take over its time, and check its schema; return the changes."""
        cursor = self._run(statement)
        while cursor.nextset():
            pass
        ((changes, step, microseconds),) = cursor.fetchall()
        self._connection.clock.set(microseconds)
        if step != NEWEST:
            raise Unavailable(
                f"the desk {self.name} was migrated by a newer supportdesk; nothing was saved, "
                "end this program and start the new one",
                field="db",
            )
        return int(changes)

    def _run(self, statement: str, parameters: Sequence[object] = ()) -> Any:
        begins = not self._transacting or statement.startswith("BEGIN")
        return self._connection.send(statement, parameters, begins=begins)


_TURN = f"UPDATE turn SET changes = changes + 1 RETURNING changes, step, {MICROSECONDS}"
