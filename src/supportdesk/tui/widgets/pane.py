"""A pane in which one thing is open: tabs above a text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from rich.text import Text
from textual.containers import Vertical
from textual.widget import Widget

from supportdesk.tui import style
from supportdesk.tui.widgets.bars import Bar
from supportdesk.tui.widgets.text_view import TextView

View = TypeVar("View", bound=StrEnum)


class Pane(Vertical):
    """Closed at first; a kind of pane says what is open and what each of its views shows."""

    DEFAULT_CSS = "Pane { display: none; } Pane.-open { display: block; }"

    def __init__(self) -> None:
        super().__init__()
        self.text = TextView()
        self._tabs = Bar()

    @property
    def number(self) -> int | None:
        """The number of what is open; None while it is closed."""
        raise NotImplementedError

    @property
    def is_open(self) -> bool:
        """Whether it is on screen."""
        return self.has_class("-open")

    @property
    def stops(self) -> Sequence[Widget]:
        """Where the focus can go."""
        return [self.text] if self.is_open else []

    async def open(self) -> None:
        """Comes on screen."""
        if not self.children:
            # Mounted when first wanted: at the start it would cost time that nobody need wait.
            await self.mount(self._tabs, self.text)
        self.add_class("-open")

    def shut(self) -> None:
        """Goes away."""
        self.remove_class("-open")

    def show_tabs(self, names: Mapping[View, str], here: View, *, more: str = "") -> None:
        """Names the views, the one that is shown in reverse; says `more` behind them."""
        tabs = Text()
        for view, name in names.items():
            tabs.append_text(Text(f" {name} ", style.TITLE if view is here else style.BAR))
        tabs.append(more, style.BAR)
        self._tabs.show(tabs, style.BAR)
