"""What is answered, above the text that answers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import takewhile

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from supportdesk.domain.conversation.message import INTERNAL, Message, MessageKind
from supportdesk.tui.conversation.timeline import Timeline


def answered(said: Sequence[Message]) -> Sequence[Message]:
    """Return the words of others since the last reply, oldest first; the last of all where there are none since."""
    public = [message for message in said if message.kind not in INTERNAL]
    since = list(takewhile(lambda message: message.kind is not MessageKind.REPLY, reversed(public)))
    words = since or [message for message in reversed(public) if message.kind is not MessageKind.REPLY][:1]
    return words[::-1]


class AnsweredWords(VerticalScroll):
    """As much as there is room for; shift+tab and the arrows scroll the rest."""

    DEFAULT_CSS = """
    AnsweredWords { height: auto; max-height: 30%; padding: 0 1; border-left: vkey $primary; }
    AnsweredWords:focus { border-left: vkey $secondary; }
    """

    def __init__(self, said: Sequence[Message], now: datetime) -> None:
        super().__init__()
        # Without what they quote: no key unfolds it here.
        words = [replace(each, text=each.trimmed_text, trimmed_at=len(each.trimmed_text)) for each in answered(said)]
        lines = [line for message in words for line in Timeline().message(message, now, unfolded=False)]
        self.words = Text("\n").join(lines)

    def compose(self) -> ComposeResult:
        """Yield the words."""
        yield Static(self.words)
