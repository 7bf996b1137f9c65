"""Messages of a ticket as text to read: who can read each is said by its words, not by colour alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.style import Style
from rich.text import Text

from supportdesk.domain import moment
from supportdesk.domain.conversation import Message, MessageKind
from supportdesk.tui import style

_SIGNS = {
    MessageKind.REQUESTER: "◂",
    MessageKind.PARTICIPANT: "◂",
    MessageKind.THIRD_PARTY: "◂",
    MessageKind.REPLY: "▸",
    MessageKind.NOTE: "✎",
    MessageKind.AUTOMATIC: "⚙",
}
_NOTE = Style(color="yellow")
_WORDS = {
    "pending": "waiting to leave",
    "failed": "✗ NOT DELIVERED",
    "unknown": "? may not have arrived",
    "held": "held",
    "withdrawn": "withdrawn",
}


def messages_text(messages: Sequence[Message], now: datetime) -> list[Text]:
    """Return what was said after the description, oldest first."""
    lines: list[Text] = []
    for message in messages:
        lines += [Text(), _heading(message, now)]
        body = _NOTE if message.is_internal else Style()
        rail = "│ " if message.is_internal else ""
        lines += [Text(f"{rail}{line}", body) for line in message.trimmed_text.split("\n")]
    return lines


def _heading(message: Message, now: datetime) -> Text:
    age = moment.age(message.created_at, now)
    since = "just now" if age == "now" else f"{age} ago"
    parts = [
        (f"{_SIGNS[message.kind]} {message.author}", _NOTE + style.BOLD if message.is_internal else style.BOLD),
        (f" {_to_whom(message)}", style.DIM),
        (f" · {since}", style.DIM),
    ]
    if message.edited_at is not None:
        parts.append((" · edited", style.DIM))
    if message.delivery in _WORDS:
        bad = message.delivery in ("failed", "unknown")
        parts.append((f" · {_WORDS[message.delivery]}", style.ERROR if bad else style.DIM))
    return Text.assemble(*parts)


def _to_whom(message: Message) -> str:
    match message.kind:
        case MessageKind.NOTE:
            return "internal note, agents only"
        case MessageKind.REPLY:
            return f"to {', '.join((*message.to, *message.cc))}"
        case MessageKind.PARTICIPANT:
            return "in copy"
        case MessageKind.THIRD_PARTY:
            return "not the requester"
        case MessageKind.AUTOMATIC:
            return "automatic"
        case _:
            return "requester"
