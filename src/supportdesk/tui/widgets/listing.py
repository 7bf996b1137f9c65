"""A list under the names of its columns; in place of an empty one, what to press."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Container
from textual.geometry import Size
from textual.reactive import Reactive
from textual.widgets import Static

from supportdesk.tui import style
from supportdesk.tui.widgets.bars import Heading
from supportdesk.tui.widgets.page_list import PageList

Meaning = tuple[str, str]
"""A key or command with what it does; or a sentence with nothing."""


class Welcome(Static):
    """Shown in place of an empty list: what to press."""

    DEFAULT_CSS = "Welcome { display: none; padding: 1 2; height: 1fr; }"
    EMPTY: ClassVar[Sequence[Meaning]]
    """Where there is nothing yet."""
    FILTERED: ClassVar[Sequence[Meaning]]
    """Where there is something, but not what was asked for."""

    def describe(self, *, filtered: bool) -> None:
        """Show what to press."""
        text = Text()
        for key, meaning in self.FILTERED if filtered else self.EMPTY:
            text.append_text(Text.assemble((key, style.KEY if meaning else style.BOLD), f"  {meaning}\n"))
        self.update(text)


class Listing(Container):
    """The names of the columns, the list, and its welcome."""

    BLANK = True
    # Its parts draw themselves in another size; Textual would lay out and draw all of them again.
    virtual_size: Reactive[Size] = Reactive(Size(0, 0), repaint=False)

    def __init__(self, rows: PageList[Any], welcome: Welcome) -> None:
        super().__init__()
        self._rows = rows
        self._welcome = welcome
        self._heading = Heading()

    def compose(self) -> ComposeResult:
        """Yield heading, list and welcome."""
        yield self._heading
        yield self._rows
        yield self._welcome

    def describe(self, *, filtered: bool) -> None:
        """Fit the names to the columns, and show the welcome of an empty list."""
        self._name_columns()
        empty = not self._rows.total.rows
        self.set_class(empty, "-empty")
        if empty:
            self._welcome.describe(filtered=filtered)

    def _size_updated(self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True) -> bool:
        """Fit the names to the columns before they are drawn in another size."""
        resized = super()._size_updated(size, virtual_size, container_size, layout)
        if resized:
            self._name_columns()
        return resized

    def _name_columns(self) -> None:
        if width := self.size.width:
            self._heading.names(self._rows.heading(width))
