"""The mail log: every message the provider got, newest first, with its full text."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from textual import on
from textual.containers import Horizontal, Vertical
from textual.message import Message

from supportdesk.domain import moment
from supportdesk.domain.notification import Notification
from supportdesk.domain.page import Count, RowKey, Seek
from supportdesk.services.desk import Desk
from supportdesk.tui import style
from supportdesk.tui.ticket_text import mail_text
from supportdesk.tui.widgets.bars import Heading
from supportdesk.tui.widgets.page_list import Cells, PageList
from supportdesk.tui.widgets.text_view import TextView

TIME_WIDTH = 17
STATE_WIDTH = 12
TYPE_WIDTH = 15


@dataclass
class MailSource:
    """All messages, newest first."""

    desk: Desk
    descending: bool = True

    async def count(self) -> Count:
        """How many messages there are."""
        return await self.desk.run(self.desk.mail.count)

    async def page(self, seek: Seek, limit: int) -> Sequence[Notification]:
        """Up to `limit` messages, in list order."""
        return await self.desk.run(self.desk.mail.page, seek, limit)

    async def position(self, key: RowKey) -> int:
        """How many messages stand before a key."""
        return await self.desk.run(self.desk.mail.position, key)

    def key(self, row: Notification) -> RowKey:
        """The place of a message."""
        return (row.seq,)

    def identity(self, row: Notification) -> Hashable:
        """A message's place never changes."""
        return row.seq


class MailList(PageList[Notification]):
    """Time, state, recipient, subject of each message."""

    def cells(self, row: Notification, width: int) -> Cells:
        """A message as a line."""
        to = min(30, max(12, width // 4))
        kind = TYPE_WIDTH if width >= 90 else 0
        rest = max(8, width - 1 - TIME_WIDTH - STATE_WIDTH - to - kind)
        state = f"{style.DELIVERY_SIGN[row.status]} {row.status}"
        return [
            (" ", style.PLAIN),
            (style.fit(moment.local(row.sent_at or row.created_at), TIME_WIDTH), style.DIM),
            (style.fit(state, STATE_WIDTH), style.DELIVERY_STYLE[row.status]),
            (style.fit(row.recipient_email, to - 1) + " ", style.PLAIN),
            (style.fit(row.notification_type, kind), style.DIM),
            (style.fit(row.subject, rest), style.PLAIN),
        ]


class MailLog(Vertical):
    """A pane with the list of messages and the text of the one under the cursor."""

    DEFAULT_CSS = "MailLog { display: none; } MailLog.-open { display: block; }"

    class Turned(Message):
        """It was opened or closed."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.list = MailList(MailSource(desk), id="mail-list")
        self.text = TextView(id="mail-text")
        self._heading = Heading(id="mail-heading")

    @property
    def is_open(self) -> bool:
        """Whether it is on screen."""
        return self.has_class("-open")

    async def open(self) -> None:
        """Shows the newest messages."""
        if not self.children:
            # Mounted when first wanted: at the start it would cost time that nobody need wait.
            await self.mount(self._heading, Horizontal(self.list, self.text))
        self.add_class("-open")
        self.post_message(self.Turned())
        await self.list.show(self.list.source)
        self._describe()

    def shut(self) -> None:
        """Goes away."""
        self.remove_class("-open", "-reading")
        self.post_message(self.Turned())

    def read(self) -> None:
        """Goes into the text of the message; where there is no room for both, the list makes way."""
        self.add_class("-reading")
        self.text.focus()

    def back(self) -> bool:
        """Goes from the text back to the list; says whether it was in the text."""
        reading = self.text.has_focus
        self.remove_class("-reading")
        self.list.focus()
        return reading

    async def refresh_messages(self) -> None:
        """Reads again what is shown: new messages come in on top, states change."""
        mails = self.list
        newest_shown = mails.cursor == 0
        if newest_shown:
            await mails.show(mails.source)
        else:
            await mails.reload()
        self._describe()

    def _describe(self) -> None:
        total = self.list.total
        keys = "enter reads, m closes" if total.rows else "nothing has been sent yet"
        self._heading.names(f" Mail log · {total} messages · {keys}")

    @on(PageList.CursorMoved, "#mail-list")
    def _show_text(self) -> None:
        message = self.list.row
        if message is not None:
            self.text.show(mail_text(message))
