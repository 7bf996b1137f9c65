"""Undo of decisions about mail that waited."""

from __future__ import annotations

from supportdesk.domain.errors import Conflict
from supportdesk.domain.journal import Entry
from supportdesk.domain.mail.incoming import WAITING, Outcome
from supportdesk.services.context import Context
from supportdesk.services.journal_entries import Undo, unreadable_entry
from supportdesk.storage.conversation import messages
from supportdesk.storage.intake import queries as intake


def undo_decision(undo: Undo, done: Entry) -> None:
    """Let a mail wait again that was accepted or discarded."""
    mail = next(iter(intake.find(undo.context.database, str(done.number))), None)
    outcome = done.before.get("outcome", "")
    if mail is None or outcome not in WAITING:
        raise unreadable_entry(done)
    if mail.outcome in WAITING:
        raise Conflict(f"mail {mail.seq} waits for a decision already; nothing was undone")
    intake.settle(undo.context.database, mail.seq, Outcome(outcome), None)
    undo.write_inverse(done.kind, done)


def undo_addition(undo: Undo, done: Entry) -> None:
    """Take a mail out of the conversation that it was added to, or put it back."""
    context: Context = undo.context
    messages.remove(context.database, _message(done), context.now() if done.after else None)
    undo.write_inverse(done.kind, done)


def _message(done: Entry) -> str:
    message = {**done.before, **done.after}.get("message", "")
    if not message:
        raise unreadable_entry(done)
    return message
