"""One connection to the desk's file."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import peewee

from supportdesk.domain.errors import InvalidValue, Unavailable
from supportdesk.storage.failures import explained
from supportdesk.storage.migrate import migrate

BUSY_SECONDS = 5.0


class Database:
    """The desk's SQLite file, for one thread at a time.

    Opening creates and migrates it. Raises `Unavailable` when the file cannot be reached, is locked or the
    disk is full, `InvalidValue` when it is no desk or made by a newer program, `NotAllowed` when it cannot
    be written.
    """

    def __init__(self, path: Path, *, busy_seconds: float = BUSY_SECONDS) -> None:
        self.path = path
        self._sqlite = peewee.SqliteDatabase(
            str(path),
            timeout=busy_seconds,
            pragmas={"journal_mode": "wal", "foreign_keys": 1, "synchronous": "normal"},
        )
        _create_file(path)
        try:
            with explained(str(path)):
                self._sqlite.connect()
                migrate(self._sqlite, path)
        except BaseException:
            self._sqlite.close()
            raise

    def close(self) -> None:
        """Closes the connection; a closed database can no longer be used."""
        self._sqlite.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One write transaction: everything inside happens, or nothing of it.

        IMMEDIATE, because a transaction that reads first and writes later fails at once when another
        connection has committed in between, however long the timeout.
        """
        with explained(str(self.path)), self._sqlite.atomic("IMMEDIATE"):
            yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        """One read transaction: everything inside sees the same moment of the desk."""
        with explained(str(self.path)), self._sqlite.atomic():
            yield

    def rows(self, query: peewee.BaseQuery) -> Sequence[tuple[Any, ...]]:
        """All rows of a query, as tuples."""
        with explained(str(self.path)):
            return list(query.tuples().execute(self._sqlite))

    def stream(self, query: peewee.BaseQuery) -> Iterator[tuple[Any, ...]]:
        """The rows of a query one by one, without keeping them."""
        with explained(str(self.path)):
            yield from query.tuples().execute(self._sqlite).iterator()

    def execute(self, query: peewee.BaseQuery) -> Any:
        """Runs a write; gives Peewee's answer (a row id, or how many rows it changed)."""
        with explained(str(self.path)):
            return query.execute(self._sqlite)

    def sql(self, statement: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Runs one statement that Peewee has no words for."""
        with explained(str(self.path)):
            return list(self._sqlite.execute_sql(statement, parameters).fetchall())

    def many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """Runs one statement for many rows of values, taken one by one."""
        with explained(str(self.path)):
            self._sqlite.connection().executemany(statement, rows)

    def data_version(self) -> int:
        """A number that moves when another connection has committed; costs microseconds."""
        return int(self.sql("PRAGMA data_version")[0][0])

    def copy_to(self, target: Path) -> None:
        """Writes a compact copy of the whole desk, as of one moment, while others go on working."""
        self.sql("VACUUM INTO ?", (str(target),))


def _create_file(path: Path) -> None:
    """Makes an empty file with the right mode before SQLite makes one with the wrong mode.

    In a setgid folder the desk is shared, so its group may write; elsewhere it is the user's alone. SQLite
    gives the -wal and -shm files the mode of the main file.
    """
    if path.is_dir():
        raise InvalidValue(f"db: {path} is a folder; it must be a file", field="db")
    try:
        shared = stat.S_IMODE(path.parent.stat().st_mode) & stat.S_ISGID
        mode = 0o660 if shared else 0o600
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
    except FileExistsError:
        return
    except OSError as error:
        raise Unavailable(f"the desk {path} cannot be made: {error.strerror}", field="db") from error
    os.fchmod(descriptor, mode)
    os.close(descriptor)
