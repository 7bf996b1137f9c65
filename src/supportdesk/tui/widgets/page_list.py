"""A list of any length, shown through a window: only the rows around the screen are ever in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Generic

from textual import events
from textual.geometry import Size
from textual.message import Message

from supportdesk.domain.errors import DeskError
from supportdesk.tui.widgets.row_lines import RowLines
from supportdesk.tui.widgets.row_window import Row, RowWindow, Source

WHEEL_LINES = 3
SIZE_STEP = 1_000


class PageList(RowLines[Row], Generic[Row], can_focus=True, inherit_bindings=False):
    """A cursor over pages of rows.

    Nothing moves under the hand: what is on screen stays where it is while others change the list. Moving
    the cursor redraws two lines; going over the edge turns half a page, so that many steps share its cost.
    """

    # No scrollbar: of a million rows it shows nothing, and it costs a kilobyte a page. `place` says where one is.
    DEFAULT_CSS = "PageList { overflow: hidden hidden; }"

    class CursorMoved(Message):
        """The cursor is on another row, or its row has changed."""

        def __init__(self, page_list: PageList[Any]) -> None:
            super().__init__()
            self.page_list = page_list

        @property
        def control(self) -> PageList[Any]:
            """Return the list."""
            return self.page_list

    class Scrolled(Message):
        """Another part of the list is on screen."""

    class Opened(Message):
        """A row was double-clicked."""

    def __init__(self, source: Source[Row], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(source, id=id)
        self._reading = asyncio.Lock()

    # Reading

    @property
    def _chunk(self) -> int:
        return max(2 * self._page, 60)

    async def show(self, source: Source[Row]) -> None:
        """Show a list from its first row."""
        async with self._reading:
            window = RowWindow(source)
            await window.open(self._chunk)
            self._window, self.cursor = window, 0
            self._scroll(0)
        self._fresh()

    async def show_end(self, source: Source[Row]) -> None:
        """Show a list from its last row, with the cursor on it."""
        async with self._reading:
            window = RowWindow(source)
            await window.open_at_end(self._chunk)
            self._window, self.cursor = window, max(0, window.total.rows - 1)
            self._scroll(self.total.rows - self._page)
        self._fresh()

    async def reload(self) -> None:
        """Read the list again; the cursor stays on its row."""
        if self.row is None:
            await self.show(self.source)
        else:
            await self.reload_at(self.source, self.row)

    @property
    def height_of_cursor(self) -> int:
        """Return how many lines of the screen are above the cursor."""
        return self.cursor - self._top

    async def reload_at(self, source: Source[Row], row: Row, height: int | None = None) -> None:
        """Show a list with the cursor on a row of it, at this height of the screen, or where the cursor was."""
        async with self._reading:
            from_top = self.height_of_cursor if height is None else height
            window = RowWindow(source)
            position = await window.open_at(row, self._chunk)
            self._window, self.cursor = window, position
            self._scroll(self.cursor - from_top)
        self._fresh()

    def _fresh(self) -> None:
        self.redraw()
        self.post_message(self.CursorMoved(self))
        self.post_message(self.Scrolled())

    async def _ensure(self, first: int, last: int) -> None:
        async with self._reading:
            await self._read(first, last)

    async def _read(self, first: int, last: int) -> None:
        correction = await self._window.ensure(first, last, self._chunk)
        if correction:
            self.cursor += correction
            self._scroll(self._top + correction)
        self._size_up()

    @property
    def _height(self) -> int:
        """Return how many lines there are to scroll over."""
        return self.total.rows

    def _size_up(self) -> None:
        # In steps, and of no width: Textual lays everything out whenever this changes. `_scroll` knows the end.
        height = (self._height // SIZE_STEP + 1) * SIZE_STEP
        if self.virtual_size != (size := Size(1, height)):
            self.virtual_size = size

    def _scroll(self, top: int) -> None:
        self._size_up()
        top = min(max(0, top), max(0, self._height - self._page))
        self.scroll_to(y=top, animate=False, force=True, immediate=True)

    # Changes made by anybody

    def replace(self, rows: Sequence[Row]) -> None:
        """Redraw rows that have changed, in place."""
        positions = self._window.replace(rows)
        for position in positions:
            self._refresh_position(position)
        if self.cursor in positions:
            self.post_message(self.CursorMoved(self))

    async def admit(self, rows: Sequence[Row]) -> None:
        """Insert rows that now belong to this list; what is on screen stays in place."""
        if not self._window.rows:
            await self.show(self.source)
            return
        async with self._reading:
            positions, correction = await self._window.admit(rows)
            above_top = 0
            for position in positions:
                above_top += position <= self._top + above_top and self._top > 0
                self.cursor += position <= self.cursor
            self.cursor += correction
            self._scroll(self._top + above_top + correction)
        self.redraw()

    # Moving

    async def move(self, by: int) -> None:
        """Move the cursor by some rows."""
        await self.move_to(self.cursor + by)

    async def move_pages(self, pages: float) -> None:
        """Move the cursor and the screen."""
        by = round(pages * self._page)
        await self._ensure(self._top + by - self._page, self._top + by + 2 * self._page)
        self._scroll(self._top + by)
        await self.move_to(self.cursor + by)

    async def first(self) -> None:
        """Go to the first row."""
        await self.move_to(0)

    async def last(self) -> None:
        """Go to the last row."""
        await self.move_to(self.total.rows - 1)

    async def move_to(self, position: int) -> None:
        """Put the cursor on a position, reading what is missing around it."""
        position = min(max(0, position), max(0, self.total.rows - 1))
        before = self.cursor
        await self._ensure(position - self._page, position + self._page)
        # Reading may have corrected every position.
        position += self.cursor - before
        self._put(min(max(0, position), max(0, self.total.rows - 1)))

    def _put(self, position: int) -> None:
        old, self.cursor = self.cursor, position
        if old != position:
            self._refresh_position(old)
            self._refresh_position(position)
            self._follow(old)
            self.post_message(self.CursorMoved(self))

    def _follow(self, old: int) -> None:
        """Scroll when the cursor has left the screen: half a page after a step, else as little as needed."""
        page = self._page
        if not self._top <= self.cursor < self._top + page:
            if abs(self.cursor - old) < page:
                self._scroll(self.cursor - page // 2)
            else:
                self._scroll(self.cursor if self.cursor < self._top else self.cursor - page + 1)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Draw what a scroll brings into view, and read it first where it is not loaded."""
        if round(old_value) == round(new_value):
            return
        self.redraw()
        self.post_message(self.Scrolled())
        last = min(self._top + self._page, self.total.rows) - 1
        if self.is_mounted and not (self._window.start <= self._top and last < self._window.end):
            # Not called here: an exclusive worker drops the one before, which may not have begun.
            self.run_worker(self._catch_up, group="catch-up", exclusive=True)  # type: ignore[arg-type]

    async def _catch_up(self) -> None:
        async with self._reading:
            # The scroll position is known only now: what was read before may have taken it elsewhere.
            await self._read(self._top - self._page, self._top + 2 * self._page)
        self.redraw()

    async def _on_resize(self, event: events.Resize) -> None:
        self._size_up()
        self._keep_in_sight()
        # A taller list may reach beyond its end now: what is above comes down, so that no line stays blank.
        self._scroll(self._top)
        # The status line says why a desk cannot be read; the next scroll reads what is missing.
        with suppress(DeskError):
            await self._catch_up()
        self.post_message(self.Scrolled())

    def _keep_in_sight(self) -> None:
        """Scroll to where the cursor can be seen in another size of the list."""
        self._follow(self.cursor)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll; the cursor stays on its row."""
        self._scroll(self._top + WHEEL_LINES)
        event.stop()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll; the cursor stays on its row."""
        self._scroll(self._top - WHEEL_LINES)
        event.stop()

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse points; a double click opens."""
        position = event.y + self._top
        if self._window.at(position) is not None:
            self._put(position)
            if event.chain == 2:
                self.post_message(self.Opened())
