"""Help and palette: the commands with their keys, filtered as one types; enter runs one."""

from __future__ import annotations

from typing import Any

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from supportdesk.tui import style
from supportdesk.tui.commands import Command
from supportdesk.tui.commands.finding import format_all_keys, matching
from supportdesk.tui.screens.scoped import ScopedScreen
from supportdesk.tui.widgets.bars import Hint, HintBar, TitleBar
from supportdesk.tui.widgets.filtered_list import press_in_list
from supportdesk.tui.widgets.line_field import LineField
from supportdesk.tui.widgets.status_line import StatusLine

KEYS_WIDTH = 14
TITLE_WIDTH = 49
MARGIN = 8


class CommandList(Screen[Command | None], inherit_bindings=False):
    """A field above a list, and below it the chosen command in full."""

    def __init__(self, behind: ScopedScreen[Any], *, here_only: bool) -> None:
        """`behind` is the screen or form that a command is chosen for."""
        super().__init__()
        self._behind = behind
        self._here_only = here_only

    def compose(self) -> ComposeResult:
        """Yield title, field, list, hints."""
        yield TitleBar()
        yield LineField(placeholder="type to filter")
        yield OptionList()
        yield StatusLine()
        yield HintBar()

    def on_mount(self) -> None:
        """Show every command."""
        kind = f"Keys of {self._behind.NAME}" if self._here_only else "All commands"
        self.query_one(TitleBar).describe("Help", kind, self._behind.desk_app.desk.actor)
        self.query_one(HintBar).hints(
            [Hint("↑ ↓", "choose"), Hint("enter", "run", "enter"), Hint("esc", "back", "escape")]
        )
        self._fill("")
        self.query_one(LineField).focus()

    def _fill(self, typed: str) -> None:
        keymap = self._behind.desk_app.keymap
        options: list[Option] = []
        heading = ""
        for command in matching(self._commands(), typed, keymap):
            if command.scope != heading and self._here_only and not typed.strip():
                heading = command.scope
                options.append(Option(Text(heading, style.HEADING), disabled=True))
            options.append(Option(self._line(command, format_all_keys(command, keymap)), id=command.id))
        choices = self.query_one(OptionList)
        choices.clear_options()
        nothing = Option(Text("no command matches; shorten the filter", style.DIM), disabled=True)
        choices.add_options(options or [nothing])
        choices.action_first()
        if not options:
            self.query_one(StatusLine).note("")

    def _commands(self) -> list[Command]:
        """Return the commands of the screen behind, its own first."""
        scopes = self._behind.scopes[::-1]
        return sorted(self._behind.commands(), key=lambda command: scopes.index(command.scope))

    def _line(self, command: Command, keys: str) -> Text:
        reason = command.disabled_reason(self._behind.focused_context())
        more = reason or (f"supportdesk {command.cli_equivalent}" if command.cli_equivalent else "")
        room = max(0, self.size.width - KEYS_WIDTH - TITLE_WIDTH - MARGIN)
        return Text.assemble(
            (style.fit(keys, KEYS_WIDTH) + " ", style.KEY),
            (style.fit(command.title, TITLE_WIDTH) + " ", style.DIM if reason else style.PLAIN),
            (style.fit(more, room).rstrip(), style.DIM),
        )

    @on(OptionList.OptionHighlighted)
    def _explain(self, event: OptionList.OptionHighlighted) -> None:
        command = next((each for each in self._behind.commands() if each.id == event.option.id), None)
        if command is None:
            return
        reason = command.disabled_reason(self._behind.focused_context())
        parts = [f"{command.title} ({command.id})"]
        parts += [f"supportdesk {command.cli_equivalent}"] if command.cli_equivalent else []
        parts += [f"not now: {reason}"] if reason else []
        self.query_one(StatusLine).note(" · ".join(parts))

    @on(Input.Changed)
    def _filter(self, event: Input.Changed) -> None:
        self._fill(event.value)

    @on(Input.Submitted)
    def _run(self) -> None:
        choices = self.query_one(OptionList)
        if choices.highlighted is not None:
            self._choose(choices.get_option_at_index(choices.highlighted).id)

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        self._choose(event.option.id)

    def _choose(self, command_id: str | None) -> None:
        for command in self._behind.commands():
            if command.id == command_id:
                self.dismiss(command)

    def on_key(self, event: events.Key) -> None:
        """Move in the list while the field has the focus; escape goes back."""
        press_in_list(self, event)
