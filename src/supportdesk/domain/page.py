"""Keyset pagination: page 10,000 costs what page 1 costs."""

from __future__ import annotations

from typing import NamedTuple

RowKey = tuple[str | int, ...]
"""The values a list is sorted by, of one row; unique in its list."""


class Seek(NamedTuple):
    """The start of a page: right after the row `key`, or right before it when `backwards`.

    Without a key it begins at the list's start, or at its end when `backwards`. `skip` passes over that
    many rows first. A page always comes in list order.
    """

    key: RowKey | None = None
    backwards: bool = False
    skip: int = 0


START = Seek()
END = Seek(backwards=True)


class Count(NamedTuple):
    """The number of rows of a list; when `capped`, it has more and was not counted further."""

    rows: int
    capped: bool = False

    def __str__(self) -> str:
        return f"{self.rows:,}{'+' if self.capped else ''}"
