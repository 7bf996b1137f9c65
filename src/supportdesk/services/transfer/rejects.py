"""What happens to the rows of a file that cannot be taken: the first one stops everything, or all are set aside."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from typing import Protocol

from supportdesk.domain.errors import InvalidValue
from supportdesk.services.transfer.atomic_file import WholeFile


class Refusals(Protocol):
    """Where bad rows go; `count` is how many did."""

    count: int

    def add(self, place: int | str, cells: Sequence[str], error: InvalidValue) -> None:
        """Takes a row that stands at `place`; an error without a field is about the whole row."""

    def finish(self) -> None:
        """Called once, when there are no more."""


class StopAtFirst:
    """Lets no bad row pass: raises `InvalidValue` that names its place."""

    def __init__(self, place: str = "line") -> None:
        self.count = 0
        self._place = place

    def add(self, place: int | str, cells: Sequence[str], error: InvalidValue) -> None:
        """Raises what is wrong."""
        where = f"{self._place} {place}, " if error.field else f"{self._place} {place}: "
        raise InvalidValue(f"{where}{error.message}; nothing was imported", field=error.field or "file")

    def finish(self) -> None:
        """There was none."""


class SetAside:
    """Writes bad rows to a CSV file: their cells as they came, their place, and the reason."""

    def __init__(self, file: WholeFile, header: Sequence[str], place: str = "line") -> None:
        self.count = 0
        self._file = file
        self._width = len(header)
        self._writer = csv.writer(file.text, lineterminator="\n")
        self._writer.writerow([*header, place, "reason"])

    def add(self, place: int | str, cells: Sequence[str], error: InvalidValue) -> None:
        """Writes one row; cells beyond the header come last, so that nothing is lost."""
        self.count += 1
        missing = [""] * (self._width - len(cells))
        self._writer.writerow([*cells[: self._width], *missing, place, error.message, *cells[self._width :]])

    def finish(self) -> None:
        """Lets the file appear."""
        self._file.finish()
