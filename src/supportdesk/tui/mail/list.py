"""The list of messages: oldest first, so that new ones come in below and move nothing."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from supportdesk.domain import moment
from supportdesk.domain.mail.notification import DeliveryStatus, Notification
from supportdesk.domain.page import Count, RowKey, Seek
from supportdesk.services.desk import Desk
from supportdesk.tui import style
from supportdesk.tui.mail.text import why
from supportdesk.tui.widgets.list_source import ListSource
from supportdesk.tui.widgets.page_list import PageList
from supportdesk.tui.widgets.row_lines import Cells
from supportdesk.tui.widgets.row_window import Source

YEAR = len("2026-")
TIME_WIDTH = 17
STATE_WIDTH = 12
TYPE_WIDTH = 15
ROOMY = 90
HITS = 500
MIN_SUBJECT_WIDTH = 14
"""Cells below which a subject is not shown."""


@dataclass
class MailSource:
    """The messages in a state, or all of them, the newest last."""

    desk: Desk
    status: DeliveryStatus | None = None
    descending: bool = False

    async def count(self) -> Count:
        """Return how many messages there are."""
        return await self.desk.run(self.desk.mail.count, status=self.status)

    async def page(self, seek: Seek, limit: int) -> Sequence[Notification]:
        """Return up to `limit` messages, in list order."""
        newest_first = Seek(seek.key, not seek.backwards, seek.skip)
        return (await self.desk.run(self.desk.mail.page, newest_first, limit, status=self.status))[::-1]

    async def position(self, key: RowKey) -> int:
        """Return how many messages precede a key."""
        newer = await self.desk.run(self.desk.mail.position, key, status=self.status)
        return max(0, (await self.count()).rows - newer - 1)

    def key(self, row: Notification) -> RowKey:
        """Return the key of a message."""
        return (row.seq,)

    def identity(self, row: Notification) -> Hashable:
        """Return the identity of a message."""
        return row.seq


async def search_results(desk: Desk, status: DeliveryStatus | None, text: str) -> ListSource[Notification]:
    """Return the newest messages with these words in recipient or subject, the newest last."""
    hits = await desk.run(desk.mail.page, limit=HITS, status=status, text=text)
    return ListSource(hits[::-1], lambda message: message.seq)


class MailList(PageList[Notification]):
    """Time, state, recipient, type and subject of each message, and why it is where it is."""

    def __init__(self, desk: Desk, *, id: str) -> None:  # noqa: A002
        super().__init__(MailSource(desk), id=id)
        self._now = desk.now
        self._said: dict[int, tuple[Notification, str]] = {}

    def cells(self, row: Notification, width: int) -> Cells:
        """Return a message as a line."""
        roomy = width >= ROOMY
        time, kind = (TIME_WIDTH, TYPE_WIDTH) if roomy else (TIME_WIDTH - YEAR, 0)
        to = min(30, max(12, width // 4))
        rest = max(8, width - 1 - time - STATE_WIDTH - to - kind)
        look = style.DELIVERY_STYLE[row.status]
        when = moment.local(row.sent_at or row.created_at)
        words = self._why(row)
        # The reason comes before the subject, which is in the text too.
        room = rest - style.width(words)
        words = style.fit(words, rest - max(0, room)) if words else ""
        subject = f" · {row.subject}" if words else row.subject
        subject = subject if room >= MIN_SUBJECT_WIDTH else ""
        return [
            (" ", style.PLAIN),
            (style.fit(when if roomy else when[YEAR:], time), style.DIM),
            (style.fit(f"{style.DELIVERY_SIGN[row.status]} {row.status}", STATE_WIDTH), look),
            (style.fit(row.recipient_email, to - 1) + " ", style.PLAIN),
            (style.fit(row.notification_type, kind), style.DIM),
            (words, look),
            (style.fit(subject, max(0, room)), style.PLAIN),
        ]

    def _why(self, row: Notification) -> str:
        """Return the row's reason as of its last change; a countdown would redraw a line every second."""
        if len(self._said) > HITS:
            self._said.clear()
        known = self._said.get(row.seq)
        if known is None or known[0] != row:
            known = self._said[row.seq] = (row, why(row, self._now()))
        return known[1]

    # The end of a log

    @property
    def _height(self) -> int:
        # Half a page of room below: scrolling by half a page at a time, most new messages redraw one line.
        return self.total.rows + self._page // 2

    @property
    def shows_end(self) -> bool:
        """Return whether the newest message is on screen."""
        return self._top <= self.total.rows - 1 < self._top + self._page

    async def catch_up(self, source: Source[Notification], row: Notification) -> None:
        """Reload the list; `row` is the one under the cursor, as it is now.

        The screen follows the newest message while that is on it. The cursor stays on its row, and so does the text
        beside, which would cost more than all the rest; while somebody works here, the row stays on the screen.
        """
        at_end = self.shows_end
        await self.reload_at(source, row)
        last = self.total.rows - 1
        if at_end and not self.shows_end:
            top = last - self._page // 2
            self._scroll(min(top, self.cursor) if self.has_focus else top)

    def on_focus(self) -> None:
        """Move to the newest message when the cursor was left behind."""
        if self.shows_end and self.cursor < self._top:
            self._put(self.total.rows - 1)

    def _keep_in_sight(self) -> None:
        if self.cursor == self.total.rows - 1:
            self._scroll(self.total.rows - self._page)
        else:
            super()._keep_in_sight()
