"""The desk's file: its mode, and where it can be."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from supportdesk.domain.errors import InvalidValue, Unavailable, invalid


def create_file(path: Path) -> None:
    """Create an empty file with the right mode, before SQLite creates one with the wrong mode.

    SQLite gives the -wal and -shm files the mode of the main file.
    """
    try:
        # The place that a link points to, so that the mode is right for what is made there.
        place = Path(os.path.realpath(path))
        mode = mode_in(place.parent)
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


def mode_in(folder: Path) -> int:
    """Return the mode of files in a folder: writable by the group in a setgid folder, else private."""
    return 0o660 if folder.stat().st_mode & stat.S_ISGID else 0o600
