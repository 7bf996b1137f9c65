"""The tickets screen: the list and the open ticket, and what is done to them."""

from __future__ import annotations

from supportdesk.tui.tickets.files import TicketFiles
from supportdesk.tui.tickets.pane import TicketView
from supportdesk.tui.tickets.viewing import TicketViews


class TicketsScreen(TicketViews, TicketFiles):
    """Triage by keyboard."""

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
