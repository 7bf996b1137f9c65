"""The tickets screen: create, answer, edit, delete, copy."""

from __future__ import annotations

from supportdesk.tui.tickets.files import TicketFiles
from supportdesk.tui.tickets.pane import TicketView


class TicketsScreen(TicketFiles):
    """Triage by keyboard."""

    async def do_create(self, count: int | None) -> None:
        """Open the form."""
        from supportdesk.domain.experiments.experiment import Surface
        from supportdesk.tui.tickets.form import TicketForm
        from supportdesk.tui.variants.exposure import exposed

        desk = self.desk_app.desk
        exposure = await exposed(desk, Surface.TICKET_FORM)
        number = await self.run_form(TicketForm(exposure))
        if number is None:
            return
        ticket = (await desk.run(desk.tickets.summaries, [number]))[0]
        hits = await desk.run(desk.tickets.matching, self.query_shown, [number])
        if hits and not self.query_shown.has_words:
            await self.queue.reload_at(self.queue.source, ticket)
        self.status.done(f"#{number} created · mail to {ticket.contact_email} goes out · enter opens it")

    async def do_answer(self, count: int | None) -> None:
        """Answer the ticket with one of the FAQs that match: mail, resolved, and its wording is learned."""
        ticket = self.current()
        if ticket is None:
            return
        await self.open_ticket(ticket.number, TicketView.FAQS)
        answers = self.pane.answers
        choices = f"{'1' if len(answers) == 1 else f'1 to {len(answers)}'}, or " if answers else ""
        typed = await self.prompt.ask(
            f"FAQ ({'enter: 1 · ' if answers else ''}esc: cancel):",
            explanation=f"Answer #{ticket.number} with which? ({choices}#20 for FAQ 20); you edit it before it leaves",
            enter="edit it",
        )
        reference = "1" if typed is not None and not typed.strip() and answers else (typed or "").strip()
        if reference.isdecimal() and 0 < int(reference) <= len(answers):
            reference = f"#{answers[int(reference) - 1].faq.number}"
        if not reference.startswith("#"):
            self.status.note("nothing changed")
            return
        # Lazy import: keeps start-up fast.
        from supportdesk.tui.tickets.answer_form import AnswerForm

        desk = self.desk_app.desk
        faq = await desk.run(desk.faqs.get, reference)
        if await self.run_form(AnswerForm(ticket, faq)):
            self.status.done(f"#{ticket.number} answered with FAQ #{faq.number} and resolved · u to undo")

    async def do_edit(self, count: int | None) -> None:
        """Open the form with what the ticket says now."""
        from supportdesk.tui.tickets.edit_form import TicketEditForm

        ticket, desk = self.current(), self.desk_app.desk
        if ticket is None:
            return
        changed = await self.run_form(TicketEditForm(await desk.run(desk.tickets.get, str(ticket.number))))
        if changed:
            self.status.done(f"#{ticket.number} saved · u to undo")
        elif changed is not None:
            self.status.note(f"nothing to change: #{ticket.number} already says this")

    async def do_delete(self, count: int | None) -> None:
        """Delete the ticket, or the marked ones."""
        targets = self.targets()
        if not await self.agree_to_group("delete", targets):
            return
        seen = {number: version for number, version in targets.items() if version is not None}
        await self.change(self.desk_app.desk.tickets.delete, [str(number) for number in targets], seen=seen)
        await self.clear_marks()
        if self.pane.number in targets:
            self.shut_pane()
        self.status.done(f"{self.subject_of(targets)} deleted · u to undo")

    async def do_copy(self, count: int | None) -> None:
        """Ask what to copy to the clipboard of the terminal, and copy it."""
        current, desk = self.current(), self.desk_app.desk
        if current is None:
            return
        ticket = await desk.run(desk.tickets.get, str(current.number))
        texts = {
            "r": ("reference", f"#{ticket.number}"),
            "a": ("address", ticket.contact_email),
            "t": ("title", ticket.title),
            "x": ("text", ticket.description),
        }
        names = " · ".join(f"{key} {name}" for key, (name, _) in texts.items())
        key = await self.prompt.choose(f"Copy of #{ticket.number}: {names} (enter: reference)", enter="reference")
        name, text = texts.get((key or "r").lower(), ("", ""))
        if key is None or not name:
            self.status.note("nothing copied")
            return
        self.app.copy_to_clipboard(text)
        self.status.done(f"copied the {name} of #{ticket.number}")
