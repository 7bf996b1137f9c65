"""The other fields of forms; text in them behaves as in a `LineField`."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.widgets import RadioButton, RadioSet, TextArea

from supportdesk.domain.text import clean_body


class BodyField(TextArea):
    """Several lines of text; tab leaves it."""

    def on_mount(self) -> None:
        """Keep the cursor still."""
        self.cursor_blink = False

    def on_resize(self) -> None:
        """Wrap the text anew once the new width is known."""
        self.call_after_refresh(self._rewrap_and_refresh_virtual_size)

    async def _on_paste(self, event: events.Paste) -> None:
        await super()._on_paste(events.Paste(clean_body(event.text)))
        event.stop()
        event.prevent_default()


class ChoiceButton(RadioButton):
    """A radio button that says by its sign, not by colour alone, whether it is chosen."""

    def __init__(self, label: str, value: bool) -> None:
        super().__init__(label, value)
        self.BUTTON_INNER = "●" if value else " "

    def watch_value(self) -> None:
        """Show the sign of the new value."""
        self.BUTTON_INNER = "●" if self.value else " "
        super().watch_value()


class ChoiceField(RadioSet):
    """One of a few words; the arrows choose at once, beginning from the word that stands."""

    def __init__(
        self,
        words: Sequence[str],
        chosen: str,
        *,
        id: str,  # noqa: A002
        labels: Sequence[str] | None = None,
    ) -> None:
        """`labels` are the texts of the buttons, when it is not the words themselves."""
        buttons = zip(words, labels or words, strict=True)
        super().__init__(*(ChoiceButton(label, word == chosen) for word, label in buttons), id=id)
        self._words = words

    @property
    def value(self) -> str:
        """Return the chosen word."""
        return self._words[max(0, self.pressed_index)]

    def choose(self, word: str) -> None:
        """Choose a word, if it is one of them; it is the value at once, as with the other fields."""
        if word not in self._words or word == self.value:
            return
        buttons = list(self.query(RadioButton))
        with self.prevent(RadioButton.Changed):
            for button, each in zip(buttons, self._words, strict=True):
                button.value = each == word
        self._pressed_button = buttons[self._words.index(word)]
        self.post_message(self.Changed(self, self._pressed_button))

    def action_next_button(self) -> None:
        """Choose the next word."""
        self._step(1)

    def action_previous_button(self) -> None:
        """Choose the previous word."""
        self._step(-1)

    def _step(self, by: int) -> None:
        if self.pressed_button is None:
            # While it is set up nothing is chosen yet, and it only looks for its first button.
            super().action_next_button()
            return
        self.choose(self._words[(self.pressed_index + by) % len(self._words)])
