"""Undo of merges and links."""

from __future__ import annotations

from supportdesk.domain.errors import Conflict, DeskError
from supportdesk.domain.journal import Entry, EntryKind
from supportdesk.domain.reference import Reference
from supportdesk.services.journal_entries import Undo, unreadable_entry
from supportdesk.services.tickets import relations
from supportdesk.services.tickets.undo import changed_ticket
from supportdesk.storage import journal
from supportdesk.storage.tickets import queries as tickets


def undo_merge(undo: Undo, done: Entry) -> None:
    """Take a merged ticket out again, or merge one that was taken out."""
    ticket = changed_ticket(undo.context, done)
    before, after = _number(done, done.before), _number(done, done.after)
    later = journal.in_force_after(undo.context.database, done)
    if later and not done.after:
        raise Conflict(f"#{done.number} has changed since: {later[-1].who} ({later[-1].summary}); nothing was undone")
    later = [entry for entry in later if entry.kind is done.kind]
    if later or ticket.merged_into != after or ticket.deleted_at is not None:
        who = later[-1].actor if later else "somebody"
        raise Conflict(f"#{done.number} has changed since: {who} merged it or took it out; nothing was undone")
    try:
        undo.change = relations.set_merged(undo.context, ticket, before, entry=undo.change, undoes=undo.undoes)
    except DeskError as error:
        raise Conflict(f"{error.message}; nothing was undone") from error
    relations.update_awaiting(undo.context, {ticket.number} | {each for each in (before, after) if each is not None})
    undo.tickets.append(changed_ticket(undo.context, done))


def undo_link(undo: Undo, done: Entry) -> None:
    """Take a link away again, or put it back; its other end has an entry of its own in the same change."""
    other = _number(done, {**done.before, **done.after})
    found = tickets.find(undo.context.database, Reference("", number=other or 0))
    if not found:
        raise unreadable_entry(done)
    relations.set_linked(undo.context, changed_ticket(undo.context, done), found[0], linked=bool(done.before))
    undo.write_inverse(EntryKind.TICKET_LINKED, done)


def undo_taking_in(undo: Undo, done: Entry) -> None:
    """Do nothing: the entry of the ticket that was merged, in the same change, does it and records it here too."""


def _number(done: Entry, side: object) -> int | None:
    if not side:
        return None
    text = dict(side).get("merged_into") or dict(side).get("ticket", "")  # type: ignore[call-overload]
    if not text.isdecimal():
        raise unreadable_entry(done)
    return int(text)
