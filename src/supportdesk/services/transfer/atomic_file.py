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
class WholeFile:
    """A file being written; `text` takes what shall stand in it."""

    text: TextIO
    _partial: Path
    _path: Path

    def finish(self) -> None:
        """Gives the file its name, once it is safe on the disk; replaces what had the name."""
        self.text.flush()
        os.fsync(self.text.fileno())
        self._partial.replace(self._path)


@contextmanager
def whole_file(field: str, path: Path, *never: Path) -> Iterator[WholeFile]:
    """A text file to write and then to finish; without that, nothing is left of it.

    Raises `InvalidValue` that names `field` when there cannot be a file of that name or it is one that is
    `never` to be replaced, and `Unavailable` when the disk does not take it.
    """
    # A link keeps pointing at what is replaced.
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
            yield WholeFile(text, partial, target)
    except OSError as error:
        raise Unavailable(f"{field}: {path} cannot be written: {error.strerror}", field=field) from error
    finally:
        partial.unlink(missing_ok=True)
