"""Undo of replies and notes."""

from __future__ import annotations

from supportdesk.domain.journal import Entry, EntryKind
from supportdesk.services.context import Context
from supportdesk.services.journal_entries import Undo, unreadable_entry
from supportdesk.services.tickets.notes import record_mentions
from supportdesk.storage.conversation import messages


def can_undo_reply(context: Context, done: Entry) -> bool:
    """Return whether no mail of a reply has left yet."""
    return all(state in ("pending", "held") for state in messages.undelivered(context.database, _message(done)))


def undo_reply(undo: Undo, done: Entry) -> None:
    """Take a reply back whose mail was withdrawn."""
    messages.remove(undo.context.database, _message(done), undo.context.now())
    undo.write_inverse(EntryKind.TICKET_REPLY_WITHDRAWN, done)


def undo_note(undo: Undo, done: Entry) -> None:
    """Remove a note, put a removed one back, or restore what a corrected one said."""
    context, message = undo.context, _message(done)
    if done.before and done.after:
        messages.edit(context.database, message, done.before["text"], context.now())
        undo.write_inverse(EntryKind.TICKET_NOTE_CORRECTED, done)
    elif done.before:
        messages.remove(context.database, message, None)
        undo.write_inverse(EntryKind.TICKET_NOTED, done)
    else:
        if note := messages.get(context.database, message):
            record_mentions(context, note, removed=True)
        messages.remove(context.database, message, context.now())
        undo.write_inverse(EntryKind.TICKET_NOTE_REMOVED, done)
    if done.before and (note := messages.get(context.database, message)):
        record_mentions(context, note)


def _message(done: Entry) -> str:
    message = {**done.before, **done.after}.get("message", "")
    if not message:
        raise unreadable_entry(done)
    return message
