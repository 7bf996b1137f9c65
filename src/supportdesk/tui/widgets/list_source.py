"""A short list that is all at hand, as a source of rows."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Generic

from supportdesk.domain.page import Count, RowKey, Seek
from supportdesk.tui.widgets.row_window import Row


class ListSource(Generic[Row]):
    """Rows in the order they were given."""

    descending = False

    def __init__(self, rows: Sequence[Row], identity: Callable[[Row], Hashable]) -> None:
        self._rows = rows
        self._identity = identity
        self._places = {identity(row): place for place, row in enumerate(rows)}

    async def count(self) -> Count:
        """Return how many rows there are."""
        return Count(len(self._rows))

    async def page(self, seek: Seek, limit: int) -> Sequence[Row]:
        """Return up to `limit` rows, in list order."""
        rows = self._rows
        if seek.key is not None:
            place = int(seek.key[0])
            rows = rows[:place] if seek.backwards else rows[place + 1 :]
        if seek.backwards:
            end = max(0, len(rows) - seek.skip)
            return rows[max(0, end - limit) : end]
        return rows[seek.skip : seek.skip + limit]

    async def position(self, key: RowKey) -> int:
        """Return how many rows are before a key."""
        return int(key[0])

    def key(self, row: Row) -> RowKey:
        """Return the place of a row; what is not in the list comes after all of it."""
        return (self._places.get(self._identity(row), len(self._rows)),)

    def identity(self, row: Row) -> Hashable:
        """Return what stays the same of a row when it changes."""
        return self._identity(row)
