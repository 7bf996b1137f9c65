"""One connection to a SQLite file: statements, transactions, and whether the file is still the one at its path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import peewee

from supportdesk.domain.errors import DeskError, DeskReplaced, InvalidValue, Unavailable
from supportdesk.domain.index_text import index_form
from supportdesk.storage.engine import Row
from supportdesk.storage.sqlite.failures import ERRORS, is_interrupted, not_writable, to_desk_error, translate_errors
from supportdesk.storage.sqlite.file import can_write, prepare_file, read_only_uri, remove_foreign_log
from supportdesk.storage.sqlite.file_watch import FileWatch
from supportdesk.storage.sqlite.limit import StatementLimit
from supportdesk.storage.sqlite.migrate import check_schema, distrust_schema, migrate


class _Sqlite(peewee.SqliteDatabase):
    def rollback(self) -> None:
        """Roll back, unless SQLite has done so itself, as it does when the disk is full."""
        if self.connection().in_transaction:  # type: ignore[no-untyped-call]
            super().rollback()


class Session:
    """A connection to one desk; opening creates and migrates it."""

    def __init__(self, path: Path, busy_seconds: float, *, create: bool) -> None:
        self._path = path
        self._name = str(path)
        prepare_file(path, create=create)
        self._file = FileWatch(path)
        self._limit = StatementLimit()
        self._replaced: DeskReplaced | None = None
        self.is_read_only = not can_write(path)
        self.sqlite: peewee.SqliteDatabase = _Sqlite(
            read_only_uri(path) if self.is_read_only else str(path),
            uri=self.is_read_only,
            timeout=busy_seconds,
            # One connection, whichever thread uses it: Peewee would open one for each, and never close them.
            thread_safe=False,
            check_same_thread=False,
            autoconnect=False,
            pragmas={"foreign_keys": 1, "synchronous": "full"},
        )
        # Statements that copy rows inside the database index them too.
        self.sqlite.register_function(index_form, "index_form", 1, deterministic=True)
        try:
            with translate_errors(self._name):
                self._open()
        except BaseException:
            self.close()
            raise

    def _open(self) -> None:
        if not self.is_read_only:
            remove_foreign_log(self._path, self._file)
        self.sqlite.connect()
        connection = self.sqlite.connection()
        self._limit.install(connection)
        # What is no UTF-8 must not hide the rows around it.
        connection.text_factory = lambda text: text.decode("utf-8", "replace")
        if self.is_read_only:
            check_schema(self.sqlite, self._path)
        else:
            with self._limit.raised():
                migrate(self.sqlite, self._path)
        distrust_schema(self.sqlite)
        self._schema_version = self._read_schema_version()
        self._file.start()
        # What was put there while it was being opened would not be noticed later.
        self._file.check()

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        return self.sqlite.connection().in_transaction  # type: ignore[no-any-return]

    def close(self) -> None:
        """Close the connection."""
        self.sqlite.close()
        self._file.close()

    def run(self, statement: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Run one statement and return its rows."""
        self._limit.start()
        try:
            return self.sqlite.execute_sql(statement, parameters).fetchall()  # type: ignore[no-any-return]
        except ERRORS as error:
            raise self._explain(error) from error

    def change(self, statement: str, parameters: Sequence[object] = ()) -> int:
        """Run one statement and return the number of rows it changed."""
        self._limit.start()
        try:
            return int(self.sqlite.execute_sql(statement, parameters).rowcount)
        except ERRORS as error:
            raise self._explain(error) from error

    def stream(self, statement: str, parameters: Sequence[object] = ()) -> Iterator[Row]:
        """Yield the rows of a statement without keeping them."""
        self._limit.start()
        try:
            # No `yield from`: it would close the cursor, which fails once the connection is closed.
            for row in self.sqlite.execute_sql(statement, parameters):  # noqa: UP028
                yield row
        except ERRORS as error:
            raise self._explain(error) from error

    def run_many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one statement for each row of parameters."""
        try:
            self.sqlite.connection().executemany(statement, self._counted(rows))
        except ERRORS as error:
            raise self._explain(error) from error

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Run the block as one write transaction, in the file that is still at its path.

        IMMEDIATE, because a transaction that reads first and writes later fails at once when another connection
        has committed in between, however long the timeout.
        """
        if self.is_read_only:
            raise not_writable(self._name)
        self._check_file()
        try:
            with self.sqlite.atomic("IMMEDIATE"):
                self._check_schema()
                yield
                self._file.check()
        except ERRORS as error:
            raise self._explain(error) from error
        except DeskReplaced as error:
            self._retire(error)
            raise

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Run the block as one read transaction."""
        try:
            with self.sqlite.atomic():
                yield
        except ERRORS as error:
            raise self._explain(error) from error

    def version(self) -> int:
        """Return a number that moves when another connection has committed; costs microseconds.

        Raises `DeskReplaced` when another file is at the path.
        """
        self._check_file()
        self._check_schema()
        return int(self.run("PRAGMA data_version")[0][0])

    @contextmanager
    def long_statements(self) -> Iterator[peewee.SqliteDatabase]:
        """Yield Peewee's database for statements that may take long; its errors become those of the desk."""
        with self._limit.raised(), translate_errors(self._name):
            yield self.sqlite

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
        if not self.is_read_only:
            if self._file.is_moved():
                with suppress(*ERRORS):
                    self.sqlite.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            self._file.remove_log()
        # Its locks would keep everybody else out of the new content.
        self.sqlite.close()

    def _check_schema(self) -> None:
        """Raise `Unavailable` when a newer program has migrated the desk meanwhile."""
        version = self._read_schema_version()
        if version != self._schema_version:
            try:
                check_schema(self.sqlite, self._path)
            except InvalidValue as error:
                raise Unavailable(
                    f"the desk {self._path} was migrated by a newer supportdesk; nothing was saved, "
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
        return to_desk_error(error, self._name)
