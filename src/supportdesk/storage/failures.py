"""What SQLite reports, in sentences for people."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import peewee

from supportdesk.domain.errors import DeskError, InvalidValue, NotAllowed, Unavailable

# Extended codes carry the primary code in their low byte.
_PRIMARY = 0xFF


@contextmanager
def explained(path: str) -> Iterator[None]:
    """Turns whatever SQLite raises inside into a `DeskError` that names the file."""
    try:
        yield
    except peewee.PeeweeException as error:
        original = getattr(error, "orig", None)
        raise explain(original if isinstance(original, sqlite3.Error) else error, path) from error
    except sqlite3.Error as error:
        raise explain(error, path) from error


def explain(error: Exception, path: str) -> DeskError:
    """The sentence for one failure on the desk's file at `path`."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & _PRIMARY
    match code:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return Unavailable(f"the desk {path} is locked by another program; nothing was saved, try again")
        case sqlite3.SQLITE_FULL:
            return Unavailable(f"no space is left for the desk {path}; nothing was saved")
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            return NotAllowed(
                f"the desk {path} cannot be written by you: the file, its folder and the -wal and -shm files "
                "beside it must be writable; nothing was saved",
                field="db",
            )
        case sqlite3.SQLITE_NOTADB:
            return InvalidValue(f"db: {path} is not a desk: the file is not a SQLite database", field="db")
        case sqlite3.SQLITE_CORRUPT:
            return Unavailable(f"the desk {path} is damaged ({error}); restore it from a backup")
        case sqlite3.SQLITE_CANTOPEN:
            return Unavailable(f"the desk {path} cannot be opened: check that its folder exists and is writable")
        case sqlite3.SQLITE_IOERR:
            return Unavailable(f"the disk that holds the desk {path} reports an error ({error}); nothing was saved")
        case _:
            return Unavailable(f"the desk {path} cannot be used: {error}")
