"""What an import reads: rows of cells under a header, wherever they stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Row:
    """One row and where it stands; `problem` says why its cells cannot be relied on."""

    place: int | str
    cells: list[str]
    problem: str = ""


class RowSource(Protocol):
    """Something with rows; `place` is what their places are called: a line, a file."""

    name: str
    place: str
    header: list[str]

    def position(self) -> tuple[int, int] | None:
        """How much of how much was read; None where nobody knows how much there is."""

    def __iter__(self) -> Iterator[Row]:
        """The rows as they come; raises `InvalidValue` where no more can be read."""
