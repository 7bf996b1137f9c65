"""One text in full, over whatever asked for it."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen

from supportdesk.tui.widgets.bars import Hint, HintBar, TitleBar
from supportdesk.tui.widgets.text_view import Paragraph, TextView


class Reader(Screen[str], inherit_bindings=False):
    """Any key that does not scroll goes back; one of the `actions` ends the reading with its key."""

    def __init__(self, kind: str, name: str, text: Sequence[Paragraph], actions: Sequence[Hint] = ()) -> None:
        super().__init__()
        self._actions = actions
        self._kind = kind
        self._name_shown = name
        self._text = text

    def compose(self) -> ComposeResult:
        """Yield title, text, hints."""
        yield TitleBar()
        yield TextView()
        yield HintBar()

    def on_mount(self) -> None:
        """Show the text."""
        self.query_one(TitleBar).describe(self._kind, self._name_shown, "")
        self.query_one(TextView).show(self._text)
        self.query_one(TextView).focus()
        moves = [Hint("j k", "scroll"), Hint("pgdn pgup", "page")]
        self.query_one(HintBar).hints([*self._actions, *moves, Hint("esc", "back", "escape")])

    async def on_key(self, event: events.Key) -> None:
        """Scroll, or go back."""
        view = self.query_one(TextView)
        lines = {"j": 1, "down": 1, "k": -1, "up": -1}
        pages = {"pagedown": 1.0, "pageup": -1.0, "ctrl+d": 0.5, "ctrl+u": -0.5}
        if event.key in lines:
            await view.move(lines[event.key])
        elif event.key in pages:
            await view.move_pages(pages[event.key])
        else:
            typed = event.character if event.is_printable else event.key
            self.dismiss(typed if any(each.pressed == typed for each in self._actions) else None)
        event.stop()
        event.prevent_default()
