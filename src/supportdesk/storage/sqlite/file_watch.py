"""Notices that a desk's file was moved, replaced, overwritten or removed while it is open.

SQLite does not: it continues writing into a file that has no name any more, or applies the log of the old file to the
new one.
"""

from __future__ import annotations

import os
import struct
from contextlib import suppress
from pathlib import Path
from threading import Lock

from supportdesk.domain.errors import DeskReplaced, Unavailable

_Identity = tuple[int, int]
_HEADER = struct.Struct(">16xH2s8xI")
"""Page size, journal mode and number of pages, from the file's header (SQLite's file format, section 1.3)."""
_ROLLBACK = b"\x01\x01"
"""A backup that was never opened does not have the journal mode of a write-ahead log."""


class _Descriptors:
    """One descriptor a file and process.

    Closing any descriptor of a file drops the locks that SQLite holds on it for the whole process, so each is shared
    and closed after the last connection.
    """

    def __init__(self) -> None:
        self._open: dict[_Identity, list[int]] = {}
        self._lock = Lock()

    def acquire(self, path: Path) -> tuple[_Identity, int]:
        with self._lock:
            identity = _identity(os.stat(path))
            if identity not in self._open:
                descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
                identity = _identity(os.fstat(descriptor))
                self._open[identity] = [descriptor, 0]
            self._open[identity][1] += 1
            return identity, self._open[identity][0]

    def release(self, identity: _Identity) -> None:
        with self._lock:
            self._open[identity][1] -= 1
            if not self._open[identity][1]:
                os.close(self._open.pop(identity)[0])


_descriptors = _Descriptors()


class FileWatch:
    """The identity of an open file, compared with that of the file at its path."""

    def __init__(self, path: Path) -> None:
        self._path = path
        place = os.path.realpath(path)
        self._log, self._shared = f"{place}-wal", f"{place}-shm"
        try:
            self._identity, descriptor = _descriptors.acquire(path)
        except OSError as error:
            raise Unavailable(
                f"the desk {path} cannot be opened: you must be able to read and write it", field="db"
            ) from error
        self._descriptor: int | None = descriptor
        self._mode = _ROLLBACK
        self._beside: tuple[_Identity | None, _Identity | None] = (None, None)
        self._size = 0

    def start(self) -> None:
        """Remember how the file is now that SQLite has opened it."""
        self._mode = self._read_mode()
        self._beside = self._find_beside()

    def has_no_log(self) -> bool:
        """Return whether the file is marked as one without a write-ahead log, as a fresh backup is."""
        return self._read_mode() == _ROLLBACK

    def check(self) -> None:
        """Raise `DeskReplaced` when the file at the path is not the open one; costs microseconds."""
        if self._descriptor is None:
            return
        try:
            found = os.stat(self._path)
        except (FileNotFoundError, NotADirectoryError):
            raise DeskReplaced(f"the desk {self._path} was moved or removed; nothing was saved", field="db") from None
        except OSError as error:
            raise Unavailable(f"the desk {self._path} cannot be reached: {error.strerror}", field="db") from None
        page_size, mode, pages = self._read_header()
        if _identity(found) != self._identity or mode != self._mode or self._has_lost_log():
            raise DeskReplaced(
                f"another file was put in the place of the desk {self._path}; nothing was saved", field="db"
            )
        # A file that grows has its new header first.
        if found.st_size < self._size and found.st_size < (page_size if page_size > 1 else 65_536) * pages:
            raise Unavailable(
                f"the desk {self._path} was cut short by somebody; nothing was saved, restore it from a backup",
                field="db",
            )
        self._size = found.st_size

    def is_moved(self) -> bool:
        """Return whether the open file is whole somewhere else; otherwise it was overwritten in place."""
        return _identity_of(self._path) != self._identity

    def remove_log(self) -> None:
        """Remove the log of the open file from beside the new file, to which it would be applied by others."""
        if self._beside[0] is None or self._has_lost_log():
            return
        with suppress(OSError):
            if not self.is_moved():
                # Overwritten in place: what closes the connection must find nothing to copy into the new content.
                os.truncate(self._log, 0)
            os.unlink(self._shared)
            os.unlink(self._log)

    def close(self) -> None:
        """Release the descriptor, after SQLite has closed its own."""
        if self._descriptor is not None:
            _descriptors.release(self._identity)
            self._descriptor = None

    def _read_mode(self) -> bytes:
        return self._read_header()[1]

    def _read_header(self) -> tuple[int, bytes, int]:
        head = b"" if self._descriptor is None else os.pread(self._descriptor, _HEADER.size, 0)
        return _HEADER.unpack(head) if len(head) == _HEADER.size else (0, b"", 0)

    def _find_beside(self) -> tuple[_Identity | None, _Identity | None]:
        return _identity_of(self._log), _identity_of(self._shared)

    def _has_lost_log(self) -> bool:
        """Return whether others use another log, or another index of it, than this process."""
        return self._beside[0] is not None and self._find_beside() != self._beside


def _identity(found: os.stat_result) -> _Identity:
    return found.st_dev, found.st_ino


def _identity_of(path: Path | str) -> _Identity | None:
    try:
        return _identity(os.stat(path))
    except OSError:
        return None
