"""Internal notes, which agents alone read."""

from __future__ import annotations

from supportdesk.domain.conversation.mentions import mentioned
from supportdesk.domain.conversation.message import Message, MessageKind, Source
from supportdesk.domain.journal import EntryKind
from supportdesk.domain.text import excerpt
from supportdesk.domain.ticket import Ticket
from supportdesk.services.agents import known_agents
from supportdesk.services.context import Context
from supportdesk.services.journal_entries import write_entry
from supportdesk.services.tickets.changes import check_not_deleted
from supportdesk.storage.conversation import mentions, messages
from supportdesk.storage.tickets import marks


def add_note(
    context: Context, ticket: Ticket, text: str, *, source: Source = Source.COMMAND, entry: int | None = None
) -> tuple[Message, int]:
    """Add a note to a ticket inside the caller's transaction; return it and its journal change.

    The ticket keeps its version: a note overwrites nothing that somebody else is about to save. Raises `NotAllowed`
    when the ticket is deleted.
    """
    check_not_deleted(ticket)
    note = Message(
        seq=0,
        id=context.new_id(),
        ticket_id=ticket.id,
        kind=MessageKind.NOTE,
        author=context.actor,
        text=text,
        trimmed_at=len(text),
        source=source,
        created_at=context.now(),
    )
    messages.add(context.database, note)
    record_mentions(context, note)
    marks.mark_seen(context.database, context.actor, [ticket.number], note.created_at)
    after = {"message": note.id, "text": excerpt(text)}
    return note, write_entry(context, EntryKind.TICKET_NOTED, ticket, after=after, change=entry)


def record_mentions(context: Context, note: Message, *, removed: bool = False) -> None:
    """Store whom a note mentions, inside the caller's transaction: nobody once it is removed, and never its author."""
    names = () if removed or "@" not in note.text else (each.name for each in known_agents(context))
    mentions.replace(context.database, note, set(mentioned(note.text, names)) - {note.author})
