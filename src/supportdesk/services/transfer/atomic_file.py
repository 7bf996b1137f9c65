"""Files that appear under their name only when they are complete."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def atomic_file(field: str, path: Path, *never: Path) -> Iterator[AtomicFile]:
    """Open a text file for writing; it appears only when `finish` is called.

    Raises `InvalidValue` that names `field` when there cannot be a file of that name or it is one that is
    `never` to be replaced, and `Unavailable` when the disk does not take it.
    """
    # Resolve links first, so that the link itself is kept.
    target = path.resolve()
    if target.is_dir():
        raise InvalidValue(f"{field}: {path} is a folder; it must be a file", field=field)
    if not target.parent.is_dir():
        raise InvalidValue(f"{field}: the folder {target.parent} does not exist", field=field)
    if target.exists() and (not target.is_file() or any(target.samefile(other) for other in never)):
        raise InvalidValue(f"{field}: {path} is not a file to write over; choose another name", field=field)
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        # What could not be decoded when it was read is written as it was.
        with partial.open("w", encoding="utf-8", errors="surrogateescape", newline="") as text:
            yield AtomicFile(text, partial, target)
    except OSError as error:
        raise Unavailable(f"{field}: {path} cannot be written: {error.strerror}", field=field) from error
    finally:
        partial.unlink(missing_ok=True)
