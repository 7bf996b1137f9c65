"""A list of any length, shown through a window: only the rows around the screen are ever in memory."""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections.abc import Hashable, Sequence
from typing import Any, Generic, Protocol, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from supportdesk.domain.page import END, START, Count, RowKey, Seek
from supportdesk.tui import style

Row = TypeVar("Row")
Cells = list[tuple[str, Style]]
"""One line of a list: pieces of text of known width, with their styles."""

Line = tuple[Cells, bool]
"""What a line shows, and whether the cursor stands on it."""

NEAR = 1_000
"""How many rows to read in passing rather than to jump over."""


class Source(Protocol[Row]):
    """Where a list reads its rows: any order, by key, forwards and backwards."""

    @property
    def descending(self) -> bool:
        """Whether keys fall from the first row to the last."""

    async def count(self) -> Count:
        """How many rows there are."""

    async def page(self, seek: Seek, limit: int) -> Sequence[Row]:
        """Up to `limit` rows, in list order."""

    async def position(self, key: RowKey) -> int:
        """How many rows stand before a key."""

    def key(self, row: Row) -> RowKey:
        """The place of a row in the list."""

    def identity(self, row: Row) -> Hashable:
        """What stays the same of a row when it changes."""


class PageList(ScrollView, Generic[Row], can_focus=True, inherit_bindings=False):
    """A cursor over pages of rows.

    Rows keep their places while they are in the window, even when a change would sort them elsewhere:
    nothing moves under the hand. Moving the cursor redraws two lines; going over the edge turns half a
    page, so that the cost of a page is shared by many steps.
    """

    # No scrollbar: of a million rows it shows nothing, and it costs a kilobyte a page. `place` says where one is.
    DEFAULT_CSS = "PageList { overflow: hidden hidden; }"

    class CursorMoved(Message):
        """The cursor stands on another row, or its row has changed."""

        def __init__(self, page_list: PageList[Any]) -> None:
            super().__init__()
            self.page_list = page_list

        @property
        def control(self) -> PageList[Any]:
            """The list."""
            return self.page_list

    class Scrolled(Message):
        """Another part of the list is on screen."""

    class Opened(Message):
        """A row was double-clicked."""

    def __init__(self, source: Source[Row], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.source = source
        self.total = Count(0)
        self.cursor = 0
        self._rows: list[Row] = []
        # The keys the rows were read under: a row that changes keeps its place by its old key.
        self._keys: list[RowKey] = []
        self._start = 0
        self._reading = asyncio.Lock()
        # What each line of the screen shows, so that a redraw sends only what differs.
        self._drawn: dict[int, Line] = {}

    # What a kind of list says about itself

    def cells(self, row: Row, width: int) -> Cells:
        """A row as pieces that together fill `width` cells."""
        raise NotImplementedError

    def is_marked(self, row: Row) -> bool:
        """Whether a row is marked."""
        return False

    # Reading

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        return self._at(self.cursor)

    @property
    def loaded(self) -> Sequence[Row]:
        """The rows of the window."""
        return self._rows

    def between(self, first: int, last: int) -> Sequence[Row]:
        """The loaded rows from one position to another, both included."""
        low, high = sorted((first, last))
        return self._rows[max(0, low - self._start) : max(0, high + 1 - self._start)]

    @property
    def place(self) -> str:
        """How far down the screen is: `top`, `34 %`, `end`; nothing when all rows are on it."""
        below = self.total.rows - self._page
        if below <= 0:
            return ""
        top = round(self.scroll_y)
        return "top" if top == 0 else "end" if top >= below else f"{100 * top // below} %"

    def _at(self, position: int) -> Row | None:
        index = position - self._start
        return self._rows[index] if 0 <= index < len(self._rows) else None

    @property
    def _page(self) -> int:
        return max(self.scrollable_content_region.height, 1)

    @property
    def _chunk(self) -> int:
        return max(2 * self._page, 60)

    async def show(self, source: Source[Row]) -> None:
        """Shows another list from its first row."""
        async with self._reading:
            self.source = source
            rows = await source.page(START, self._chunk)
            self.total = await source.count()
            self._take(rows, 0)
            self.cursor = 0
            self._sized()
            self.scroll_to(y=0, animate=False, force=True, immediate=True)
        self.redraw()
        self.post_message(self.CursorMoved(self))

    async def reload(self) -> None:
        """Reads the window again; the cursor stays on its row."""
        if self.row is None:
            await self.show(self.source)
        else:
            await self.reload_at(self.source, self.row)

    async def reload_at(self, source: Source[Row], row: Row) -> None:
        """Shows a list, perhaps another one, with the cursor on a row of it, at the same height of the screen."""
        async with self._reading:
            self.source = source
            key = self.source.key(row)
            from_top = self.cursor - round(self.scroll_y)
            before = [*await self.source.page(Seek(key, backwards=True), self._chunk)]
            after = [*await self.source.page(Seek(key), self._chunk)]
            self.total = await self.source.count()
            self.cursor = await self.source.position(key) if len(before) == self._chunk else len(before)
            self._take([*before, row, *after], self.cursor - len(before))
            self._sized()
            self.scroll_to(y=max(0, self.cursor - from_top), animate=False, force=True, immediate=True)
        self.redraw()
        self.post_message(self.CursorMoved(self))

    def _take(self, rows: Sequence[Row], start: int) -> None:
        self._rows = list(rows)
        self._keys = [self.source.key(row) for row in rows]
        self._start = start

    def _sized(self) -> None:
        self.total = Count(max(self.total.rows, self._start + len(self._rows)), self.total.capped)
        self.virtual_size = Size(self.size.width, self.total.rows)

    async def _ensure(self, first: int, last: int) -> None:
        """Reads what is missing of the positions from `first` up to `last`."""
        first, last = max(0, first), min(self.total.rows, last)
        end = self._start + len(self._rows)
        if first >= self._start and last <= end:
            return
        async with self._reading:
            if self._rows and end - NEAR < first <= end and last > end:
                await self._extend_forwards(last - end)
            elif self._rows and self._start <= last < self._start + NEAR and first < self._start:
                await self._extend_backwards(self._start - first)
            else:
                await self._jump(first, last)
            self._trim()
            self._sized()

    async def _extend_forwards(self, missing: int) -> None:
        wanted = max(missing, self._chunk)
        rows = await self.source.page(Seek(self._keys[-1]), wanted)
        known = {self.source.identity(row) for row in self._rows}
        fresh = [row for row in rows if self.source.identity(row) not in known]
        self._rows += fresh
        self._keys += [self.source.key(row) for row in fresh]
        if len(rows) < wanted and not self.total.capped:
            self.total = Count(self._start + len(self._rows))

    async def _extend_backwards(self, missing: int) -> None:
        wanted = max(missing, self._chunk)
        rows = await self.source.page(Seek(self._keys[0], backwards=True), wanted)
        known = {self.source.identity(row) for row in self._rows}
        fresh = [row for row in rows if self.source.identity(row) not in known]
        self._rows[:0] = fresh
        self._keys[:0] = [self.source.key(row) for row in fresh]
        self._start -= len(fresh)
        if self._start < 0 or (self._start > 0 and len(rows) < wanted):
            # Others have changed what lies above, so the first row shows where zero is.
            self._shift(-self._start)

    async def _jump(self, first: int, last: int) -> None:
        wanted = last - first + self._chunk
        from_end = max(0, self.total.rows - last - self._chunk // 2)
        if first <= from_end or self.total.capped:
            first = max(0, first - self._chunk // 2)
            self._take(await self.source.page(Seek(skip=first), wanted), first)
        else:
            rows = await self.source.page(Seek(backwards=True, skip=from_end) if from_end else END, wanted)
            self._take(rows, max(0, self.total.rows - from_end - len(rows)))

    def _trim(self) -> None:
        """Forgets rows far from the cursor."""
        keep = 6 * self._chunk
        if len(self._rows) <= 2 * keep:
            return
        low = min(max(0, self.cursor - self._start - keep), max(0, len(self._rows) - 2 * keep))
        self._rows = self._rows[low : low + 2 * keep]
        self._keys = self._keys[low : low + 2 * keep]
        self._start += low

    def _shift(self, by: int) -> None:
        """Renumbers: what is shown stays, its positions move."""
        self._start += by
        self.cursor += by
        self._sized()
        self.scroll_to(y=max(0, round(self.scroll_y) + by), animate=False, force=True, immediate=True)

    # Changes made by anybody

    def replace(self, rows: Sequence[Row]) -> None:
        """Redraws rows that have changed, where they are in the window."""
        changed = {self.source.identity(row): row for row in rows}
        current = self.row
        for index, row in enumerate(self._rows):
            fresh = changed.get(self.source.identity(row))
            if fresh is not None:
                self._rows[index] = fresh
                self.refresh_line(self._start + index)
        if current is not None and self.source.identity(current) in changed:
            self.post_message(self.CursorMoved(self))

    async def admit(self, rows: Sequence[Row]) -> None:
        """Lets rows in that have come to belong to this list; what is on screen stays where it is."""
        total = await self.source.count()
        if not self._rows:
            if total.rows:
                await self.show(self.source)
            return
        known = {self.source.identity(row) for row in self._rows}
        for row in rows:
            if self.source.identity(row) not in known:
                self._admit_one(row)
        self.total = total
        self._sized()
        self.redraw()

    def _admit_one(self, row: Row) -> None:
        key = self.source.key(row)
        index = self._place(key)
        position = self._start + index
        above_all = index == 0 and self._start > 0
        below_all = index == len(self._rows) and position < self.total.rows
        if above_all:
            self._start += 1
        elif not below_all:
            self._rows.insert(index, row)
            self._keys.insert(index, key)
        if position <= self.cursor and not below_all:
            self.cursor += 1
            if position <= round(self.scroll_y) and self.scroll_y > 0:
                self.virtual_size = Size(self.size.width, self._start + len(self._rows) + 1)
                self.scroll_to(y=round(self.scroll_y) + 1, animate=False, force=True, immediate=True)

    def _place(self, key: RowKey) -> int:
        if not self.source.descending:
            return bisect_left(self._keys, key)
        return len(self._keys) - bisect_left(self._keys[::-1], key)

    # Moving

    async def move(self, by: int) -> None:
        """Moves the cursor by some rows."""
        await self.move_to(self.cursor + by)

    async def move_pages(self, pages: float) -> None:
        """Moves the cursor and the page."""
        by = round(pages * self._page)
        top = min(max(0, round(self.scroll_y) + by), max(0, self.total.rows - self._page))
        await self._ensure(top - self._page, top + 2 * self._page)
        self.scroll_to(y=top, animate=False, force=True, immediate=True)
        await self.move_to(self.cursor + by)

    async def first(self) -> None:
        """To the first row."""
        await self.move_to(0)

    async def last(self) -> None:
        """To the last row."""
        await self.move_to(self.total.rows - 1)

    async def move_to(self, position: int) -> None:
        """Puts the cursor on a position, reading what is missing around it."""
        position = min(max(0, position), max(0, self.total.rows - 1))
        await self._ensure(position - self._page, position + self._page)
        position = min(position, max(0, self.total.rows - 1))
        old, self.cursor = self.cursor, position
        if old == position:
            return
        self.refresh_line(old)
        self.refresh_line(position)
        self._follow(old)
        self.post_message(self.CursorMoved(self))

    def _follow(self, old: int) -> None:
        top, page = round(self.scroll_y), self._page
        if top <= self.cursor < top + page:
            return
        if abs(self.cursor - old) < page:
            target = self.cursor - page // 2
        else:
            target = self.cursor if self.cursor < top else self.cursor - page + 1
        self.scroll_to(y=min(max(0, target), max(0, self.total.rows - page)), animate=False, force=True, immediate=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Reads what a scroll by wheel or bar brings into view."""
        if round(old_value) != round(new_value):
            self.redraw()
            self.post_message(self.Scrolled())
        top = round(new_value)
        if self.is_mounted and (self._at(top) is None or self._at(min(top + self._page, self.total.rows) - 1) is None):
            self.run_worker(self._catch_up(), group="catch-up", exclusive=True)

    async def _catch_up(self) -> None:
        top = round(self.scroll_y)
        await self._ensure(top - self._page, top + 2 * self._page)
        self.redraw()

    async def _on_resize(self, event: events.Resize) -> None:
        self._sized()
        self._follow(self.cursor)
        top = round(self.scroll_y)
        await self._ensure(top, top + self._page)
        self.redraw()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scrolls; the cursor stays on its row."""
        self._scroll_by(3)
        event.stop()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scrolls; the cursor stays on its row."""
        self._scroll_by(-3)
        event.stop()

    def _scroll_by(self, lines: int) -> None:
        top = min(max(0, round(self.scroll_y) + lines), max(0, self.total.rows - self._page))
        self.scroll_to(y=top, animate=False, force=True, immediate=True)

    def on_click(self, event: events.Click) -> None:
        """Puts the cursor where the mouse points; a double click opens."""
        position = event.y + round(self.scroll_y)
        if self._at(position) is not None:
            old, self.cursor = self.cursor, position
            self.refresh_line(old)
            self.refresh_line(position)
            self.post_message(self.CursorMoved(self))
            if event.chain == 2:
                self.post_message(self.Opened())

    # Drawing

    def _line(self, y: int, width: int) -> Line:
        position = y + round(self.scroll_y)
        row = self._at(position)
        return ([(" " * width, style.PLAIN)] if row is None else self.cells(row, width)), position == self.cursor

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        base = style.base(self)
        width = self.scrollable_content_region.width
        cells, has_cursor = self._drawn[y] = self._line(y, width)
        segments = []
        for text, cell_style in cells:
            # Blanks go unstyled, which lets runs of them be shortened on the wire.
            said = text.rstrip(" ")
            segments += [Segment(said, cell_style), Segment(text[len(said) :], style.PLAIN)]
        if has_cursor and self._rows:
            # One style over the whole line: it costs the fewest bytes and reads without colour.
            text = "".join(text for text, _ in cells)
            segments = [Segment(text, style.CURSOR if self.has_focus else style.UNFOCUSED)]
        return Strip(segments).adjust_cell_length(width).apply_style(base)

    def redraw(self) -> None:
        """Sends the lines that differ from the screen."""
        width = self.scrollable_content_region.width
        for y in range(self._page):
            if self._drawn.get(y) != self._line(y, width):
                self.refresh(Region(0, y, width, 1))

    def refresh_line(self, y: int) -> None:
        """Redraws the line of a position, when it is on screen."""
        line = y - round(self.scroll_y)
        if 0 <= line < self._page:
            self.refresh(Region(0, line, self.size.width, 1))

    def on_focus(self) -> None:
        """Shows the cursor as active."""
        self.refresh_line(self.cursor)

    def on_blur(self) -> None:
        """Shows the cursor as resting."""
        self.refresh_line(self.cursor)
