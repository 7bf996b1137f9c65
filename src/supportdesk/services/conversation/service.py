"""The conversation service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from supportdesk.domain.conversation.message import NOTE_EDITABLE, Message, MessageKind, NewReply, Source
from supportdesk.domain.errors import AmbiguousReference, Conflict, NotAllowed, NotFound, quoted
from supportdesk.domain.journal import EntryKind
from supportdesk.domain.reference import parse_id
from supportdesk.domain.text import required_body
from supportdesk.domain.ticket import Status, Ticket, TicketChange
from supportdesk.services.context import Context
from supportdesk.services.conversation import recipients
from supportdesk.services.conversation.attachments import store_new
from supportdesk.services.conversation.reading import ReadTicket, conversation_of, read_ticket
from supportdesk.services.conversation.recipients import check_recipients
from supportdesk.services.conversation.replying import send_reply
from supportdesk.services.journal_entries import write_entry
from supportdesk.services.tickets import changes as ticket_changes
from supportdesk.services.tickets.notes import add_note, record_mentions
from supportdesk.services.tickets.service import Tickets
from supportdesk.storage.conversation import mentions, messages
from supportdesk.storage.conversation.mentions import Mention

if TYPE_CHECKING:
    from supportdesk.storage.mail.replies import FailedReply


class Unseen(Conflict):
    """A reply was not sent: others added `messages` that its author has not seen, oldest first."""

    def __init__(self, message: str, messages: Sequence[Message]) -> None:
        super().__init__(message)
        self.messages = tuple(messages)


@dataclass(frozen=True, slots=True)
class Replied:
    """A reply that was saved, and its ticket as it is now."""

    message: Message
    ticket: Ticket


class Conversation:
    """Use cases on what is said in tickets."""

    def __init__(self, context: Context, tickets: Tickets) -> None:
        self._context = context
        self._database = context.database
        self._tickets = tickets

    def messages(self, reference: str) -> list[Message]:
        """Return the messages of a ticket, oldest first; the first is its description."""
        return conversation_of(self._context, self._tickets.get(reference))

    def read(self, reference: str, newest: int | None = None) -> ReadTicket:
        """Return a ticket with all that belongs to it, or with so many of its `newest` messages and changes."""
        with self._database.reading():
            return read_ticket(self._context, self._tickets.get(reference), newest)

    def reply(
        self,
        reference: str,
        new: NewReply,
        *,
        status: Status | None = None,
        to_all: bool = False,
        take: bool = True,
        seen: str | None = None,
        source: Source = Source.COMMAND,
    ) -> Replied:
        """Answer a ticket by mail, whatever the requester's preferences, and set its status.

        An answer to a merged ticket belongs to the one that continues it. Who answers a ticket that nobody owns owns
        it, unless not to `take` it.
        Without recipients it goes to the requester; `to_all` adds everybody who takes part. `seen` is the id of the
        last message that its author has read: raises `Unseen` when somebody has added one since.
        """
        files = store_new(self._context, new.files)
        with self._database.writing():
            ticket = self._tickets.get_continuing(reference)
            ticket_changes.check_not_deleted(ticket)
            said = conversation_of(self._context, ticket)
            self._check_seen(ticket, said, seen)
            to = new.to or (ticket.contact_email,)
            cc = new.cc or (recipients.others_of(ticket, said, to) if to_all else ())
            check_recipients(ticket, (*to, *cc))
            message, change = send_reply(self._context, ticket, new.text, to=to, cc=cc, source=source, files=files)
            owner = self._context.actor if take and not ticket.owner else None
            effective = TicketChange(status=status, owner=owner).differing_from(ticket)
            if not effective.is_empty:
                # The reply itself tells the requester.
                ticket, _ = ticket_changes.apply(self._context, ticket, effective, entry=change, mailed=False)
        return Replied(message, ticket)

    def note(self, reference: str, text: str, *, source: Source = Source.COMMAND) -> Message:
        """Add an internal note, which agents alone can read."""
        with self._database.writing():
            ticket = self._tickets.get_continuing(reference)
            message, _ = add_note(self._context, ticket, required_body("text", text), source=source)
        return message

    def mentions(self) -> list[Mention]:
        """Return the notes that mention the actor, who has not seen their tickets since, newest first."""
        return mentions.unseen(self._database, self._context.actor)

    def failed_replies(self) -> list[FailedReply]:
        """Return the replies that the actor wrote, or whose ticket the actor owns, and whose failing is unseen."""
        # Lazy import: keeps start-up fast.
        from supportdesk.storage.mail import replies

        return replies.unseen_failures(self._database, self._context.actor)

    def find_message(self, reference: str, message_id: str) -> Message:
        """Return the message of a ticket that an id, or its beginning, names; raises `NotFound`, `InvalidValue`."""
        prefix = parse_id(message_id, "message")
        found = [each for each in self.messages(reference) if each.id.startswith(prefix)]
        if len(found) > 1:
            raise AmbiguousReference(f"message: {message_id} names several messages; type more of it", field="message")
        if not found:
            raise NotFound(f"ticket {reference} has no message {quoted(message_id)}", field="message")
        return found[0]

    def correct_note(self, message_id: str, text: str) -> Message:
        """Replace the text of a note of one's own, ten minutes after it was written at most; history keeps both.

        Raises `NotFound` and `NotAllowed`.
        """
        with self._database.writing():
            note, ticket = self._own_note(message_id)
            messages.edit(self._database, note.id, clean := required_body("text", text), self._context.now())
            corrected = replace(note, text=clean, trimmed_at=len(clean), edited_at=self._context.now())
            record_mentions(self._context, corrected)
            write_entry(
                self._context,
                EntryKind.TICKET_NOTE_CORRECTED,
                ticket,
                before={"message": note.id, "text": note.text},
                after={"message": note.id, "text": clean},
            )
        return corrected

    def remove_note(self, message_id: str) -> Message:
        """Remove a note of one's own, ten minutes after it was written at most; history keeps what it said."""
        with self._database.writing():
            note, ticket = self._own_note(message_id)
            messages.remove(self._database, note.id, self._context.now())
            record_mentions(self._context, note, removed=True)
            write_entry(
                self._context, EntryKind.TICKET_NOTE_REMOVED, ticket, before={"message": note.id, "text": note.text}
            )
        return note

    def _own_note(self, message_id: str) -> tuple[Message, Ticket]:
        note = messages.get(self._database, message_id)
        if note is None or note.kind is not MessageKind.NOTE:
            raise NotFound(f"there is no note {quoted(message_id)}")
        if note.author != self._context.actor:
            raise NotAllowed(f"the note is {note.author}'s; only its author can change it")
        if self._context.now() - note.created_at > NOTE_EDITABLE:
            raise NotAllowed("a note can be changed for 10 minutes; add another one")
        return note, self._tickets.get(note.ticket_id)

    def _check_seen(self, ticket: Ticket, said: Sequence[Message], seen: str | None) -> None:
        if seen is None:
            return
        ids = [message.id for message in said]
        unread = said[ids.index(seen) + 1 :] if seen in ids else said[1:]
        others = [message for message in unread if message.author != self._context.actor]
        if others:
            count = f" ({len(others)} messages)" if len(others) > 1 else ""
            people = list(dict.fromkeys(message.author for message in others))
            have = f"{', '.join(people)} {'has' if len(people) == 1 else 'have'}"
            raise Unseen(
                f"{have} added to #{ticket.number} what you have not seen{count}; the reply was not sent", others
            )
