"""A list to choose one text from by its name, over a form."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from supportdesk.tui.widgets.filtered_list import press_in_list
from supportdesk.tui.widgets.line_field import LineField

BEGINNING = 80
"""Characters of a text that stand beside its name."""
Choice = tuple[str, str]
"""A name and its text."""


class Picker(ModalScreen[Choice | None], inherit_bindings=False):
    """Names with their texts, those that have what is typed; ends with the chosen one, or None."""

    def __init__(self, title: str, choices: Sequence[Choice], enter: str = "insert") -> None:
        """`enter` is the word for what enter does with a text."""
        super().__init__()
        self._enter = enter
        self._title = title
        self._choices = choices
        self._shown = choices

    def compose(self) -> ComposeResult:
        """Yield the title, a field, and the names, each with the beginning of its text."""
        yield Label(Text(f"{self._title} (type a name · ↑ ↓ · enter: {self._enter} · esc: back)"), id="picker-title")
        yield LineField(placeholder="type to filter")
        yield OptionList()

    def on_mount(self) -> None:
        """Show every choice."""
        self._fill("")
        self.query_one(LineField).focus()

    def _fill(self, typed: str) -> None:
        words = typed.casefold().split()
        found = [each for each in self._choices if all(word in each[0].casefold() for word in words)]
        # Names that begin like it come first.
        self._shown = sorted(found, key=lambda each: not each[0].casefold().startswith(typed.casefold().strip()))
        choices = self.query_one(OptionList)
        choices.clear_options()
        choices.add_options(
            [Option(Text(f"{name}: {' '.join(text.split())[:BEGINNING]}", no_wrap=True)) for name, text in self._shown]
            or [Option(Text("no name has this"), disabled=True)]
        )
        choices.action_first()

    @on(Input.Changed)
    def _filter(self, event: Input.Changed) -> None:
        self._fill(event.value)

    @on(Input.Submitted)
    def _choose(self) -> None:
        place = self.query_one(OptionList).highlighted
        if self._shown and place is not None:
            self.dismiss(self._shown[place])

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        if self._shown:
            self.dismiss(self._shown[event.option_index])

    def on_key(self, event: events.Key) -> None:
        """Move in the list while the field has the focus; escape goes back."""
        press_in_list(self, event)
