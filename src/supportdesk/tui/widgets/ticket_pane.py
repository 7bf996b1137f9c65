"""The open ticket: its text, its status changes, its mail, the FAQs that fit it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from rich.text import Text
from textual.containers import Vertical

from supportdesk.domain.notification import Notification
from supportdesk.domain.ticket import StatusChange, Ticket
from supportdesk.services.desk import Desk
from supportdesk.tui import style
from supportdesk.tui.mail_text import mails_text
from supportdesk.tui.ticket_text import answers_text, changes_text, ticket_text
from supportdesk.tui.widgets.bars import Bar
from supportdesk.tui.widgets.text_view import Paragraph, TextView

if TYPE_CHECKING:
    from supportdesk.domain.faq import Suggestion

MAILS_SHOWN = 50


class View(StrEnum):
    """What the pane shows of its ticket; the value is the name of its tab."""

    TICKET = "Ticket"
    CHANGES = "Status changes"
    MAIL = "Notifications"
    FAQS = "FAQs"


class TicketPane(Vertical):
    """One ticket under four tabs."""

    DEFAULT_CSS = """
    TicketPane { display: none; }
    TicketPane.-open { display: block; }
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.ticket: Ticket | None = None
        self.view = View.TICKET
        self._changes: list[StatusChange] = []
        self._mail: list[Notification] = []
        self.answers: Sequence[Suggestion] = ()
        self.text = TextView()
        self._tabs = Bar(id="tabs")

    @property
    def is_open(self) -> bool:
        """Whether it is on screen."""
        return self.has_class("-open")

    async def show(self, number: int, view: View | None = None, *, from_top: bool = True) -> None:
        """Opens a ticket, on another view when one is given."""
        self.ticket = await self.desk.run(self.desk.tickets.get, str(number))
        self._changes = await self.desk.run(self.desk.tickets.history, str(number))
        self._mail = await self.desk.run(self.desk.mail.page, limit=MAILS_SHOWN, ticket_id=self.ticket.id)
        self.view = view or self.view
        if self.view is View.FAQS:
            text = f"{self.ticket.title}\n{self.ticket.description}"
            self.answers = await self.desk.run(self.desk.faqs.suggest, text)
        if not self.children:
            # Mounted when first wanted: at the start it would cost time that nobody need wait.
            await self.mount(self._tabs, self.text)
        self.add_class("-open")
        self._draw(from_top=from_top)

    async def refresh_ticket(self) -> None:
        """Reads its ticket again; the eye stays where it is."""
        if self.is_open and self.ticket is not None:
            await self.show(self.ticket.number, from_top=False)

    def turn(self) -> None:
        """From status changes to notifications, and back."""
        self.view = View.MAIL if self.view is View.CHANGES else View.CHANGES
        self._draw(from_top=True)

    def shut(self) -> None:
        """Closes the pane."""
        self.remove_class("-open")
        self.view = View.TICKET

    def _draw(self, *, from_top: bool) -> None:
        ticket = self.ticket
        if ticket is None:
            return
        names = {
            View.TICKET: f"#{ticket.number}",
            View.CHANGES: f"Status changes ({len(self._changes)})",
            View.MAIL: f"Notifications ({len(self._mail)})",
            View.FAQS: "FAQs",
        }
        tabs = Text()
        for view, name in names.items():
            tabs.append_text(Text(f" {name} ", style.TITLE if view is self.view else style.BAR))
        self._tabs.show(tabs, style.BAR)
        now = self.desk.now()
        text: Sequence[Paragraph]
        match self.view:
            case View.TICKET:
                text = ticket_text(ticket, now)
            case View.CHANGES:
                text = changes_text(self._changes, now)
            case View.MAIL:
                text = mails_text(self._mail, now)
            case View.FAQS:
                text = answers_text(self.answers)
        self.text.show(text, from_top=from_top)
