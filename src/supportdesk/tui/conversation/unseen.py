"""What others added while somebody writes, above the text that is written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from supportdesk.domain.conversation.message import Message
from supportdesk.tui.conversation.timeline import Timeline


class UnseenMessages(VerticalScroll):
    """Hidden until there is something; tab and the arrows scroll what has no room."""

    DEFAULT_CSS = """
    UnseenMessages { display: none; height: auto; max-height: 40%; border: round $warning; padding: 0 1; }
    UnseenMessages.-some { display: block; }
    UnseenMessages:focus { border: round $secondary; }
    """

    def compose(self) -> ComposeResult:
        """Yield the messages."""
        yield Static()

    def show(self, messages: Sequence[Message], now: datetime) -> None:
        """Show these messages in full, oldest first; hide where there are none."""
        text = [line for message in messages for line in Timeline().message(message, now, unfolded=True)]
        self.query_one(Static).update(Text("\n").join(text))
        count = len(messages)
        self.border_title = f"Added while you wrote: {count} message{'s' * (count != 1)} that you have not seen"
        self.set_class(bool(messages), "-some")
