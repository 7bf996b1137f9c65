"""List of FAQs suggested while a ticket is typed."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.widgets import Static

from supportdesk.domain.faq import Suggestion
from supportdesk.tui import style
from supportdesk.tui.variants.form_variants import CONTROL


class Suggestions(Static):
    """List of suggestions, one of them selected; hidden while there are none."""

    DEFAULT_CSS = "Suggestions { display: none; height: auto; padding: 0 2; } Suggestions.-shown { display: block; }"

    def __init__(self, keys: str = "") -> None:
        """Create an empty list; `keys` is the hint shown beside its heading."""
        super().__init__()
        self._keys = keys
        self.offered: Sequence[Suggestion] = ()
        self.variant = CONTROL.suggestions
        self._index = 0

    @property
    def chosen(self) -> Suggestion | None:
        """Return the selected suggestion, to which commands apply."""
        return self.offered[self._index] if self.offered else None

    def show(self, offered: Sequence[Suggestion]) -> None:
        """Show these suggestions, or hide the list."""
        self.offered = offered[: self.variant.shown]
        self._index = 0
        self.set_class(bool(offered), "-shown")
        self._draw()

    def loading_sign(self) -> None:
        """Show that a search is running, where suggestions are shown already."""
        self._draw("searching …")

    def choose_next(self) -> None:
        """Select the next suggestion; after the last, the first."""
        if self.offered:
            self._index = (self._index + 1) % len(self.offered)
            self._draw()

    def _draw(self, note: str = "") -> None:
        heading = self.variant.heading if self.offered else ""
        keys = self._keys if self.offered else ""
        text = Text.assemble((heading, style.HEADING), (f"  {note or keys}" if note or keys else "", style.DIM))
        width = max(20, self.size.width or 60)
        for index, suggestion in enumerate(self.offered):
            sign = "▸ " if index == self._index else "  "
            line = style.fit(f"{sign}#{suggestion.faq.number} {suggestion.faq.question}", width).rstrip()
            text.append_text(Text(f"\n{line}", style.BOLD if index == self._index else style.PLAIN))
            if self.variant.begins_answers:
                begin = suggestion.faq.answer.strip().partition("\n")[0]
                text.append_text(Text("\n" + style.fit(f"    {begin}", width).rstrip(), style.DIM))
        self.update(text)
