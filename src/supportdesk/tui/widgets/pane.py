"""A pane in which one thing is open: tabs above a text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from rich.text import Text
from textual.containers import Container, Vertical
from textual.geometry import Region, Size
from textual.reactive import Reactive
from textual.strip import Strip
from textual.widget import Widget

from supportdesk.tui import style
from supportdesk.tui.widgets.bars import Bar
from supportdesk.tui.widgets.text_view import TextView

View = TypeVar("View", bound=StrEnum)


class Body(Container):
    """The part of a main screen between its bars: a list, and what is open."""

    BLANK = True


class Pane(Vertical):
    """Closed at first; a subclass defines what is open and what each of its views shows."""

    # Its parts draw themselves in another size; Textual would lay out and draw all of them again.
    virtual_size: Reactive[Size] = Reactive(Size(0, 0), repaint=False)

    DEFAULT_CSS = "Pane { display: none; } Pane.-open { display: block; }"

    def __init__(self) -> None:
        super().__init__()
        self.text = TextView()
        self._tabs = Bar()

    @property
    def number(self) -> int | None:
        """Return the number of what is open; None while it is closed."""
        raise NotImplementedError

    @property
    def is_open(self) -> bool:
        """Return whether it is on screen."""
        return self.has_class("-open")

    @property
    def stops(self) -> Sequence[Widget]:
        """Return where the focus can go."""
        return [self.text] if self.is_open else []

    async def open(self) -> None:
        """Open the pane."""
        if not self.children:
            # Mounted on first use: keeps start-up fast.
            await self.mount(self._tabs, self.text)
        self.add_class("-open")

    def shut(self) -> None:
        """Close the pane."""
        self.remove_class("-open")

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return its lines, which hold a border and what covers them."""
        return super().render_lines(Region(crop.x, crop.y, crop.width, 1)) * crop.height

    def show_tabs(self, names: Mapping[View, str], here: View, *, first: str = "", more: str = "") -> None:
        """Name the views, the shown one in reverse; show `first` before them and `more` behind them."""
        tabs = Text(f" {first} " if first else "", style.MARK)
        for view, name in names.items():
            tabs.append_text(Text(f" {name} ", style.TITLE if view is here else style.BAR))
        tabs.append(more, style.BAR)
        self._tabs.show(tabs, style.BAR)
