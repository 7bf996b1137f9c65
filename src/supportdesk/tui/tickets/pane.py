"""The open ticket: its text, its status changes, its mail, the FAQs that match it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum, StrEnum, auto
from typing import TYPE_CHECKING

from supportdesk.domain.mail.notification import DeliveryStatus
from supportdesk.domain.ticket import Ticket
from supportdesk.services.desk import Desk
from supportdesk.tui.mail.text import MOCK_NOTICE, mails_text
from supportdesk.tui.news import SAID
from supportdesk.tui.tickets.list import present_names
from supportdesk.tui.tickets.text import answers_text, changes_text, ticket_text
from supportdesk.tui.widgets.pane import Pane
from supportdesk.tui.widgets.text_view import Paragraph

if TYPE_CHECKING:
    from datetime import datetime

    from supportdesk.domain.faq import Suggestion
    from supportdesk.domain.journal import Entry
    from supportdesk.services.conversation.reading import ReadTicket
    from supportdesk.services.presence import Present


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
        self._read: ReadTicket | None = None
        self.view = TicketView.TICKET
        # Whether quoted parts and what was said long ago are shown too.
        self._unfolded = False
        self.answers: Sequence[Suggestion] = ()
        self._present: Mapping[int, Sequence[Present]] = {}

    @property
    def ticket(self) -> Ticket | None:
        """Return the ticket that was opened last."""
        return self._read.ticket if self._read else None

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
        # Lazy import: keeps start-up fast.
        from supportdesk.tui.conversation.timeline import ITEMS_SHOWN

        newest = None if self._unfolded else ITEMS_SHOWN
        self._read = read = await self.desk.run(self.desk.conversation.read, str(number), newest)
        self.view = view or self.view
        if self.view is TicketView.FAQS:
            text = f"{read.ticket.title}\n{read.ticket.description}"
            self.answers = await self.desk.run(self.desk.faqs.suggest, text)

    async def refresh_ticket(self, done_here: Sequence[Entry] = ()) -> None:
        """Read its ticket again; the eye stays where it is, or goes to what this session has just written.

        Of other changes the list and the status line tell, and mostly the head, which stays in sight.
        """
        if self.number is not None:
            await self._load(self.number)
            said = any(entry.kind in SAID for entry in done_here)
            noted = any(entry.notes and not entry.undoes for entry in done_here)
            self._draw(Sight.NEWEST_MESSAGE if said else Sight.END if noted else Sight.KEPT)

    async def refresh_mail(self) -> None:
        """Show what has become of its mail, where that is news; the eye stays where it is."""
        read = self._read
        if self.is_open and read is not None:
            # Lazy import: keeps start-up fast.
            from supportdesk.services.conversation.reading import MAILS_READ

            mails = await self.desk.run(self.desk.mail.page, limit=MAILS_READ, ticket_id=read.ticket.id)
            if mails != read.mails:
                await self.refresh_ticket()

    def show_presence(self, present: Mapping[int, Sequence[Present]]) -> None:
        """Show who else has the ticket open, above its text, where it moves nothing."""
        self._present = present
        if self.is_open:
            self._show_tabs()

    async def unfold(self) -> bool:
        """Show quoted parts and earlier messages, or fold them again; return whether they are shown now."""
        self._unfolded = not self._unfolded
        await self.refresh_ticket()
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
        return MOCK_NOTICE if self.desk.mail_settings.provider == "mock" and self._read and self._read.mails else ""

    def _draw(self, sight: Sight) -> None:
        read = self._read
        if read is None:
            return
        failed = self._show_tabs()
        now = self.desk.now()
        text: Sequence[Paragraph]
        newest: int | None = None
        match self.view:
            case TicketView.TICKET:
                text, newest = self._ticket_text(read, now, failed)
            case TicketView.CHANGES:
                text = changes_text(read.changes, now)
            case TicketView.MAIL:
                text = mails_text(read.mails, now)
            case TicketView.FAQS:
                text = answers_text(self.answers)
        at = len(text) - 1 if sight is Sight.END else newest
        self.text.show(text, from_top=sight is not Sight.KEPT, at=at)

    def _ticket_text(self, read: ReadTicket, now: datetime, failed: int) -> tuple[Sequence[Paragraph], int | None]:
        """Return the ticket and its timeline, and where the newest message begins, if there is one."""
        # Lazy import: keeps start-up fast.
        from supportdesk.tui.conversation.timeline import Timeline

        others = read.ticket.participants
        name = read.messages[0].author_name
        head = ticket_text(read.ticket, now, name=name, failed=failed, mail=self._mail_note(), others=others)
        timeline = Timeline(read.messages, read.entries, read.mails, self._unfold_key, read.earlier)
        said, newest = timeline.paragraphs(now, unfolded=self._unfolded)
        return [*head, *said], None if newest is None else newest + len(head)

    def _show_tabs(self) -> int:
        """Name the views; return how many mails of the ticket failed."""
        read = self._read
        if read is None:
            return 0
        failed = sum(mail.status is DeliveryStatus.FAILED for mail in read.mails)
        names = {
            TicketView.TICKET: f"#{read.ticket.number}",
            TicketView.CHANGES: f"Status changes ({len(read.changes)})",
            TicketView.MAIL: f"Notifications ({len(read.mails)}{f', {failed} failed' if failed else ''})",
            TicketView.FAQS: "FAQs",
        }
        others = self._present.get(read.ticket.number, ())
        self.show_tabs(names, self.view, first=_said_of(others))
        return failed


def _said_of(others: Sequence[Present]) -> str:
    names = present_names(others)
    if len(others) == 1:
        return f"{names} {'writes' if others[0].writing else 'has it open'}"
    return f"also here: {names}" if names else ""
