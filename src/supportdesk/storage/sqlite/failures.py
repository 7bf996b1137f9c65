"""SQLite's errors as messages for users."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import peewee

from supportdesk.domain.errors import DeskError, InvalidValue, Locked, NotAllowed, Unavailable
from supportdesk.domain.text import clean_line

# Extended codes carry the primary code in their low byte.
_PRIMARY = 0xFF
ERRORS = (peewee.PeeweeException, sqlite3.Error, OverflowError)
"""The last one for a number that SQLite has no room for."""


@contextmanager
def translate_errors(path: str, *, copy: str = "") -> Iterator[None]:
    """Translate SQLite's exceptions into a `DeskError` that names the file, or the `copy` made of it."""
    try:
        yield
    except ERRORS as error:
        raise to_desk_error(error, path, copy) from error


def primary_code(error: Exception) -> int:
    """Return SQLite's code for an error of its own or one that Peewee made of it."""
    original = getattr(error, "orig", None) or error
    return int(getattr(original, "sqlite_errorcode", sqlite3.SQLITE_ERROR)) & _PRIMARY


def is_interrupted(error: Exception) -> bool:
    """Return whether a statement was interrupted."""
    return primary_code(error) == sqlite3.SQLITE_INTERRUPT


def not_writable(path: str) -> NotAllowed:
    """Return the error for a desk that this user can only read."""
    return NotAllowed(
        f"the desk {path} cannot be written by you: the file, its folder and the -wal and -shm files "
        "beside it must be writable; nothing was saved",
        field="db",
    )


def to_desk_error(error: Exception, path: str, copy: str = "") -> DeskError:
    """Return SQLite's error in words for users."""
    if isinstance(error, OverflowError):
        return Unavailable(f"a number is larger than the desk {path} can hold; nothing was saved")
    # SQLite's words may repeat what is in the file.
    said = clean_line(str(error))
    match primary_code(error):
        case sqlite3.SQLITE_FULL if copy:
            return Unavailable(f"no space is left for the copy {copy}; the desk is as it was", field="file")
        case sqlite3.SQLITE_IOERR | sqlite3.SQLITE_CANTOPEN if copy:
            return Unavailable(f"the copy {copy} cannot be written ({said}); the desk is as it was", field="file")
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return Locked(f"the desk {path} is locked by another program; nothing was saved, try again")
        case sqlite3.SQLITE_FULL:
            return Unavailable(f"no space is left for the desk {path}; nothing was saved")
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            return not_writable(path)
        case sqlite3.SQLITE_INTERRUPT:
            return Unavailable(
                f"the desk {path} ran a statement that did not end; nothing was saved; "
                "`supportdesk doctor` says whether its triggers and views were changed"
            )
        case sqlite3.SQLITE_NOTADB:
            return InvalidValue(f"db: {path} is not a desk: the file is not a SQLite database", field="db")
        case sqlite3.SQLITE_CORRUPT:
            return Unavailable(f"the desk {path} is damaged ({said}); restore it from a backup")
        case sqlite3.SQLITE_CANTOPEN:
            return Unavailable(f"the desk {path} cannot be opened: you must be able to read and write it")
        case sqlite3.SQLITE_IOERR:
            return Unavailable(f"the disk of the desk {path} is full or reports an error ({said}); nothing was saved")
        case _:
            return Unavailable(f"the desk {path} cannot be used: {said}")
