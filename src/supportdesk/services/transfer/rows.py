"""Rows of an import: cells under a header."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Row:
    """One row and its place; `problem` says why its cells cannot be used."""

    place: int | str
    cells: list[str]
    problem: str = ""


class RowSource(Protocol):
    """A source of rows; `place` is the noun for their places: line or file. Without cells it has no delimiter."""

    name: str
    place: str
    encoding: str
    delimiter: str
    header: list[str]

    def position(self) -> tuple[int, int] | None:
        """Return how much of how much was read; None where nobody knows how much there is."""

    def __iter__(self) -> Iterator[Row]:
        """Return the rows as they come; raises `InvalidValue` where no more can be read."""
