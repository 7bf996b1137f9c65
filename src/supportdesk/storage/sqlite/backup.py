"""Copies of a desk's file."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import mkstemp

import peewee

from supportdesk.domain.errors import InvalidValue, Unavailable, quoted
from supportdesk.storage.folders import mode_in, sync_folder
from supportdesk.storage.sqlite.failures import translate_errors

_PREFIX, _SUFFIX = ".supportdesk-", ".partial"


def copy_to(
    database: peewee.SqliteDatabase, name: str, target: Path, before: Callable[[], object], *, read_only: bool
) -> None:
    """Write a compact copy of an open database while others keep working; it appears when it is complete.

    `before` is called when it is, before it appears.
    """
    # A link keeps pointing at what is replaced.
    place = target.resolve()
    try:
        str(place).encode()
        with partial_copy(database, name, place.parent, shown=target, compact=not read_only) as partial:
            before()
            partial.replace(place)
            sync_folder(place.parent)
    except UnicodeEncodeError:
        raise InvalidValue(f"file: {quoted(target)} is not UTF-8; choose another name", field="file") from None
    except OSError as error:
        raise Unavailable(f"the copy {target} cannot be written: {error.strerror}", field="file") from error


@contextmanager
def partial_copy(
    database: peewee.SqliteDatabase, name: str, folder: Path, *, shown: Path, compact: bool
) -> Iterator[Path]:
    """Write a copy into a folder under a name of its own, which is gone at the end unless it was moved.

    SQLite cannot make a compact copy of a file that was opened read-only.
    """
    remove_stale_copies(folder)
    # Made before SQLite would make it: a name that nobody can guess, and no mode for everybody.
    descriptor, partial = mkstemp(_SUFFIX, _PREFIX, folder)
    try:
        # Tells a copy that is being written from what a killed process has left.
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with translate_errors(name, copy=str(shown)):
            if compact:
                database.execute_sql("VACUUM INTO ?", (partial,))
            else:
                _copy_pages(database.connection(), partial)
        os.fchmod(descriptor, mode_in(folder))
        os.fsync(descriptor)
        yield Path(partial)
    finally:
        # SQLite leaves its journal beside a copy that ran out of space while it was large.
        for ending in ("", "-journal", "-wal", "-shm"):
            with suppress(OSError):
                os.unlink(f"{partial}{ending}")
        os.close(descriptor)


def _copy_pages(source: sqlite3.Connection, partial: str) -> None:
    with closing(sqlite3.connect(partial)) as target:
        source.backup(target)
        # Marks the copy as one that has no log, like a compact one.
        target.execute("PRAGMA journal_mode = delete")


def remove_stale_copies(folder: Path) -> None:
    """Delete partial copies in a folder whose process has ended."""
    for left in folder.glob(f"{_PREFIX}*{_SUFFIX}"):
        with suppress(OSError):
            descriptor = os.open(left, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                left.unlink()
                left.with_name(f"{left.name}-journal").unlink(missing_ok=True)
            finally:
                os.close(descriptor)
