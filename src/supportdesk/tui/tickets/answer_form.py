"""The form in which an FAQ's answer is read and edited before it leaves for the requester."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult

from supportdesk.domain.errors import AnsweredAlready
from supportdesk.domain.faq import Faq
from supportdesk.domain.text import required_body
from supportdesk.domain.ticket import TicketSummary
from supportdesk.tui.screens.form import Form
from supportdesk.tui.screens.form_fields import Check
from supportdesk.tui.widgets.fields import BodyField


class AnswerForm(Form[bool]):
    """The answer to one ticket; saving mails it and resolves the ticket."""

    CHECKS: ClassVar[Mapping[str, Check]] = {"answer": lambda text: required_body("answer", text)}

    def __init__(self, ticket: TicketSummary, faq: Faq) -> None:
        heading = f"Answer #{ticket.number} with FAQ #{faq.number}"
        names = {"answer": f"Mailed to {ticket.contact_email}"}
        super().__init__(heading, f"answer-{ticket.number}-{faq.number}", names=names, save="send and resolve")
        self._ticket = ticket
        self._faq = faq
        self._again = False

    def compose_fields(self) -> ComposeResult:
        """Yield the text."""
        yield BodyField(id="answer")

    def initial(self) -> Mapping[str, str]:
        """Return the FAQ's answer."""
        return {"answer": self._faq.answer}

    async def save(self, values: Mapping[str, str]) -> bool:
        """Mail the answer; one that this ticket has had before needs a second save."""
        desk, text = self.desk_app.desk, values["answer"]
        changed = text if text != self._faq.answer else None
        ticket, faq = f"#{self._ticket.number}", f"#{self._faq.number}"
        try:
            await desk.run(desk.faqs.answer_ticket, ticket, faq, again=self._again, text=changed)
        except AnsweredAlready as known:
            self._again = True
            raise AnsweredAlready(f"{known.message}; save again to mail it again") from None
        return True
