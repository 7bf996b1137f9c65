"""The tickets screen: the list and the open ticket, and what is done to them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from supportdesk.domain.errors import InvalidValue, quoted
from supportdesk.tui.tickets.files import TicketFiles
from supportdesk.tui.tickets.pane import TicketView
from supportdesk.tui.tickets.viewing import TicketViews

if TYPE_CHECKING:
    from supportdesk.domain.faq import Suggestion
    from supportdesk.domain.ticket import TicketSummary

DIGITS = 4
"""Of a place in the list of answers."""


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
        await self.ask(
            f"FAQ ({'enter: 1 · ' if answers else ''}esc: cancel):",
            partial(self._answer_with, ticket, answers),
            blank=bool(answers),
            explanation=f"Answer #{ticket.number} with which? ({choices}#20 for FAQ 20); you edit it before it leaves",
            enter="edit it",
        )

    async def _answer_with(self, ticket: TicketSummary, answers: Sequence[Suggestion], typed: str) -> None:
        """Open the form with one of the answers by its place, or with any FAQ by its number behind a #."""
        reference = typed.strip() or "1"
        if reference.isdecimal() and len(reference) <= DIGITS and 0 < int(reference) <= len(answers):
            reference = f"#{answers[int(reference) - 1].faq.number}"
        if not reference.startswith("#"):
            listed = f"a number up to {len(answers)}, or " if answers else ""
            raise InvalidValue(f"{quoted(reference)} is no FAQ of the list; type {listed}#20 for FAQ 20")
        # Lazy import: keeps start-up fast.
        from supportdesk.tui.tickets.answer_form import AnswerForm

        desk = self.desk_app.desk
        faq = await desk.run(desk.faqs.get, reference)
        if await self.run_form(AnswerForm(ticket, faq)):
            self.status.done(f"#{ticket.number} answered with FAQ #{faq.number} and resolved · u to undo")
