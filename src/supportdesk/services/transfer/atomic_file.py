"""Files that appear under their name only when they are complete, private to those who may read the desk."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from supportdesk.domain.errors import InvalidValue, Unavailable


@dataclass(frozen=True, slots=True)
class AtomicFile:
    """A file being written through `text`."""

    text: TextIO
    _partial: Path
    _path: Path

    def finish(self) -> None:
        """Publish the file under its name, once it is safe on the disk; replaces what had the name."""
        self.text.flush()
        os.fsync(self.text.fileno())
        self._partial.replace(self._path)
        sync_folder(self._path.parent)


@contextmanager
def atomic_file(field: str, path: Path, *never: Path) -> Iterator[AtomicFile]:
    """Open a text file for writing; it appears only when `finish` is called.

    Raises `InvalidValue` that names `field` when there cannot be a file of that name or it is one that is
    `never` to be replaced, and `Unavailable` when the disk does not take it.
    """
    try:
        target = _resolved(field, path)
        if target.is_dir():
            raise InvalidValue(f"{field}: {path} is a folder; it must be a file", field=field)
        if not target.parent.is_dir():
            raise InvalidValue(f"{field}: the folder {target.parent} does not exist", field=field)
        if target.exists() and (
            not target.is_file() or any(other.exists() and target.samefile(other) for other in never)
        ):
            raise InvalidValue(f"{field}: {path} is not a file to write over; choose another name", field=field)
        partial = partial_name(target)
        descriptor = create_private(partial)
        try:
            # Bytes that could not be decoded are written as they were read.
            with open(descriptor, "w", encoding="utf-8", errors="surrogateescape", newline="") as text:
                yield AtomicFile(text, partial, target)
        finally:
            with suppress(OSError):
                partial.unlink(missing_ok=True)
    except OSError as error:
        raise Unavailable(f"{field}: {path} cannot be written: {error.strerror}", field=field) from error


def partial_name(target: Path) -> Path:
    """Return a hidden name beside a file that nobody can predict."""
    # Shortened: a file name may have 255 bytes, and a character has up to four.
    return target.with_name(f".{target.name[:40]}.{secrets.token_hex(8)}.partial")


def create_private(path: Path) -> int:
    """Create a file with the modes of a desk and return its descriptor; never follows a link or opens a file."""
    mode = 0o660 if is_shared(path.parent) else 0o600
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
    # The umask must not take a shared file from its group.
    os.fchmod(descriptor, mode)
    return descriptor


def write_private(path: Path, text: str) -> None:
    """Write a new file with the modes of a desk, safe on the disk."""
    with open(create_private(path), "w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def is_shared(folder: Path) -> bool:
    """Return whether a folder is shared by a group: a setgid folder."""
    return bool(folder.stat().st_mode & stat.S_ISGID)


def _resolved(field: str, path: Path) -> Path:
    """Return the place that a path leads to, so that a link itself is kept."""
    try:
        check_own_link(field, path)
        return path.resolve()
    except (ValueError, RuntimeError):
        raise InvalidValue(f"{field}: {path} leads nowhere; choose another name", field=field) from None


def check_own_link(field: str, path: Path) -> None:
    """Raise `InvalidValue` for a link that a colleague may have planted, to have a file of this user overwritten."""
    if path.is_symlink() and path.lstat().st_uid not in (os.geteuid(), 0):
        raise InvalidValue(f"{field}: {path} is a link that somebody else made; choose another name", field=field)


def sync_folder(folder: Path) -> None:
    """Make renames in a folder durable; file systems that cannot do that are passed over."""
    # Lazy import: keeps start-up fast.
    from supportdesk.storage import folders

    with suppress(OSError):
        folders.sync_folder(folder)
