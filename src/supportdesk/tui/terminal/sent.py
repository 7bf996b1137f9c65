"""What the terminal shows, so that only what differs is sent.

Textual sends all that may have changed, some of it twice: a layout draws what is drawn again for the focus, the
scrollbar, or a second layout.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rich.console import Console, RenderableType
from rich.control import Control
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.app import App
from textual.screen import Screen
from textual.strip import Strip

Piece = tuple[int, int, Strip]
"""Line, column, and what is drawn there."""


class Pieces(CompositorUpdate):
    """Pieces of lines, in order."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.pieces = pieces

    def render_segments(self, console: Console) -> str:
        """Return what draws the pieces; one that follows another on its line needs no place."""
        drawn: list[str] = []
        here = (-1, -1)
        for y, x, strip in self.pieces:
            if (y, x) != here:
                drawn.append(Control.move_to(x, y).segment.text)
            drawn.append(strip.render(console))
            here = (y, x + strip.cell_length)
        return "".join(drawn)


class Sent:
    """The pieces that each line of the terminal was drawn with, by column."""

    def __init__(self) -> None:
        self._lines: dict[int, dict[int, Strip]] = {}

    def forget(self) -> None:
        """Take nothing for known any more: the terminal may show anything."""
        self._lines.clear()

    def differences(self, update: CompositorUpdate) -> CompositorUpdate | None:
        """Return what of a drawing is not on the terminal yet, or None where all of it is."""
        if isinstance(update, LayoutUpdate):
            pieces = _pieces_of_lines(update)
        elif isinstance(update, ChopsUpdate):
            pieces = _pieces_of_spans(update)
        else:
            self.forget()
            return update
        changed = [piece for piece in pieces if self._is_new(*piece)]
        return Pieces(changed) if changed else None

    def _is_new(self, y: int, x: int, strip: Strip) -> bool:
        """Remember a piece; return whether the terminal showed something else there."""
        line = self._lines.setdefault(y, {})
        if not strip.cell_length or line.get(x) == strip:
            return False
        end = x + strip.cell_length
        for column, other in list(line.items()):
            if column < end and x < column + other.cell_length:
                del line[column]
        line[x] = strip
        return True


class SendsDifferences(App[int], inherit_bindings=False):
    """An app that sends what differs from what the terminal shows."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.sent = Sent()

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        if isinstance(renderable, CompositorUpdate):
            renderable = self.sent.differences(renderable)
        super()._display(screen, renderable)


def _pieces_of_lines(update: LayoutUpdate) -> Iterator[Piece]:
    for y, line in enumerate(update.strips, update.region.y):
        yield from _side_by_side(y, update.region.x, line)


def _side_by_side(y: int, x: int, strips: Iterable[Strip]) -> Iterator[Piece]:
    for strip in strips:
        yield y, x, strip
        x += strip.cell_length


def _pieces_of_spans(update: ChopsUpdate) -> Iterator[Piece]:
    # A window that has just grown has lines that are not laid out yet; all of it is drawn once they are.
    known = len(update.chop_ends)
    for y, first, last in (span for span in update.spans if span[0] < known):
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is not None and x <= last and end > first:
                yield y, x, strip if end <= last else strip.crop(0, last - x)
