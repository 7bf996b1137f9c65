"""Scrolled widgets that say themselves which lines have to be sent again.

Textual draws all of a widget whenever it gets or loses the focus, and lays out all of the screen whenever its length
changes, of which no other widget knows.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.reactive import Reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from supportdesk.tui import style


class OwnDrawing(ScrollView, inherit_bindings=False):
    """A scrolled widget whose kind refreshes the lines that differ."""

    virtual_size: Reactive[Size] = Reactive(Size(0, 0), repaint=False)
    show_vertical_scrollbar: Reactive[bool] = Reactive(False, layout=True, repaint=False)

    def line(self, pieces: Iterable[tuple[str, Style]]) -> Strip:
        """Return a line of the widget: pieces of text with their styles, cut or filled up to its width."""
        base, width = style.base(self), self.scrollable_content_region.width
        segments = [Segment(text, base + drawn if base else drawn) for text, drawn in pieces if text]
        left = width - sum(cell_len(segment.text) for segment in segments)
        if left > 0:
            segments.append(Segment(" " * left, base))
        strip = Strip(segments, width - min(left, 0))
        return strip if left >= 0 else strip.crop(0, width)

    def focus(self, scroll_visible: bool = True) -> Self:
        """Take the focus once what is under way is done."""
        self.app.call_later(self._take_focus, scroll_visible)
        return self

    def _take_focus(self, scroll_visible: bool) -> None:
        if self.is_attached:
            self.screen.set_focus(self, scroll_visible=scroll_visible)

    def _on_focus(self, event: events.Focus) -> None:
        event.prevent_default()
        self.has_focus = True
        if self.parent is not None:
            self.parent.post_message(events.DescendantFocus(self))

    def _on_blur(self, event: events.Blur) -> None:
        event.prevent_default()
        self.has_focus = False
        if self.parent is not None:
            self.parent.post_message(events.DescendantBlur(self))

    def _size_updated(self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True) -> bool:
        asked = self._repaint_regions.copy()
        resized = super()._size_updated(size, virtual_size, container_size, layout)
        if not resized:
            return False
        drawn = self.screen._compositor._dirty_regions
        if any(each.contains_region(self.region) for each in drawn):
            # Laying out draws all of it: only what was asked for by itself is left to draw.
            self._repaint_regions.clear()
            self._repaint_regions.update(asked)
        else:
            # Somebody asked where it is before it was laid out, so that its move went unnoticed.
            self.refresh()
        return True
