"""Messages as text."""

from __future__ import annotations

from supportdesk.domain import moment
from supportdesk.domain.conversation.message import Message, MessageKind

_TITLES = {
    MessageKind.REQUESTER: "{author}",
    MessageKind.PARTICIPANT: "{author} (in copy)",
    MessageKind.THIRD_PARTY: "{author} (not the requester)",
    MessageKind.REPLY: "{author} replied to {to}",
    MessageKind.NOTE: "{author}: INTERNAL NOTE, not visible to the requester",
    MessageKind.AUTOMATIC: "{author} (automatic)",
}
_UNDELIVERED = {"failed": "NOT DELIVERED", "unknown": "may not have arrived", "held": "held", "pending": "waiting"}


def message_text(message: Message) -> str:
    """Return a message with who said it, to whom and when."""
    title = _TITLES[message.kind].format(author=message.author, to=", ".join((*message.to, *message.cc)))
    marks = [moment.local(message.created_at), _UNDELIVERED.get(message.delivery or "", "")]
    marks += ["edited"] if message.edited_at else []
    marks += [message.id[:8]]
    return f"{title} · {' · '.join(mark for mark in marks if mark)}\n\n{message.trimmed_text}"
