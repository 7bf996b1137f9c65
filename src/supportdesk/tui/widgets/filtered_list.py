"""Keys of a list below a field that filters it: the field keeps the focus."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual import events
from textual.screen import Screen
from textual.widgets import OptionList


def press_in_list(screen: Screen[Any], event: events.Key) -> None:
    """Move in the list of a screen while its field has the focus; escape goes back."""
    choices = screen.query_one(OptionList)
    moves: dict[str, Callable[[], None]] = {
        "up": choices.action_cursor_up,
        "down": choices.action_cursor_down,
        "pageup": choices.action_page_up,
        "pagedown": choices.action_page_down,
    }
    if event.key in moves:
        moves[event.key]()
    elif event.key == "escape":
        screen.dismiss(None)
    else:
        return
    event.stop()
    event.prevent_default()
