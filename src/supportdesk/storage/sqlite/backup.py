"""Copies of a desk's file."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp

import peewee

from supportdesk.domain.errors import InvalidValue, Unavailable, quoted
from supportdesk.storage.sqlite.failures import translate_errors
from supportdesk.storage.sqlite.file import mode_in

_PREFIX, _SUFFIX = ".supportdesk-", ".partial"


def copy_to(database: peewee.SqliteDatabase, name: str, target: Path) -> None:
    """Write a compact copy of an open database while others keep working; it appears when it is complete."""
    # A link keeps pointing at what is replaced.
    place = target.resolve()
    try:
        str(place).encode()
        remove_stale_copies(place.parent)
        # Made before SQLite would make it: a name that nobody can guess, and no mode for everybody.
        descriptor, partial = mkstemp(_SUFFIX, _PREFIX, place.parent)
        try:
            # Tells a copy that is being written from what a killed process has left.
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            with translate_errors(name, copy=str(target)):
                database.execute_sql("VACUUM INTO ?", (partial,))
            os.fchmod(descriptor, mode_in(place.parent))
            os.fsync(descriptor)
            Path(partial).replace(place)
            _sync_folder(place.parent)
        finally:
            # SQLite leaves its journal beside a copy that ran out of space while it was large.
            for left in (partial, f"{partial}-journal"):
                with suppress(OSError):
                    os.unlink(left)
            os.close(descriptor)
    except UnicodeEncodeError:
        raise InvalidValue(f"file: {quoted(target)} is not UTF-8; choose another name", field="file") from None
    except OSError as error:
        raise Unavailable(f"the copy {target} cannot be written: {error.strerror}", field="file") from error


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


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
