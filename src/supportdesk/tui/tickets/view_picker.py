"""The picker of queues and saved views, by one key each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Label, OptionList
from textual.widgets.option_list import Option

from supportdesk.domain.query.queues import QUEUES
from supportdesk.domain.query.views import View
from supportdesk.tui import style

QUEUE_KEYS = {
    "mine": "m",
    "unassigned": "u",
    "waiting-for-us": "w",
    "waiting-for-them": "t",
    "unread": "n",
    "mentions": "@",
    "snoozed": "z",
    "failed": "f",
    "all": "a",
}
VIEW_KEYS = "123456789"
SAVE_KEY, DELETE_KEY = "s", "d"
NAME_WIDTH = 28


@dataclass(frozen=True, slots=True)
class Picked:
    """What was chosen: a query to list, the wish to save the one that is listed, or a view to delete."""

    query: str = ""
    save: bool = False
    delete: str = ""


@dataclass(frozen=True, slots=True)
class _Line:
    key: str
    name: str
    about: str
    query: str
    view: str = ""


class ViewPicker(ModalScreen[Picked | None], inherit_bindings=False):
    """Queues with their counts, then saved views; a key or enter lists one."""

    def __init__(self, views: Sequence[View], counts: Mapping[str, int]) -> None:
        super().__init__()
        queues = [
            _Line(QUEUE_KEYS[queue.name], queue.title, f"{counts.get(queue.name, 0):>7,}  {queue.query}", queue.query)
            for queue in QUEUES
        ]
        saved = [
            _Line(
                VIEW_KEYS[place : place + 1],
                view.name,
                f"{'team' if view.is_team else 'mine':>7}  {view.query}" + (f"  ✗ {view.fault}" if view.fault else ""),
                view.query,
                view.name,
            )
            for place, view in enumerate(views)
        ]
        self._lines = [*queues, *saved]

    def compose(self) -> ComposeResult:
        """Yield what keys do, and the lines."""
        keys = f"{SAVE_KEY} saves this search · {DELETE_KEY} deletes a view"
        yield Label(Text(f"Queues and views: {keys} · esc"), id="picker-title")
        yield OptionList(*(Option(_drawn(line)) for line in self._lines))

    def on_mount(self) -> None:
        """Take keys at once."""
        self.query_one(OptionList).focus()

    def on_key(self, event: events.Key) -> None:
        """Choose by a key, or move."""
        choices = self.query_one(OptionList)
        typed = event.character or ""
        line = next((line for line in self._lines if typed and line.key == typed), None)
        moves = {"j": choices.action_cursor_down, "k": choices.action_cursor_up}
        moves |= {"down": choices.action_cursor_down, "up": choices.action_cursor_up}
        here = self._lines[choices.highlighted or 0]
        if line is not None:
            self.dismiss(Picked(line.query))
        elif event.key == "enter":
            self.dismiss(Picked(here.query))
        elif event.key in moves:
            moves[event.key]()
        elif typed == SAVE_KEY:
            self.dismiss(Picked(save=True))
        elif typed == DELETE_KEY and here.view:
            self.dismiss(Picked(delete=here.view))
        elif event.key in ("escape", "q", "V"):
            self.dismiss(None)
        event.stop()
        event.prevent_default()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """List what was clicked."""
        self.dismiss(Picked(self._lines[event.option_index].query))


def _drawn(line: _Line) -> Text:
    return Text.assemble(
        (f" {line.key or ' '}  ", style.KEY),
        style.fit(line.name, NAME_WIDTH),
        (f" {line.about}", style.DIM),
        no_wrap=True,
    )
