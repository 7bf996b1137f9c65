"""The open FAQ: its answer, its revisions, the wordings it has learned."""

from __future__ import annotations

from enum import StrEnum

from supportdesk.domain.faq import Faq, Revision, Wording
from supportdesk.services.desk import Desk
from supportdesk.tui.faqs.text import answer_text, revisions_text, wordings_text
from supportdesk.tui.widgets.pane import Pane


class FaqView(StrEnum):
    """What the pane shows of its FAQ."""

    ANSWER = "answer"
    REVISIONS = "revisions"
    WORDINGS = "wordings"


class FaqPane(Pane):
    """One FAQ under three tabs."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.faq: Faq | None = None
        self.view = FaqView.ANSWER
        self.revisions: list[Revision] = []
        self.wordings: list[Wording] = []

    @property
    def number(self) -> int | None:
        """Return the number of the open FAQ."""
        return self.faq.number if self.is_open and self.faq else None

    async def show(self, faq: Faq, view: FaqView | None = None, *, from_top: bool = True) -> None:
        """Open an FAQ, on another view when one is given."""
        reference = str(faq.number)
        self.faq = faq
        self.revisions = await self.desk.run(self.desk.faqs.revisions, reference)
        self.wordings = await self.desk.run(self.desk.faqs.wordings, reference)
        self.view = view or self.view
        await self.open()
        self._draw(from_top=from_top)

    def turn(self) -> None:
        """Show the next view."""
        views = list(FaqView)
        self.view = views[(views.index(self.view) + 1) % len(views)]
        self._draw(from_top=True)

    def shut(self) -> None:
        """Close; the next FAQ opens with its answer."""
        super().shut()
        self.view = FaqView.ANSWER

    def _draw(self, *, from_top: bool) -> None:
        faq = self.faq
        if faq is None:
            return
        names = {
            FaqView.ANSWER: f"FAQ #{faq.number}",
            FaqView.REVISIONS: f"Revisions ({len(self.revisions)})",
            FaqView.WORDINGS: f"Wordings ({len(self.wordings)})",
        }
        self.show_tabs(names, self.view)
        match self.view:
            case FaqView.ANSWER:
                text = answer_text(faq)
            case FaqView.REVISIONS:
                text = revisions_text(self.revisions, self.desk.now())
            case FaqView.WORDINGS:
                text = wordings_text(self.wordings)
        self.text.show(text, from_top=from_top)
