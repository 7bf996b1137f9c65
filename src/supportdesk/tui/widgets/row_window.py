"""The rows around the screen of a list of any length, read by key as they are needed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Sequence
from typing import Generic, Protocol, TypeVar

from supportdesk.domain.page import END, START, Count, RowKey, Seek

Row = TypeVar("Row")

NEAR = 1_000
"""How many rows to read in passing rather than to jump over."""
CHUNKS_KEPT = 12


class Source(Protocol[Row]):
    """Where a list reads its rows: any order, by key, forwards and backwards."""

    @property
    def descending(self) -> bool:
        """Return whether keys fall from the first row to the last."""

    async def count(self) -> Count:
        """Return how many rows there are."""

    async def page(self, seek: Seek, limit: int) -> Sequence[Row]:
        """Return up to `limit` rows, in list order."""

    async def position(self, key: RowKey) -> int:
        """Return how many rows are before a key."""

    def key(self, row: Row) -> RowKey:
        """Return the place of a row in the list."""

    def identity(self, row: Row) -> Hashable:
        """Return what stays the same of a row when it changes."""


class RowWindow(Generic[Row]):
    """A run of rows at known positions.

    A row that changes keeps its place, by the key it was read under, for as long as it is in the window.
    Positions are as of the last count: while others change what lies above, they are corrected as soon as
    the first row is read. Methods that correct them give by how much every position has moved.
    """

    def __init__(self, source: Source[Row]) -> None:
        self.source = source
        self.total = Count(0)
        self.start = 0
        self.rows: list[Row] = []
        self._keys: list[RowKey] = []

    @property
    def end(self) -> int:
        """Return the position after the last row."""
        return self.start + len(self.rows)

    def at(self, position: int) -> Row | None:
        """Return the row at a position, when it is in the window."""
        return self.rows[position - self.start] if self.start <= position < self.end else None

    async def open(self, chunk: int) -> None:
        """Read the beginning of the list."""
        rows = await self.source.page(START, chunk)
        self.total = await self.source.count()
        self._take(rows, 0)

    async def open_at_end(self, chunk: int) -> None:
        """Read the end of the list."""
        rows = await self.source.page(END, chunk)
        self.total = await self.source.count()
        self._take(rows, max(0, self.total.rows - len(rows)))

    async def open_at(self, row: Row, chunk: int) -> int:
        """Read the rows around a row; return its position."""
        key = self.source.key(row)
        before = await self.source.page(Seek(key, backwards=True), chunk)
        after = await self.source.page(Seek(key), chunk)
        self.total = await self.source.count()
        position = await self.source.position(key) if len(before) == chunk else len(before)
        self._take([*before, row, *after], position - len(before))
        return position

    async def ensure(self, first: int, last: int, chunk: int) -> int:
        """Read what is missing of the positions from `first` up to `last`; return the correction."""
        first, last = max(0, first), min(self.total.rows, last)
        if first >= self.start and last <= self.end:
            return 0
        correction = 0
        if self.rows and self.end - NEAR < first <= self.end < last:
            await self._extend_forwards(max(last - self.end, chunk))
        elif self.rows and first < self.start <= last < self.start + NEAR:
            correction = await self._extend_backwards(max(self.start - first, chunk))
        else:
            await self._jump(first, last, chunk)
        self._trim(first + correction, chunk)
        return correction

    def replace(self, rows: Sequence[Row]) -> list[int]:
        """Take new versions of rows it holds; return their positions."""
        fresh = {self.source.identity(row): row for row in rows}
        positions = []
        for index, row in enumerate(self.rows):
            changed = fresh.get(self.source.identity(row))
            if changed is not None:
                self.rows[index] = changed
                positions.append(self.start + index)
        return positions

    async def admit(self, rows: Sequence[Row]) -> tuple[list[int], int]:
        """Insert rows that may now belong to the list, at their place among those it holds.

        Returns the positions they took, in order, and the correction: what came and went above.
        """
        known = {self.source.identity(row) for row in self.rows}
        positions = []
        for row in rows:
            if self.source.identity(row) not in known:
                position = self._admit_one(row)
                if position is not None:
                    positions.append(position)
        correction = 0
        if self.start > 0:
            start = await self.source.position(self._keys[0]) - self._moved_above()
            correction, self.start = start - self.start, start
        self.total = await self.source.count()
        self._cover()
        return positions, correction

    def _moved_above(self) -> int:
        """Return how many rows keep their place here that belong above the first by now: they are no further rows."""
        first, descending = self._keys[0], self.source.descending
        keys = (self.source.key(row) for row in self.rows)
        return sum(key > first if descending else key < first for key in keys)

    def _take(self, rows: Sequence[Row], start: int) -> None:
        self.rows = list(rows)
        self._keys = [self.source.key(row) for row in rows]
        self.start = start
        self._cover()

    def _cover(self) -> None:
        """Keep the total at least as large as what is plainly there."""
        self.total = Count(max(self.total.rows, self.end), self.total.capped)

    def _fresh(self, rows: Sequence[Row]) -> list[Row]:
        known = {self.source.identity(row) for row in self.rows}
        return [row for row in rows if self.source.identity(row) not in known]

    async def _extend_forwards(self, wanted: int) -> None:
        rows = await self.source.page(Seek(self._keys[-1]), wanted)
        fresh = self._fresh(rows)
        self.rows += fresh
        self._keys += [self.source.key(row) for row in fresh]
        if len(rows) < wanted and not self.total.capped:
            self.total = Count(self.end)
        self._cover()

    async def _extend_backwards(self, wanted: int) -> int:
        rows = await self.source.page(Seek(self._keys[0], backwards=True), wanted)
        fresh = self._fresh(rows)
        self.rows[:0] = fresh
        self._keys[:0] = [self.source.key(row) for row in fresh]
        self.start -= len(fresh)
        if self.start < 0 or (self.start > 0 and len(rows) < wanted):
            # The first row is here, so it shows where zero is.
            correction = -self.start
            self.start = 0
            self._cover()
            return correction
        return 0

    async def _jump(self, first: int, last: int, chunk: int) -> None:
        wanted = last - first + chunk
        from_end = max(0, self.total.rows - last - chunk // 2)
        if first <= from_end or self.total.capped:
            first = max(0, first - chunk // 2)
            self._take(await self.source.page(Seek(skip=first), wanted), first)
        else:
            rows = await self.source.page(Seek(backwards=True, skip=from_end) if from_end else END, wanted)
            self._take(rows, max(0, self.total.rows - from_end - len(rows)))

    def _trim(self, around: int, chunk: int) -> None:
        """Forget rows far from a position."""
        keep = CHUNKS_KEPT * chunk
        if len(self.rows) > 2 * keep:
            low = min(max(0, around - self.start - keep // 2), len(self.rows) - keep)
            self.rows = self.rows[low : low + keep]
            self._keys = self._keys[low : low + keep]
            self.start += low

    def _admit_one(self, row: Row) -> int | None:
        """Return the position the row takes, or None when it is above or below everything read so far."""
        key = self.source.key(row)
        index = bisect_left(self._keys, key)
        if self.source.descending:
            index = len(self._keys) - bisect_left(self._keys[::-1], key)
        if (index == 0 and self.start > 0) or (index == len(self.rows) and self.end < self.total.rows):
            return None
        self.rows.insert(index, row)
        self._keys.insert(index, key)
        return self.start + index
