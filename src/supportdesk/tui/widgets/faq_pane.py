"""The open FAQ: its answer, its revisions, the wordings it has learned."""

from __future__ import annotations

from enum import StrEnum

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical

from supportdesk.domain.faq import Faq, Revision, Wording
from supportdesk.services.desk import Desk
from supportdesk.tui import style
from supportdesk.tui.faq_text import answer_text, revisions_text, wordings_text
from supportdesk.tui.widgets.bars import Bar
from supportdesk.tui.widgets.text_view import TextView


class View(StrEnum):
    """What the pane shows of its FAQ."""

    ANSWER = "Answer"
    REVISIONS = "Revisions"
    WORDINGS = "Wordings"


class FaqPane(Vertical):
    """One FAQ under three tabs."""

    DEFAULT_CSS = "FaqPane { display: none; } FaqPane.-open { display: block; }"

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.faq: Faq | None = None
        self.view = View.ANSWER
        self.revisions: list[Revision] = []
        self.wordings: list[Wording] = []

    def compose(self) -> ComposeResult:
        """Tabs above a text."""
        yield Bar(id="faq-tabs")
        yield TextView(id="faq-text")

    @property
    def is_open(self) -> bool:
        """Whether it is on screen."""
        return self.has_class("-open")

    @property
    def text(self) -> TextView:
        """The text."""
        return self.query_one(TextView)

    async def show(self, faq: Faq, view: View | None = None, *, from_top: bool = True) -> None:
        """Opens an FAQ, on another view when one is given."""
        reference = str(faq.number)
        self.faq = faq
        self.revisions = await self.desk.run(self.desk.faqs.revisions, reference)
        self.wordings = await self.desk.run(self.desk.faqs.wordings, reference)
        self.view = view or self.view
        self.add_class("-open")
        self._draw(from_top=from_top)

    def turn(self) -> None:
        """To the next view."""
        views = list(View)
        self.view = views[(views.index(self.view) + 1) % len(views)]
        self._draw(from_top=True)

    def shut(self) -> None:
        """Closes the pane."""
        self.remove_class("-open")
        self.view = View.ANSWER

    def _draw(self, *, from_top: bool) -> None:
        faq = self.faq
        if faq is None:
            return
        names = {
            View.ANSWER: f"FAQ #{faq.number}",
            View.REVISIONS: f"Revisions ({len(self.revisions)})",
            View.WORDINGS: f"Wordings ({len(self.wordings)})",
        }
        tabs = Text()
        for view, name in names.items():
            tabs.append_text(Text(f" {name} ", style.TITLE if view is self.view else style.BAR))
        self.query_one("#faq-tabs", Bar).show(tabs, style.BAR)
        match self.view:
            case View.ANSWER:
                text = answer_text(faq)
            case View.REVISIONS:
                text = revisions_text(self.revisions, self.desk.now())
            case View.WORDINGS:
                text = wordings_text(self.wordings)
        self.text.show(text, from_top=from_top)
