"""A list to choose one text from, over a form."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Label, OptionList
from textual.widgets.option_list import Option


class Picker(ModalScreen[str | None]):
    """Names with their texts; ends with the chosen text, or None."""

    BINDINGS = [("escape", "leave", "back")]  # noqa: RUF012

    def __init__(self, title: str, choices: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._title = title
        self._choices = choices

    def compose(self) -> ComposeResult:
        """Yield the title and the names, each with the beginning of its text."""
        yield Label(Text(f"{self._title} (enter: insert · esc: back)"), id="picker-title")
        yield OptionList(
            *(Option(Text(f"{name}: {' '.join(text.split())[:80]}", no_wrap=True)) for name, text in self._choices)
        )

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """End with the chosen text."""
        self.dismiss(self._choices[event.option_index][1])

    def action_leave(self) -> None:
        """End without a text."""
        self.dismiss(None)
