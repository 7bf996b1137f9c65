"""Replies that are taken back: their text becomes a draft again."""

from __future__ import annotations

from collections.abc import Iterable

from supportdesk.domain.conversation.message import Message
from supportdesk.domain.journal import Entry, EntryKind
from supportdesk.services.desk import Desk
from supportdesk.services.drafts import Drafts


def replies_of(desk: Desk, entries: Iterable[Entry]) -> list[tuple[int, Message]]:
    """Return the replies that entries of the journal tell of, with the numbers of their tickets."""
    return [
        (entry.number, message)
        for entry in entries
        if entry.kind is EntryKind.TICKET_REPLIED and entry.number is not None
        for message in desk.conversation.messages(str(entry.number))
        if message.id == entry.after.get("message")
    ]


def keep_as_draft(drafts: Drafts, number: int, reply: Message) -> bool:
    """Keep a reply as the draft of the form that wrote it, unless another one was begun there; return whether."""
    name = f"reply-{number}"
    if drafts.load(name):
        return False
    drafts.keep(name, {"to": ", ".join(reply.to), "cc": ", ".join(reply.cc), "text": reply.text})
    return True
