"""Text fields: pasted text is cleaned before it is shown, and the cursor does not blink (2 kB a second over ssh)."""

from __future__ import annotations

from textual import events
from textual.widgets import Input, RadioButton, RadioSet, TextArea

from supportdesk.domain.text import clean_body, clean_line


class LineField(Input):
    """One line of text."""

    def on_mount(self) -> None:
        """Keeps the cursor still."""
        self.cursor_blink = False

    def _on_paste(self, event: events.Paste) -> None:
        super()._on_paste(events.Paste(clean_line(event.text)))
        event.stop()
        event.prevent_default()


class BodyField(TextArea):
    """Several lines of text; tab leaves it."""

    def on_mount(self) -> None:
        """Keeps the cursor still."""
        self.cursor_blink = False

    async def _on_paste(self, event: events.Paste) -> None:
        await super()._on_paste(events.Paste(clean_body(event.text)))
        event.stop()
        event.prevent_default()


class ChoiceField(RadioSet):
    """One of a few values; the arrows choose at once, beginning from the value that stands."""

    def action_next_button(self) -> None:
        """Chooses the next value."""
        self._choose(1)

    def action_previous_button(self) -> None:
        """Chooses the previous value."""
        self._choose(-1)

    def _choose(self, step: int) -> None:
        if self.pressed_button is None:
            # While it is set up it has no value yet, and only looks for its first button.
            super().action_next_button()
            return
        buttons = list(self.query(RadioButton))
        buttons[(self.pressed_index + step) % len(buttons)].value = True
