"""Shared drafts: a reply that an agent began and a colleague may continue. Drafts of one's own stay files."""

from __future__ import annotations

from supportdesk.domain.errors import Conflict, NotFound
from supportdesk.domain.journal import Entry, EntryKind
from supportdesk.domain.text import required_body
from supportdesk.services.context import Context
from supportdesk.services.journal_entries import Undo, write_entry
from supportdesk.services.tickets.changes import check_not_deleted
from supportdesk.services.tickets.service import Tickets
from supportdesk.storage.conversation import drafts
from supportdesk.storage.conversation.drafts import SharedDraft


class SharedDrafts:
    """Use cases on shared drafts; a ticket has one at most."""

    def __init__(self, context: Context, tickets: Tickets) -> None:
        self._context = context
        self._database = context.database
        self._tickets = tickets

    def share(self, reference: str, text: str) -> SharedDraft:
        """Share the text of a reply to a ticket; raises `Conflict` when a colleague's draft would be overwritten."""
        draft = SharedDraft(self._context.actor, required_body("text", text), self._context.now())
        with self._database.writing():
            ticket = self._tickets.get_continuing(reference)
            check_not_deleted(ticket)
            there = drafts.find(self._database, ticket.id)
            if there is not None and there.agent != self._context.actor:
                raise Conflict(f"{there.agent} has shared a draft for #{ticket.number}; take that one first")
            drafts.save(self._database, ticket.id, draft)
            if there is None:
                # Its words are not in the journal, which keeps everything: they were not sent yet.
                write_entry(self._context, EntryKind.TICKET_DRAFT_SHARED, ticket, after={"agent": draft.agent})
        return draft

    def find(self, reference: str) -> SharedDraft | None:
        """Return the shared draft of a ticket, which stays."""
        return drafts.find(self._database, self._tickets.get_continuing(reference).id)

    def take(self, reference: str) -> SharedDraft:
        """Return the shared draft of a ticket, which is the actor's alone from now on; raises `NotFound`."""
        with self._database.writing():
            ticket = self._tickets.get_continuing(reference)
            draft = drafts.find(self._database, ticket.id)
            if draft is None:
                raise NotFound(f"nobody has shared a draft for #{ticket.number}")
            drafts.delete(self._database, ticket.id)
            write_entry(self._context, EntryKind.TICKET_DRAFT_TAKEN, ticket, before={"agent": draft.agent})
        return draft


def undo_sharing(undo: Undo, done: Entry) -> None:
    """Take a shared draft back; raises `Conflict` when a colleague has taken it."""
    database, ticket = undo.context.database, done.subject or ""
    there = drafts.find(database, ticket)
    if there is None or there.agent != done.after.get("agent"):
        raise Conflict(f"the draft for #{done.number} was taken since; nothing was undone")
    drafts.delete(database, ticket)
    undo.write_inverse(EntryKind.TICKET_DRAFT_TAKEN, done)
