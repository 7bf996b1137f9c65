"""Notices that a desk's file was moved, replaced, overwritten or removed while it is open.

SQLite does not: it continues writing into a file that has no name any more, or applies the log of the old file to the
new one.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from threading import Lock

from supportdesk.domain.errors import DeskReplaced, Unavailable

_Identity = tuple[int, int]
_JOURNAL_MODE = slice(18, 20)
"""Bytes of the file's header; a backup that was never opened does not have those of a write-ahead log."""
_ROLLBACK = b"\x01\x01"


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
        self._log_identity: _Identity | None = None

    def start(self) -> None:
        """Remember how the file is now that SQLite has opened it."""
        self._mode = self._read_mode()
        self._log_identity = _identity_of(self._log)

    def has_no_log(self) -> bool:
        """Return whether the file is marked as one without a write-ahead log, as a fresh backup is."""
        return self._read_mode() == _ROLLBACK

    def check(self) -> None:
        """Raise `DeskReplaced` when the file at the path is not the open one; costs microseconds."""
        if self._descriptor is None:
            return
        try:
            here = _identity(os.stat(self._path))
        except (FileNotFoundError, NotADirectoryError):
            raise DeskReplaced(f"the desk {self._path} was moved or removed; nothing was saved", field="db") from None
        except OSError as error:
            raise Unavailable(f"the desk {self._path} cannot be reached: {error.strerror}", field="db") from None
        if here != self._identity or self._read_mode() != self._mode or self._has_lost_log():
            raise DeskReplaced(
                f"another file was put in the place of the desk {self._path}; nothing was saved", field="db"
            )

    def is_moved(self) -> bool:
        """Return whether the open file is whole somewhere else; otherwise it was overwritten in place."""
        return _identity_of(self._path) != self._identity

    def remove_log(self) -> None:
        """Remove the log of the open file from beside the new file, to which it would be applied by others."""
        if self._log_identity is None or self._has_lost_log():
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
        return b"" if self._descriptor is None else os.pread(self._descriptor, 20, 0)[_JOURNAL_MODE]

    def _has_lost_log(self) -> bool:
        return self._log_identity is not None and _identity_of(self._log) != self._log_identity


def _identity(found: os.stat_result) -> _Identity:
    return found.st_dev, found.st_ino


def _identity_of(path: Path | str) -> _Identity | None:
    try:
        return _identity(os.stat(path))
    except OSError:
        return None
