"""A text field: pasted text is cleaned before it is shown, and the cursor does not blink (2 kB a second over ssh)."""

from __future__ import annotations

from textual import events
from textual.widgets import Input

from supportdesk.domain.text import clean_line


class LineField(Input):
    """One line of text."""

    def on_mount(self) -> None:
        """Keep the cursor still."""
        self.cursor_blink = False

    def _on_paste(self, event: events.Paste) -> None:
        super()._on_paste(events.Paste(clean_line(event.text)))
        event.stop()
        event.prevent_default()
