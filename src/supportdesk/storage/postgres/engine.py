"""One connection to a desk in a PostgreSQL database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

import peewee
import psycopg

from supportdesk.domain.desk_address import PostgresServer, files_folder
from supportdesk.storage.engine import Row
from supportdesk.storage.postgres import failures
from supportdesk.storage.postgres.batch import Answer, returns_nothing
from supportdesk.storage.postgres.connection import to_native
from supportdesk.storage.postgres.mail_text import MailText
from supportdesk.storage.postgres.session import Session
from supportdesk.storage.postgres.ticket_text import TicketText

if TYPE_CHECKING:
    from supportdesk.domain.finding import Finding
    from supportdesk.storage.engine import DeskLoader, FaqIndex

FETCHED = 500
"""Rows of a stream that are asked for at a time."""
FEW = 20
"""Statements of one kind that are sent together with the next one; more are sent at once."""
IDLE_SECONDS = 30
"""A program that stops inside a transaction, as one on a broken line does, lets others have their turn after this."""
UNCOUNTED = "SET LOCAL supportdesk.uncounted = 'on'"
"""Keeps the triggers from the counts, which every change of anybody writes; the schema knows the name too."""


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
        self._relaxed = False
        self._session = Session(address)
        try:
            self._session.open(create=create)
        except BaseException:
            self.close()
            raise

    @property
    def name(self) -> str:
        """The address without its password."""
        return str(self._address)

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
        return self._session.in_transaction

    @property
    def is_read_only(self) -> bool:
        """Whether this connection cannot write."""
        return self._session.is_read_only

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
        self._session.close()

    def compiled(self, query: peewee.BaseQuery) -> tuple[str, Sequence[object]]:
        """Return a Peewee query as SQL with its parameters."""
        statement, parameters = _COMPILER.get_sql_context().sql(query).query()
        return statement, parameters or ()

    def run(self, statement: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Run one statement and return its rows; a write that returns none may be sent with the next statement."""
        if self._session.has_turn and returns_nothing(statement):
            self._session.post(statement, parameters)
            return []
        cursor = self._session.run(statement, parameters)
        return list(cursor.fetchall()) if cursor.description else []

    def ask(self, statement: str, parameters: Sequence[object] = ()) -> Answer:
        """Return what gives the rows of a statement that reads; it may be sent with the next one."""
        return self._session.ask(statement, parameters)

    def change(self, statement: str, parameters: Sequence[object] = ()) -> int:
        """Run one statement and return the number of rows it changed."""
        return int(self._session.run(statement, parameters).rowcount)

    def stream(self, statement: str, parameters: Sequence[object] = ()) -> Iterator[Row]:
        """Yield the rows of a statement without keeping them."""
        with self.reading():
            self._session.run(f"DECLARE streamed NO SCROLL CURSOR FOR {statement}", parameters)
            while page := self.run(f"FETCH {FETCHED} FROM streamed"):
                yield from page
            self._session.run("CLOSE streamed")

    def run_many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one statement for each row of parameters, without waiting for each answer."""
        rest = iter(rows)
        few = list(islice(rest, FEW))
        if self._session.has_turn and len(few) < FEW:
            for row in few:
                self.run(statement, row)
            return
        with self._session.translated() as connection, psycopg.Cursor(connection) as cursor:
            cursor.executemany(to_native(statement), chain(few, rest))

    def fill(self, table: str, columns: str, rows: Iterable[Sequence[object]]) -> None:
        """Insert rows of values, taken one by one."""
        with (
            self._session.translated() as connection,
            connection.cursor() as cursor,
            cursor.copy(f"COPY {table} ({columns}) FROM STDIN".encode()) as copy,
        ):
            for row in rows:
                copy.write_row(row)

    def learn_sizes(self, tables: Sequence[str], added: int) -> None:
        """Analyze the tables that may have grown by a tenth; who does not own them is only warned by the server."""
        grown = "SELECT relname::text FROM pg_class WHERE oid = ANY (CAST(? AS regclass[])) AND reltuples <= ? * 10"
        for (table,) in self.run(grown, (list(tables), added)):
            self.run(f"ANALYZE {table}")

    @property
    def hides_unsaved(self) -> bool:
        """Yes: a transaction waits for another one only where both write the same row."""
        return True

    @contextmanager
    def writing(self, *, turn_last: bool = False) -> Iterator[None]:
        """Run the block as one write transaction, after those of all others who came before.

        With `turn_last`, others come first until `take_turn`: until then no row that somebody else may write can be
        written, and no new ticket is counted.
        """
        if self.is_read_only:
            raise failures.not_writable(self.name)
        with self._session.writing(*self._settings(), *([UNCOUNTED] if turn_last else []), turn_last=turn_last):
            yield

    def take_turn(self) -> None:
        """Ask for the turn of a write transaction that has none yet."""
        self._session.take_turn()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Run the block as one read transaction."""
        if self.in_transaction:
            yield
            return
        with self._session.reading():
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
        if not self.in_transaction and self.run("SELECT pg_backend_pid()") != [(self._session.process,)]:
            raise failures.pooled(self.name)

    def hidden(self, column: peewee.Field) -> peewee.Field:
        """Return a column; the planner knows how many rows have a value."""
        return column

    def among(self, column: str, values: Sequence[object]) -> tuple[str, object]:
        """Return the condition that a column has one of these values, with its one parameter."""
        return f"{column} = ANY(?)", list(values)

    def version(self) -> int:
        """Return a number that moves when another connection has committed; one round trip."""
        return self._session.version()

    def now(self) -> datetime:
        """Return the time of the server."""
        return self._session.now()

    @property
    def loader(self) -> DeskLoader:
        """What reads and fills the tables of a whole desk."""
        # Lazy import: only a copy of the desk needs it.
        from supportdesk.storage.postgres.loading import DeskLoader

        return DeskLoader(self)

    def prove_writable(self) -> None:
        """Raise the error that prevents writing, inside a write transaction that changes nothing."""
        self.run("DELETE FROM ticket_counts WHERE false")
        self._session.take_back_turn()

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

    def _settings(self) -> tuple[str, ...]:
        """Return what holds for one write transaction: no session has to remember it."""
        return (
            f"SET LOCAL lock_timeout = {self._busy}",
            f"SET LOCAL idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'",
            *(() if self._relaxed else ("SET LOCAL synchronous_commit = on",)),
        )
