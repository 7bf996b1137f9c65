"""The mail log: every message with its outcome, and the full text of one."""

from __future__ import annotations

from collections.abc import Mapping

from rich.text import Text
from textual import on
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget

from supportdesk.domain.mail.notification import DeliveryStatus, Notification
from supportdesk.services.desk import Desk
from supportdesk.tui import style
from supportdesk.tui.commands import CommandContext
from supportdesk.tui.mail.list import MailList, MailSource, search_results
from supportdesk.tui.mail.text import mail_text
from supportdesk.tui.widgets.bars import Heading
from supportdesk.tui.widgets.page_list import PageList
from supportdesk.tui.widgets.prompt import Prompt
from supportdesk.tui.widgets.row_window import Source
from supportdesk.tui.widgets.text_view import TextView

UNSETTLED = {
    DeliveryStatus.PENDING: "waiting",
    DeliveryStatus.FAILED: "failed",
    DeliveryStatus.UNKNOWN: "unknown",
    DeliveryStatus.HELD: "held",
}
"""What the heading counts, and its word for it."""


class MailLog(Vertical):
    """A pane with the list of messages and the text of the one under the cursor."""

    DEFAULT_CSS = """
    MailLog { display: none; }
    MailLog.-open { display: block; }
    """

    class Toggled(Message):
        """The log was opened or closed."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.list = MailList(desk, id="mail-list")
        self.text = TextView(id="mail-text")
        # Why nothing is sent for now; empty when mail is delivered.
        self.trouble = ""
        self._heading = Heading(id="mail-heading")
        self._status: DeliveryStatus | None = None
        self._search = ""
        self._counts: Mapping[DeliveryStatus, int] = {}
        self._read: Notification | None = None
        self._turn = 0

    @property
    def is_open(self) -> bool:
        """Return whether it is on screen."""
        return self.has_class("-open")

    @property
    def stops(self) -> list[Widget]:
        """Return where the focus can go: what is on screen of list and text."""
        return [part for part in (self.list, self.text) if self.is_open and part.display]

    def command_context(self) -> CommandContext:
        """Return the message that commands act on."""
        return CommandContext(rows=self.list.total.rows, message=self.list.row)

    async def open(self) -> None:
        """Show the newest messages."""
        if not self.children:
            # Mounted on first use: keeps start-up fast.
            await self.mount(self._heading, Horizontal(self.list, self.text))
        self.add_class("-open")
        self.post_message(self.Toggled())
        await self._show(None, "")

    def shut(self) -> None:
        """Close the log."""
        self.remove_class("-open", "-reading")
        self.post_message(self.Toggled())

    def read(self) -> None:
        """Focus the text of the message; where there is no room for both, the list is hidden."""
        if self.list.row is not None:
            self.add_class("-reading")
            self.text.focus()

    async def step_back(self) -> bool:
        """Go from the text to the list, or from a search to all; return whether there was a step to take."""
        if self.text.has_focus:
            self.remove_class("-reading")
            self.list.focus()
            return True
        if self._status is None and not self._search:
            return False
        await self._show(None, "")
        return True

    # What is listed

    @property
    def searched(self) -> str:
        """Return the words that the listed messages were searched for."""
        return self._search

    async def search(self, text: str) -> None:
        """List the messages with some words, in the state that was chosen."""
        await self._show(self._status, text.strip())

    async def choose_state(self, prompt: Prompt) -> None:
        """Ask for a state, and list it or all; raise `InvalidValue` for a letter that none begins with."""
        some = {status: count for status in DeliveryStatus if (count := self._counts.get(status, 0))}
        await prompt.narrow("state", DeliveryStatus, some, lambda status: self._show(status, self._search))

    async def _show(self, status: DeliveryStatus | None, search: str) -> None:
        """List the messages in a state or with some words, from the newest."""
        self._turn += 1
        turn = self._turn
        source = await self._source(status, search)
        if turn == self._turn:
            self._status, self._search = status, search
            await self.list.show_end(source)
            await self._describe()

    async def _source(self, status: DeliveryStatus | None, search: str) -> Source[Notification]:
        return await search_results(self.desk, status, search) if search else MailSource(self.desk, status)

    async def refresh_messages(self) -> None:
        """Reload what is shown: new messages come in below, states change in place."""
        row = self.list.row
        if row is None:
            await self._show(self._status, self._search)
            return
        source = await self._source(self._status, self._search)
        await self.list.catch_up(source, await self.desk.run(self.desk.mail.get, row.id))
        await self._describe()

    # Heading and text

    def say(self, trouble: str) -> None:
        """Show why nothing is sent for now; empty text for nothing."""
        if trouble != self.trouble:
            self.trouble = trouble
            if self.is_open:
                self._head()

    async def _describe(self) -> None:
        self._counts = await self.desk.run(self.desk.mail.counts)
        self._head()

    def _head(self) -> None:
        total = self.list.total
        parts = []
        if self._status is not None:
            parts.append(f"only {self._status}")
        if self._search:
            parts.append(f"search {self._search}")
        filtered = bool(parts)
        parts.append(f"{total} found" if filtered else f"{total} messages")
        for status, word in UNSETTLED.items():
            if count := self._counts.get(status):
                parts.append(f"{style.DELIVERY_SIGN[status]} {count:,} {word}")
        if not total.rows:
            parts.append("esc shows all" if filtered else "nothing has been sent yet")
        if self.trouble:
            parts.append(f"✗ {self.trouble}")
        self._heading.names(f" Mail log · {' · '.join(parts)}")

    @on(PageList.CursorMoved, "#mail-list")
    def _show_text(self) -> None:
        message = self.list.row
        if message is None:
            self.text.show([Text("")])
        elif message != self._read:
            # Lines that are already on screen are not sent again.
            same = self._read is not None and self._read.seq == message.seq
            self.text.show(mail_text(message, self.desk.now()), from_top=not same)
        self._read = message
