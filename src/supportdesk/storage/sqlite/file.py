"""The desk's file before SQLite opens it: its mode, its place, and what an older file has left beside it."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import quote

from supportdesk.domain.errors import InvalidValue, Unavailable, invalid
from supportdesk.storage.folders import mode_in
from supportdesk.storage.sqlite.file_watch import FileWatch

LONGEST_PATH, LONGEST_NAME = 504, 247
"""Bytes, with room for the names of SQLite's logs."""
LOG_SECONDS = 2.0
"""A running app notices within half a second that its file was replaced, and removes its log."""


def prepare_file(path: Path, *, create: bool) -> None:
    """Create an empty file with the right mode, before SQLite creates one with the wrong mode.

    SQLite gives the -wal and -shm files the mode of the main file. Raises `InvalidValue` for what cannot be a desk,
    `Unavailable` when it cannot be made.
    """
    try:
        # The place that a link points to, so that the mode is right for what is made there.
        place = Path(os.path.realpath(path))
        _check_length(place)
        mode = mode_in(place.parent)
        if not create:
            _check_exists(path, place)
        elif not place.exists() and not _create(place, mode):
            return
        if not place.is_file():
            kind = "a folder" if place.is_dir() else "no file"
            raise InvalidValue(f"db: {path} is {kind}; it must be a file", field="db")
        if place.stat().st_nlink > 1:
            raise InvalidValue(
                f"db: {path} has several names (hard links), and SQLite would keep a log for each; remove the others",
                field="db",
            )
    except OSError as error:
        raise Unavailable(f"the desk {path} cannot be made: {error.strerror}", field="db") from error
    except ValueError:
        raise invalid("db", path, "a path holds no zero byte") from None


def can_write(path: Path) -> bool:
    """Return whether this user can write a file with its log."""
    place = os.path.realpath(path)
    logs = (f"{place}-wal", f"{place}-shm")
    beside = os.access(os.path.dirname(place), os.W_OK) or all(os.access(log, os.W_OK) for log in logs)
    return os.access(place, os.W_OK) and beside


def read_only_uri(path: Path) -> str:
    """Return how SQLite opens a file that this user cannot write.

    Without a log nobody has it open: then it is read as it lies there, which leaves no files beside it.
    """
    place = os.path.realpath(path)
    return f"file:{quote(place)}?{'mode=ro' if os.path.exists(f'{place}-wal') else 'immutable=1'}"


def _check_length(place: Path) -> None:
    name, whole = len(os.fsencode(place.name)), len(os.fsencode(place))
    if name > LONGEST_NAME:
        raise InvalidValue(f"db: the file name has {name} bytes; at most {LONGEST_NAME} are possible", field="db")
    if whole > LONGEST_PATH:
        raise InvalidValue(f"db: the path has {whole} bytes; at most {LONGEST_PATH} are possible", field="db")


def _check_exists(path: Path, place: Path) -> None:
    # An empty one is on its way from somewhere else.
    if not place.exists() or (place.is_file() and not place.stat().st_size):
        raise Unavailable(f"the desk {path} does not exist any more", field="db")


def _create(place: Path, mode: int) -> bool:
    """Create the file and return whether another process was faster."""
    try:
        descriptor = os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
    except FileExistsError:
        return True
    os.fchmod(descriptor, mode)
    os.close(descriptor)
    return False


def remove_foreign_log(path: Path, watch: FileWatch) -> None:
    """Set aside a write-ahead log that belongs to another file, which was at this path before.

    A running app writes it into its file and removes it; afterwards nobody reads what is left.
    """
    place = Path(os.path.realpath(path))
    log = place.with_name(f"{place.name}-wal")
    until = monotonic() + LOG_SECONDS
    # In this order: whoever starts a log has marked the file before.
    while log.exists() and watch.has_no_log():
        if monotonic() < until:
            sleep(0.05)
            continue
        if log.stat().st_size:
            shutil.copy2(log, place.with_name(f"{place.name}-wal.{log.stat().st_mtime_ns}.old"))
        # Emptied too: a process that still has it open must not write it into the new file.
        os.truncate(log, 0)
        log.unlink()
        with suppress(FileNotFoundError):
            place.with_name(f"{place.name}-shm").unlink()
