"""One connection to the desk's database."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import Any

import peewee

from supportdesk.domain.errors import DeskError, InvalidValue, Unavailable, invalid, quoted
from supportdesk.domain.text import clean_line
from supportdesk.storage.failures import translate_errors
from supportdesk.storage.migrate import migrate

BUSY_SECONDS = 5.0


class _Sqlite(peewee.SqliteDatabase):
    def rollback(self) -> None:
        """Roll back, unless SQLite has done so itself, as it does when the disk is full."""
        if self.connection().in_transaction:  # type: ignore[no-untyped-call]
            super().rollback()


class Database:
    """The desk's SQLite file, for one thread at a time.

    Opening creates and migrates it. Raises `Unavailable` when the file cannot be reached, is locked or the
    disk is full, `InvalidValue` when it is no desk or made by a newer program, `NotAllowed` when it cannot
    be written.
    """

    def __init__(self, path: Path, *, busy_seconds: float = BUSY_SECONDS) -> None:
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
        _create_file(path)
        try:
            with translate_errors(str(path)):
                self._sqlite.connect()
                migrate(self._sqlite, path)
        except BaseException:
            self._sqlite.close()
            raise

    @cached_property
    def secret(self) -> str:
        """The secret key of this desk, created with its file."""
        found = self.sql("SELECT value FROM desk WHERE name = 'secret'")
        if not found:
            raise Unavailable("the desk's secret is missing; restore the desk from a backup")
        return str(found[0][0])

    def close(self) -> None:
        """Close the connection; a closed database can no longer be used."""
        self._sqlite.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Run the block as one write transaction: all of it is saved, or nothing.

        IMMEDIATE, because a transaction that reads first and writes later fails at once when another
        connection has committed in between, however long the timeout. Never inside another transaction:
        what is confirmed here would be lost when that one is not committed.
        """
        if self._sqlite.in_transaction():
            raise RuntimeError("a transaction of this connection is still open")
        with translate_errors(str(self.path)), self._sqlite.atomic("IMMEDIATE"):
            yield

    @contextmanager
    def durable(self) -> Iterator[None]:
        """Make every commit inside survive a power cut: it is on the disk before it returns."""
        before = self.sql("PRAGMA synchronous")[0][0]
        self.sql("PRAGMA synchronous = FULL")
        try:
            yield
        finally:
            self.sql(f"PRAGMA synchronous = {int(before)}")

    @property
    def in_transaction(self) -> bool:
        """Whether the caller's transaction is still open: SQLite ends it itself when the disk is full."""
        return self._sqlite.connection().in_transaction  # type: ignore[no-any-return]

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Run the block as one read transaction: all queries see the same state of the desk."""
        with translate_errors(str(self.path)), self._sqlite.atomic():
            yield

    def rows(self, query: peewee.BaseQuery) -> Sequence[tuple[Any, ...]]:
        """Return all rows of a query, as tuples."""
        with translate_errors(str(self.path)):
            return list(query.tuples().execute(self._sqlite))

    def stream(self, query: peewee.BaseQuery) -> Iterator[tuple[Any, ...]]:
        """Return the rows of a query one by one, without keeping them."""
        with translate_errors(str(self.path)):
            yield from query.tuples().execute(self._sqlite).iterator()

    def execute(self, query: peewee.BaseQuery) -> Any:
        """Run a write, and return Peewee's result (a row id, or the number of changed rows)."""
        with translate_errors(str(self.path)):
            return query.execute(self._sqlite)

    def sql(self, statement: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run one SQL statement and return its rows."""
        with translate_errors(str(self.path)):
            return list(self._sqlite.execute_sql(statement, parameters).fetchall())

    def many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one statement for each row of values."""
        with translate_errors(str(self.path)):
            self._sqlite.connection().executemany(statement, rows)

    def prove_writable(self) -> None:
        """Raise the error that prevents writing, inside a write transaction that changes nothing.

        SQLite opens a read-only file, and BEGIN IMMEDIATE silently starts a read transaction there.
        """
        self.sql("DELETE FROM ticket_counts WHERE false")

    def faults(self, limit: int = 5) -> list[str]:
        """Return the errors that SQLite finds in the whole file, in its words."""
        try:
            found = self.sql(f"PRAGMA quick_check({limit})") + self.sql("PRAGMA foreign_key_check")[:limit]
        except DeskError as error:
            return [error.message]
        return [clean_line(" ".join(map(str, row))) for row in found if row != ("ok",)]

    def data_version(self) -> int:
        """Return a number that moves when another connection has committed; costs microseconds."""
        return int(self.sql("PRAGMA data_version")[0][0])

    def copy_to(self, target: Path) -> None:
        """Write a compact copy of the whole desk, as of one moment, while others go on working.

        It appears when it is whole, readable by those who may read the desk, and replaces what had its name.
        Raises `InvalidValue` for a name that SQLite cannot take, `Unavailable` when it cannot be written.
        """
        # A link keeps pointing at what is replaced.
        place = target.resolve()
        partial = place.with_name(f".{place.name}.{os.getpid()}.partial")
        try:
            # Made with a mode of its own first: SQLite would let everybody read it.
            descriptor = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            try:
                with translate_errors(str(self.path), copy=str(target)):
                    self._sqlite.execute_sql("VACUUM INTO ?", (str(partial),))
                os.fchmod(descriptor, _mode_in(place.parent))
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            partial.replace(place)
        except UnicodeEncodeError:
            raise InvalidValue(f"file: {quoted(target)} is not UTF-8; choose another name", field="file") from None
        except OSError as error:
            raise Unavailable(f"the copy {target} cannot be written: {error.strerror}", field="file") from error
        finally:
            # SQLite leaves its journal beside a copy that ran out of space while it was large.
            for left in (partial, partial.with_name(f"{partial.name}-journal")):
                with suppress(OSError):
                    left.unlink(missing_ok=True)


def _create_file(path: Path) -> None:
    """Create an empty file with the right mode, before SQLite creates one with the wrong mode.

    SQLite gives the -wal and -shm files the mode of the main file.
    """
    try:
        # The place that a link points to, so that the mode is right for what is made there.
        place = Path(os.path.realpath(path))
        mode = _mode_in(place.parent)
        try:
            descriptor = os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
        except FileExistsError:
            if not place.is_file():
                kind = "a folder" if place.is_dir() else "no file"
                raise InvalidValue(f"db: {path} is {kind}; it must be a file", field="db") from None
            return
        os.fchmod(descriptor, mode)
        os.close(descriptor)
    except OSError as error:
        raise Unavailable(f"the desk {path} cannot be made: {error.strerror}", field="db") from error
    except ValueError:
        raise invalid("db", path, "a path holds no zero byte") from None


def _mode_in(folder: Path) -> int:
    """Return the mode of files in a folder: writable by the group in a setgid folder, else private."""
    return 0o660 if folder.stat().st_mode & stat.S_ISGID else 0o600
