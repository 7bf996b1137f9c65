"""One connection to a SQLite file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import peewee

from supportdesk.domain import moment
from supportdesk.domain.desk_address import SqliteFile, files_folder
from supportdesk.domain.errors import DeskError, DeskReplaced, InvalidValue, Unavailable
from supportdesk.domain.index_text import index_form
from supportdesk.domain.text import clean_line
from supportdesk.storage.engine import Answer, Row
from supportdesk.storage.sqlite.backup import copy_to
from supportdesk.storage.sqlite.failures import ERRORS, is_interrupted, not_writable, to_desk_error, translate_errors
from supportdesk.storage.sqlite.file import can_write, prepare_file, read_only_uri, remove_foreign_log
from supportdesk.storage.sqlite.file_watch import FileWatch
from supportdesk.storage.sqlite.limit import StatementLimit
from supportdesk.storage.sqlite.migrate import check_schema, distrust_schema, migrate

if TYPE_CHECKING:
    from supportdesk.domain.finding import Finding
    from supportdesk.storage.engine import DeskLoader, FaqIndex
    from supportdesk.storage.sqlite.mail_text import MailText
    from supportdesk.storage.sqlite.ticket_text import TicketText


class _Sqlite(peewee.SqliteDatabase):
    def rollback(self) -> None:
        """Roll back, unless SQLite has done so itself, as it does when the disk is full."""
        if self.connection().in_transaction:  # type: ignore[no-untyped-call]
            super().rollback()


class SqliteEngine:
    """A desk in a SQLite file; opening creates and migrates it."""

    def __init__(self, path: Path, busy_seconds: float, *, create: bool) -> None:
        self.path = path
        prepare_file(path, create=create)
        self._file = FileWatch(path)
        self._limit = StatementLimit()
        self._replaced: DeskReplaced | None = None
        self._read_only = not can_write(path)
        self._sqlite: peewee.SqliteDatabase = _Sqlite(
            read_only_uri(path) if self._read_only else str(path),
            uri=self._read_only,
            timeout=busy_seconds,
            # One connection, whichever thread uses it: Peewee would open one for each, and never close them.
            thread_safe=False,
            check_same_thread=False,
            autoconnect=False,
            pragmas={"foreign_keys": 1, "synchronous": "full"},
        )
        # Statements that copy rows inside the database index them too.
        self._sqlite.register_function(index_form, "index_form", 1, deterministic=True)
        try:
            with translate_errors(self.name):
                self._open()
        except BaseException:
            self.close()
            raise

    def _open(self) -> None:
        if not self._read_only:
            remove_foreign_log(self.path, self._file)
        self._sqlite.connect()
        connection = self._sqlite.connection()
        self._limit.install(connection)
        # What is no UTF-8 must not hide the rows around it.
        connection.text_factory = lambda text: text.decode("utf-8", "replace")
        if self._read_only:
            check_schema(self._sqlite, self.path)
        else:
            with self._limit.raised():
                migrate(self._sqlite, self.path)
        distrust_schema(self._sqlite)
        self._schema_version = self._read_schema_version()
        self._file.start()
        # What was put there while it was being opened would not be noticed later.
        self._file.check()

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
    def files_folder(self) -> Path:
        """The folder beside the file."""
        return files_folder(SqliteFile(self.path))

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        return self._sqlite.connection().in_transaction  # type: ignore[no-any-return]

    @property
    def is_read_only(self) -> bool:
        """Whether this connection cannot write."""
        return self._read_only

    @property
    def tickets(self) -> TicketText:
        """The words of the tickets."""
        # Lazy import: keeps start-up fast.
        from supportdesk.storage.sqlite.ticket_text import TicketText

        return TicketText(self)

    @property
    def mail(self) -> MailText:
        """The words of the mail log."""
        # Lazy import: keeps start-up fast.
        from supportdesk.storage.sqlite.mail_text import MailText

        return MailText(self)

    @property
    def faqs(self) -> FaqIndex:
        """The words of the FAQs."""
        # Lazy import: most commands search no FAQs.
        from supportdesk.storage.sqlite.faq_index import FaqIndex

        return FaqIndex(self)

    def close(self) -> None:
        """Close the connection."""
        self._sqlite.close()
        self._file.close()

    def compiled(self, query: peewee.BaseQuery) -> tuple[str, Sequence[object]]:
        """Return a Peewee query as SQL with its parameters."""
        statement, parameters = self._sqlite.get_sql_context().sql(query).query()
        return statement, parameters or ()

    def run(self, statement: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Run one statement and return its rows."""
        self._limit.start()
        try:
            return self._sqlite.execute_sql(statement, parameters).fetchall()  # type: ignore[no-any-return]
        except ERRORS as error:
            raise self._explain(error) from error

    def ask(self, statement: str, parameters: Sequence[object] = ()) -> Answer:
        """Return what gives the rows of a statement that reads, which have been read already."""
        rows = self.run(statement, parameters)
        return lambda: rows

    def change(self, statement: str, parameters: Sequence[object] = ()) -> int:
        """Run one statement and return the number of rows it changed."""
        self._limit.start()
        try:
            return int(self._sqlite.execute_sql(statement, parameters).rowcount)
        except ERRORS as error:
            raise self._explain(error) from error

    def stream(self, statement: str, parameters: Sequence[object] = ()) -> Iterator[Row]:
        """Yield the rows of a statement without keeping them."""
        self._limit.start()
        try:
            # No `yield from`: it would close the cursor, which fails once the connection is closed.
            for row in self._sqlite.execute_sql(statement, parameters):  # noqa: UP028
                yield row
        except ERRORS as error:
            raise self._explain(error) from error

    def run_many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one statement for each row of parameters."""
        try:
            self._sqlite.connection().executemany(statement, self._counted(rows))
        except ERRORS as error:
            raise self._explain(error) from error

    def fill(self, table: str, columns: str, rows: Iterable[Sequence[object]]) -> None:
        """Insert rows of values, taken one by one."""
        places = ", ".join("?" * (columns.count(",") + 1))
        self.run_many(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)

    def among(self, column: str, values: Sequence[object]) -> tuple[str, object]:
        """Return the condition that a column has one of these values, with its one parameter."""
        return f"{column} IN (SELECT value FROM json_each(?))", json.dumps(list(values))

    @property
    def hides_unsaved(self) -> bool:
        """No: there is one lock, and one writer at a time."""
        return False

    @contextmanager
    def writing(self, *, turn_last: bool = False) -> Iterator[None]:
        """Run the block as one write transaction, in the file that is still at its path.

        The lock is for the whole file: there is nothing to write before it is taken.

        IMMEDIATE, because a transaction that reads first and writes later fails at once when another connection
        has committed in between, however long the timeout.
        """
        if self._read_only:
            raise not_writable(self.name)
        self._check_file()
        try:
            with self._sqlite.atomic("IMMEDIATE"):
                self._check_schema()
                yield
                self._file.check()
        except ERRORS as error:
            raise self._explain(error) from error
        except DeskReplaced as error:
            self._retire(error)
            raise

    def take_turn(self) -> None:
        """Do nothing: a write transaction has the lock from its beginning on."""

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Run the block as one read transaction."""
        try:
            with self._sqlite.atomic():
                yield
        except ERRORS as error:
            raise self._explain(error) from error

    @contextmanager
    def relaxed(self) -> Iterator[None]:
        """Let commits inside return before they are on the disk: a power cut may undo them."""
        before = self.run("PRAGMA synchronous")[0][0]
        self.run("PRAGMA synchronous = NORMAL")
        try:
            yield
        finally:
            self.run(f"PRAGMA synchronous = {int(before)}")

    def prepare_staging(self) -> None:
        """Keep temporary tables on disk from here on: a million rows take no more memory than ten."""
        self.run("PRAGMA temp_store = FILE")

    def hidden(self, column: peewee.Field) -> peewee.Node:
        """Return a column with a plus, which keeps SQLite from using an index on it."""
        # Lazy import: keeps start-up fast.
        from supportdesk.storage.sqlite.text_match import hidden

        return hidden(column)

    def version(self) -> int:
        """Return a number that moves when another connection has committed; costs microseconds.

        Raises `DeskReplaced` when another file is at the path.
        """
        self._check_file()
        self._check_schema()
        return int(self.run("PRAGMA data_version")[0][0])

    def now(self) -> datetime:
        """Return the time of this machine."""
        return moment.now()

    @property
    def loader(self) -> DeskLoader:
        """What reads and fills the tables of a whole desk."""
        # Lazy import: only a copy of the desk needs it.
        from supportdesk.storage.sqlite.loading import DeskLoader

        return DeskLoader(self)

    def prove_writable(self) -> None:
        """Raise the error that prevents writing, inside a write transaction that changes nothing.

        SQLite opens a read-only file, and BEGIN IMMEDIATE silently starts a read transaction there.
        """
        self.run("DELETE FROM ticket_counts WHERE false")

    def faults(self, limit: int) -> list[str]:
        """Return the errors that SQLite finds in the whole file, in its words."""
        found = self.run(f"PRAGMA quick_check({limit})") + self.run("PRAGMA foreign_key_check")[:limit]
        # Lazy import: only `doctor` checks.
        from supportdesk.storage.sqlite.checks import emptied_indexes

        said = [clean_line(" ".join(map(str, row))) for row in found if row != ("ok",)]
        return said or list(emptied_indexes(self.run))

    def schema_faults(self) -> list[str]:
        """Return what differs from the schema of the migrations."""
        # Lazy import: only `doctor` compares.
        from supportdesk.storage.sqlite.schema_check import schema_faults

        with self._limit.raised(), translate_errors(self.name):
            return schema_faults(self._sqlite)

    def check_place(self) -> Iterator[Finding]:
        """Yield the findings about the file's disk and permissions."""
        # Lazy import: only `doctor` checks.
        from supportdesk.storage.sqlite.checks import check_place, check_text

        yield from check_place(self.path)
        with self._limit.raised(), translate_errors(self.name):
            yield from check_text(self._sqlite.connection(), self.loader.tables())

    def copy_to(self, target: Path, before: Callable[[], object]) -> None:
        """Write a compact copy of the whole desk while others keep working."""
        copy_to(self._sqlite, self.name, target, before, read_only=self._read_only)

    def _counted(self, rows: Iterable[Sequence[object]]) -> Iterator[Sequence[object]]:
        for row in rows:
            self._limit.start()
            yield row

    def _check_file(self) -> None:
        if self._replaced is not None:
            raise DeskReplaced(self._replaced.message, field="db")
        try:
            self._file.check()
        except DeskReplaced as error:
            self._retire(error)
            raise

    def _retire(self, error: DeskReplaced) -> None:
        """Bring what the log holds into the open file, and remove the log from beside the new one."""
        self._replaced = error
        if not self._read_only:
            if self._file.is_moved():
                with suppress(*ERRORS):
                    self._sqlite.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            self._file.remove_log()
        # Its locks would keep everybody else out of the new content.
        self._sqlite.close()

    def _check_schema(self) -> None:
        """Raise `Unavailable` when a newer program has migrated the desk meanwhile."""
        version = self._read_schema_version()
        if version != self._schema_version:
            try:
                check_schema(self._sqlite, self.path)
            except InvalidValue as error:
                raise Unavailable(
                    f"the desk {self.path} was migrated by a newer supportdesk; nothing was saved, "
                    "end this program and start the new one",
                    field="db",
                ) from error
            self._schema_version = version

    def _read_schema_version(self) -> int:
        return int(self.run("PRAGMA schema_version")[0][0])

    def _explain(self, error: Exception) -> DeskError:
        try:
            self._check_file()
        except DeskError as replaced:
            return replaced
        if is_interrupted(error) and not self._limit.is_passed:
            # SQLite drops what is raised while it counts steps, as by ctrl+c.
            raise KeyboardInterrupt from error
        return to_desk_error(error, self.name)
