"""Handling of rejected rows: the first one ends the import, or all are written to a rejects file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from supportdesk.domain.errors import InvalidValue
from supportdesk.services.transfer.atomic_file import AtomicFile
from supportdesk.services.transfer.csv_writer import CsvWriter


class RejectSink(Protocol):
    """A sink for rejected rows; `count` is how many there are."""

    count: int

    def add(self, place: int | str, cells: Sequence[str], error: InvalidValue) -> None:
        """Take a row that stands at `place`; an error without a field is about the whole row."""

    def finish(self) -> None:
        """Publish the rejects; called once, before the commit."""


class StopAtFirst:
    """Ends the import at the first bad row: raises `InvalidValue` that names its place."""

    def __init__(self, place: str = "line") -> None:
        self.count = 0
        self._place = place

    def add(self, place: int | str, cells: Sequence[str], error: InvalidValue) -> None:
        """Raise the error with the place of the row."""
        where = f"{self._place} {place}, " if error.field else f"{self._place} {place}: "
        raise InvalidValue(f"{where}{error.message}; nothing was imported", field=error.field or "file")

    def finish(self) -> None:
        """Do nothing: no row was rejected."""


class RejectFile:
    """A CSV file of rejected rows: their cells, their place, and the reason."""

    def __init__(self, file: AtomicFile, header: Sequence[str], place: str = "line") -> None:
        self.count = 0
        self._file = file
        self._width = len(header)
        self._writer = CsvWriter(file.text)
        self._writer.write([*header, place, "reason"])

    def add(self, place: int | str, cells: Sequence[str], error: InvalidValue) -> None:
        """Write one row; cells beyond the header come last, so that nothing is lost."""
        self.count += 1
        missing = [""] * (self._width - len(cells))
        self._writer.write([*cells[: self._width], *missing, place, error.message, *cells[self._width :]])

    def finish(self) -> None:
        """Publish the file."""
        self._file.finish()
