"""Answering tickets on screen: replies and internal notes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from supportdesk.domain.ticket import TicketSummary
from supportdesk.tui.tickets.macros import TicketMacros

if TYPE_CHECKING:
    from supportdesk.domain.conversation.message import Message
    from supportdesk.services.conversation.service import Replied

NEW = "+ new"
"""The choice that writes a new canned reply."""


class TicketAnswering(TicketMacros):
    """The tickets that are on screen, answered."""

    def __init__(self) -> None:
        super().__init__()
        self._last_status = "resolved"
        self._last_canned = ""

    async def do_reply(self, count: int | None) -> None:
        """Reply to the requester."""
        await self._reply(to_all=False)

    async def do_reply_all(self, count: int | None) -> None:
        """Reply to everybody who takes part."""
        await self._reply(to_all=True)

    async def do_note(self, count: int | None) -> None:
        """Add an internal note."""
        ticket = self.current()
        if ticket is None:
            return
        # Lazy import: keeps start-up fast.
        from supportdesk.domain.conversation.mentions import complete_mention

        agents = self.desk_app.desk.agents
        names = [each.name for each in await self.desk_app.desk.run(agents.list)]
        self.writing = ticket.number
        try:
            await self.ask(
                "Note (esc: cancel):",
                partial(self._add_note, ticket.number),
                otherwise="no note added",
                explanation=f"Internal note for #{ticket.number} (agents only, the requester never sees it)",
                complete=lambda line: complete_mention(line, names),
                enter="save",
            )
        finally:
            self.writing = None

    async def _add_note(self, number: int, text: str) -> None:
        # Lazy import: keeps start-up fast.
        from supportdesk.domain.conversation.message import Source

        desk = self.desk_app.desk
        await self.change(desk.conversation.note, str(number), text, source=Source.APP)
        unknown = await desk.run(desk.agents.unknown_mentions, text)
        nobody = f" · no agent is called {' or '.join(unknown)}" if unknown else ""
        self.status.done(f"#{number} internal note added{nobody} · u to undo")

    async def do_note_correct(self, count: int | None) -> None:
        """Edit the agent's last note on the ticket; an empty text removes it."""
        ticket, desk = self.current(), self.desk_app.desk
        if ticket is None:
            return
        said = await desk.run(desk.conversation.messages, str(ticket.number))
        mine = [each for each in said if each.is_internal and each.author == desk.actor]
        if not mine:
            self.refuse(f"you have written no note on #{ticket.number}")
            return
        text = await self._corrected(ticket.number, mine[-1])
        if text is None:
            self.status.note("nothing changed")
        else:
            self.status.done(f"#{ticket.number} internal note {'corrected' if text else 'removed'} · u to undo")

    async def _corrected(self, number: int, note: Message) -> str | None:
        """Correct or remove a note in the prompt, or in a form where it has several lines; return what it says now."""
        if "\n" in note.text:
            # Lazy import: keeps start-up fast.
            from supportdesk.tui.conversation.note_form import NoteForm

            return await self.run_form(NoteForm(number, note))
        conversation = self.desk_app.desk.conversation

        async def correct(text: str) -> None:
            if text.strip():
                await self.change(conversation.correct_note, note.id, text)
            else:
                await self.change(conversation.remove_note, note.id)

        ask = partial(
            self.prompt.ask,
            "Note (esc: cancel):",
            explanation=f"Your last note on #{number} (agents only); an empty text removes it",
            initial=note.text,
            enter="save",
        )
        text = await self.insist(ask, correct)
        return None if text is None else text.strip()

    async def do_canned(self, count: int | None) -> None:
        """Choose a canned reply to edit, or write a new one; where there is none yet, at once."""
        # Lazy imports: keep start-up fast.
        from supportdesk.tui.conversation.canned_form import CannedForm
        from supportdesk.tui.screens.picker import Picker

        desk = self.desk_app.desk
        replies = {each.name: each for each in await desk.run(desk.canned_replies.list)}
        chosen: tuple[str, str] | None = (NEW, "")
        if replies:
            choices = [*((each.name, each.text) for each in replies.values()), (NEW, "write one")]
            chosen = await self.pick(Picker("Canned replies", choices, enter="edit"))
        if chosen is None:
            self.status.note("nothing changed")
        elif done := await self.run_form(CannedForm(replies.get(chosen[0]))):
            self.status.done(f"{done} · u to undo")

    async def _reply(self, *, to_all: bool) -> None:
        summary = self.current()
        if summary is None:
            return
        # Lazy import: keeps start-up fast.
        from supportdesk.services.conversation.recipients import others_of
        from supportdesk.tui.conversation.reply_form import ReplyForm

        desk = self.desk_app.desk
        ticket = await desk.run(desk.tickets.get, str(summary.number))
        said = await desk.run(desk.conversation.messages, str(summary.number))
        cc = others_of(ticket, said, (ticket.contact_email,)) if to_all else ()
        shared = await desk.run(desk.shared_drafts.find, str(summary.number))
        by = shared.agent if shared is not None and shared.agent != desk.actor else ""
        form = ReplyForm(ticket, said, cc, self._last_status, self._last_canned, by)
        replied = await self.run_form(form)
        self._last_canned = form.last_canned
        if replied is not None:
            self._say_sent(summary, replied)

    def _say_sent(self, before: TicketSummary, replied: Replied) -> None:
        status = ""
        if replied.ticket.status is not before.status:
            self._last_status = replied.ticket.status
            status = f", {replied.ticket.status}"
        hold = self.desk_app.desk.mail_settings.hold
        leaves = f" · leaves in {hold:g} s · u takes it back" if hold else ""
        recipients = ", ".join((*replied.message.to, *replied.message.cc))
        number = replied.ticket.number
        where = f"#{number}" if number == before.number else f"#{before.number} was merged into #{number}:"
        self.status.done(f"{where} reply to {recipients}{status}", passing=leaves, seconds=hold)
