"""The open ticket: its text, its status changes, its mail, the FAQs that match it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum, StrEnum, auto
from typing import TYPE_CHECKING

from supportdesk.domain.mail.notification import DeliveryStatus, Notification
from supportdesk.domain.ticket import StatusChange, Ticket
from supportdesk.services.desk import Desk
from supportdesk.tui.mail.text import MOCK_NOTICE, mails_text
from supportdesk.tui.news import SAID
from supportdesk.tui.tickets.list import present_names
from supportdesk.tui.tickets.text import answers_text, changes_text, ticket_text
from supportdesk.tui.widgets.pane import Pane
from supportdesk.tui.widgets.text_view import Paragraph

if TYPE_CHECKING:
    from supportdesk.domain.conversation.message import Message
    from supportdesk.domain.faq import Suggestion
    from supportdesk.domain.journal import Entry
    from supportdesk.services.presence import Present
    from supportdesk.tui.conversation.timeline import Timeline

MAILS_SHOWN = 50


class TicketView(StrEnum):
    """What the pane shows of its ticket."""

    TICKET = "ticket"
    CHANGES = "changes"
    MAIL = "mail"
    FAQS = "faqs"


class Sight(Enum):
    """Which part of the text comes into sight: the newest message or else the top, the end, or what was in sight."""

    NEWEST_MESSAGE = auto()
    END = auto()
    KEPT = auto()


class TicketPane(Pane):
    """One ticket under four tabs."""

    def __init__(self, desk: Desk, unfold_key: str) -> None:
        """`unfold_key` is what shows quoted parts."""
        super().__init__()
        self._unfold_key = unfold_key
        self.desk = desk
        self.ticket: Ticket | None = None
        self.view = TicketView.TICKET
        self._changes: list[StatusChange] = []
        self._mail: list[Notification] = []
        self._timeline: Timeline | None = None
        # Whether quoted parts and what was said long ago are shown too.
        self._unfolded = False
        self.answers: Sequence[Suggestion] = ()
        self._present: Mapping[int, Sequence[Present]] = {}

    @property
    def number(self) -> int | None:
        """Return the number of the open ticket."""
        return self.ticket.number if self.is_open and self.ticket else None

    async def show(self, number: int, view: TicketView | None = None) -> None:
        """Open a ticket, on another view when one is given; the newest message is in sight."""
        await self._load(number, view)
        await self.open()
        self._draw(Sight.NEWEST_MESSAGE)

    async def _load(self, number: int, view: TicketView | None = None) -> None:
        if number != self.number:
            self._unfolded = False
        read = await self.desk.run(self._read, str(number))
        self.ticket, self._changes, self._mail, said, entries = read
        # Lazy import: keeps start-up fast.
        from supportdesk.tui.conversation.timeline import Timeline

        self._timeline = Timeline(said, entries, self._mail, self._unfold_key)
        self.view = view or self.view
        if self.view is TicketView.FAQS:
            text = f"{self.ticket.title}\n{self.ticket.description}"
            self.answers = await self.desk.run(self.desk.faqs.suggest, text)

    def _read(
        self, number: str
    ) -> tuple[Ticket, list[StatusChange], list[Notification], Sequence[Message], Sequence[Entry]]:
        """Return a ticket with its changes, mail, messages and journal, in one go on the desk's thread."""
        ticket = self.desk.tickets.get(number)
        mail = self._read_mail(ticket)
        said = self.desk.conversation.messages(number)
        return ticket, self.desk.tickets.history(number), mail, said, self.desk.journal.of_ticket(ticket)

    async def refresh_ticket(self, done_here: Sequence[Entry] = ()) -> None:
        """Read its ticket again; the eye stays where it is, or goes to what this session has just written.

        Of other changes the list and the status line tell, and mostly the head, which stays in sight.
        """
        if self.is_open and self.ticket is not None:
            await self._load(self.ticket.number)
            said = any(entry.kind in SAID for entry in done_here)
            noted = any(entry.notes and not entry.undoes for entry in done_here)
            self._draw(Sight.NEWEST_MESSAGE if said else Sight.END if noted else Sight.KEPT)

    async def refresh_mail(self) -> None:
        """Show what has become of its mail, where that is news; the eye stays where it is."""
        ticket = self.ticket
        if self.is_open and ticket is not None and await self.desk.run(self._read_mail, ticket) != self._mail:
            await self.refresh_ticket()

    def _read_mail(self, ticket: Ticket) -> list[Notification]:
        return self.desk.mail.page(limit=MAILS_SHOWN, ticket_id=ticket.id)

    def show_presence(self, present: Mapping[int, Sequence[Present]]) -> None:
        """Show who else has the ticket open, above its text, where it moves nothing."""
        self._present = present
        if self.is_open:
            self._show_tabs()

    def unfold(self) -> bool:
        """Show quoted parts and earlier messages, or fold them again; return whether they are shown now."""
        self._unfolded = not self._unfolded
        self._draw(Sight.KEPT)
        return self._unfolded

    def turn(self) -> None:
        """Switch between status changes and notifications."""
        self.view = TicketView.MAIL if self.view is TicketView.CHANGES else TicketView.CHANGES
        self._draw(Sight.NEWEST_MESSAGE)

    def shut(self) -> None:
        """Close; the next ticket opens with its text."""
        super().shut()
        self.view = TicketView.TICKET

    def _mail_note(self) -> str:
        return MOCK_NOTICE if self.desk.mail_settings.provider == "mock" and self._mail else ""

    def _draw(self, sight: Sight) -> None:
        ticket = self.ticket
        if ticket is None or self._timeline is None:
            return
        failed = self._show_tabs()
        now = self.desk.now()
        text: Sequence[Paragraph]
        newest: int | None = None
        match self.view:
            case TicketView.TICKET:
                name = self._timeline.messages[0].author_name if self._timeline.messages else ""
                others = ticket.participants
                head = ticket_text(ticket, now, name=name, failed=failed, mail=self._mail_note(), others=others)
                said, newest = self._timeline.paragraphs(now, unfolded=self._unfolded)
                text = [*head, *said]
                newest = None if newest is None else newest + len(head)
            case TicketView.CHANGES:
                text = changes_text(self._changes, now)
            case TicketView.MAIL:
                text = mails_text(self._mail, now)
            case TicketView.FAQS:
                text = answers_text(self.answers)
        at = len(text) - 1 if sight is Sight.END else newest
        self.text.show(text, from_top=sight is not Sight.KEPT, at=at)

    def _show_tabs(self) -> int:
        """Name the views; return how many mails of the ticket failed."""
        ticket = self.ticket
        failed = sum(message.status is DeliveryStatus.FAILED for message in self._mail)
        if ticket is None:
            return failed
        names = {
            TicketView.TICKET: f"#{ticket.number}",
            TicketView.CHANGES: f"Status changes ({len(self._changes)})",
            TicketView.MAIL: f"Notifications ({len(self._mail)}{f', {failed} failed' if failed else ''})",
            TicketView.FAQS: "FAQs",
        }
        others = self._present.get(ticket.number, ())
        self.show_tabs(names, self.view, first=_said_of(others))
        return failed


def _said_of(others: Sequence[Present]) -> str:
    names = present_names(others)
    if len(others) == 1:
        return f"{names} {'writes' if others[0].writing else 'has it open'}"
    return f"also here: {names}" if names else ""
