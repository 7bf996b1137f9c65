"""The status line: what just happened, and what went wrong."""

from __future__ import annotations

from time import monotonic

from rich.style import Style
from rich.text import Text

from supportdesk.tui import style
from supportdesk.tui.widgets.bars import Bar

READING_SECONDS = 5.0
"""For so long a sentence stays, whatever is done next."""


class StatusLine(Bar):
    """What just happened, or what a begun key sequence can become; a long sentence takes a second line."""

    DEFAULT_CSS = "StatusLine { height: auto; min-height: 1; max-height: 4; }"

    def __init__(self) -> None:
        super().__init__()
        self._shown_at = 0.0

    def fade(self) -> None:
        """Show nothing any more, unless the sentence is so new that it may still be read."""
        if self._text and monotonic() - self._shown_at > READING_SECONDS:
            self.show(Text())

    def show(self, text: Text, fill: Style = style.PLAIN) -> None:
        """Show a whole sentence."""
        self._shown_at = monotonic()
        super().show(text, fill)
        if self._lines() != self.size.height:
            self.refresh(layout=True)

    def _lines(self) -> int:
        return len(self._text.wrap(self.app.console, max(1, self.size.width)))

    def render(self) -> Text:
        """Return the sentence."""
        return self._text

    def done(self, message: str, *, passing: str = "", seconds: float = 0) -> None:
        """Show what was done, and for so many seconds what is true no longer than that."""
        lasting = Text.assemble((" ✓ ", style.DONE), message)
        if not passing:
            self.show(lasting)
            return
        shown = lasting + Text(passing)
        self.show(shown)
        self.set_timer(seconds, lambda: self.show(lasting) if self._text is shown else None)

    def note(self, message: str) -> None:
        """Show a piece of information."""
        self.show(Text(f" {message}"))

    def error(self, message: str) -> None:
        """Show what was refused and why."""
        self.show(Text.assemble((" ✗ ", style.ERROR), (message, style.ERROR)))

    def choices(self, typed: str, choices: list[tuple[str, str]]) -> None:
        """Show what may follow the keys typed so far."""
        line = Text.assemble((f" {typed} ", style.KEY), "… " if choices else "")
        for key, title in choices:
            line.append_text(Text.assemble((key, style.KEY), f" {title}   "))
        self.show(line)
