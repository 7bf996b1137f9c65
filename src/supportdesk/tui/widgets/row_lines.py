"""The lines of a list: the rows in sight, drawn anew only where they differ from the screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic

from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip

from supportdesk.domain.page import Count
from supportdesk.tui import style
from supportdesk.tui.widgets.own_drawing import OwnDrawing
from supportdesk.tui.widgets.row_window import Row, RowWindow, Source

Cells = list[tuple[str, Style]]
"""One line of a list: pieces of text of known width, with their styles."""
Line = tuple[Cells, bool]
"""What a line shows, and whether the cursor is on it."""


class RowLines(OwnDrawing, Generic[Row], inherit_bindings=False):
    """The rows of a window that are in sight, with a cursor on one of them."""

    def __init__(self, source: Source[Row], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.cursor = 0
        self._window = RowWindow(source)
        # What each line of the screen shows, so that a redraw sends only what differs.
        self._drawn: dict[int, Line] = {}

    def cells(self, row: Row, width: int) -> Cells:
        """Return a row as pieces that together fill `width` cells; what a kind of list says about itself."""
        raise NotImplementedError

    def heading(self, width: int) -> str:
        """Return the names of the columns, in `width` cells."""
        raise NotImplementedError

    # What it holds

    @property
    def source(self) -> Source[Row]:
        """Return the source it reads."""
        return self._window.source

    @property
    def total(self) -> Count:
        """Return how many rows there are."""
        return self._window.total

    @property
    def row(self) -> Row | None:
        """Return the row under the cursor."""
        return self._window.at(self.cursor)

    @property
    def loaded(self) -> Sequence[Row]:
        """Return the rows in memory."""
        return self._window.rows

    def between(self, first: int, last: int) -> Sequence[Row]:
        """Return the loaded rows from one position to another, both included."""
        low, high = sorted((first, last))
        start = self._window.start
        return self._window.rows[max(0, low - start) : max(0, high + 1 - start)]

    @property
    def place(self) -> str:
        """Return how far down the screen is: `top`, `34 %`, `end`; nothing when all rows are on it."""
        below = self.total.rows - self._page
        if below <= 0:
            return ""
        return "top" if self._top == 0 else "end" if self._top >= below else f"{100 * self._top // below} %"

    @property
    def _page(self) -> int:
        return max(self.scrollable_content_region.height, 1)

    @property
    def _top(self) -> int:
        return round(self.scroll_y)

    # Drawing

    def _line(self, y: int, width: int) -> Line:
        position = y + self._top
        row = self._window.at(position)
        if row is None:
            return [(" " * width, style.PLAIN)], False
        return self.cells(row, width), position == self.cursor

    def render_line(self, y: int) -> Strip:
        """Return one line of the screen."""
        width = self.scrollable_content_region.width
        cells, has_cursor = self._drawn[y] = self._line(y, width)
        if has_cursor:
            # One style over the whole line: it costs the fewest bytes and reads without colour.
            text = "".join(text for text, _ in cells)
            return self.line([(text, style.CURSOR if self.has_focus else style.RESTING_CURSOR)])
        pieces = []
        for text, cell_style in cells:
            # Blanks go unstyled, which lets runs of them be shortened on the wire.
            said = text.rstrip(" ")
            pieces += [(said, cell_style), (text[len(said) :], style.PLAIN)]
        return self.line(pieces)

    def redraw(self) -> None:
        """Send the lines that differ from the screen."""
        width = self.scrollable_content_region.width
        for y in range(self._page):
            if self._drawn.get(y) != self._line(y, width):
                self.refresh(Region(0, y, width, 1))

    def _refresh_position(self, position: int) -> None:
        y = position - self._top
        if 0 <= y < self._page:
            self.refresh(Region(0, y, self.size.width, 1))

    def on_focus(self) -> None:
        """Show the cursor as active."""
        self._refresh_position(self.cursor)

    def on_blur(self) -> None:
        """Show the cursor as resting."""
        self._refresh_position(self.cursor)
