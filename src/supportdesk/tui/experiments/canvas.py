"""Lines in braille characters: two by four dots a cell, each cell in the style of what was drawn on it last.

Own code, since the plotting libraries for terminals either draw without a style for each curve or draw a frame of their
own around it.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style
from rich.text import Text

ACROSS, DOWN = 2, 4
_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
_BRAILLE = 0x2800


class Canvas:
    """Cells of a plot, addressed from the upper left; a sign in a cell hides the dots there."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._dots = [[0] * width for _ in range(height)]
        self._signs: dict[tuple[int, int], str] = {}
        self._styles: dict[tuple[int, int], Style] = {}

    def dot(self, x: int, y: int, style: Style) -> None:
        """Set one dot; outside of the canvas there is none."""
        column, row = x // ACROSS, y // DOWN
        if 0 <= column < self.width and 0 <= row < self.height:
            self._dots[row][column] |= _DOTS[x % ACROSS][y % DOWN]
            self._styles[column, row] = style

    def line(self, start: tuple[int, int], end: tuple[int, int], style: Style, every: int = 1) -> None:
        """Set the dots from one to another, or every second or third of them."""
        (x0, y0), (x1, y1) = start, end
        steps = max(abs(x1 - x0), abs(y1 - y0), 1)
        for step in range(steps + 1):
            if step % every == 0:
                self.dot(x0 + round((x1 - x0) * step / steps), y0 + round((y1 - y0) * step / steps), style)

    def sign(self, column: int, row: int, sign: str, style: Style, *, behind: bool = False) -> None:
        """Put a character into a cell; `behind` only where nothing is."""
        free = not self._dots[row][column] and (column, row) not in self._signs
        if not behind or free:
            self._signs[column, row] = sign
            self._styles[column, row] = style

    def rows(self) -> list[Text]:
        """Return the drawn rows."""
        return [self._row(row, dots) for row, dots in enumerate(self._dots)]

    def _row(self, row: int, dots: Sequence[int]) -> Text:
        text = Text()
        for column, bits in enumerate(dots):
            sign = self._signs.get((column, row), chr(_BRAILLE + bits) if bits else " ")
            text.append(sign, self._styles.get((column, row), Style.null()))
        return text
