"""The history screen: the journal of the whole desk, newest first."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult

from supportdesk.domain import moment
from supportdesk.domain.journal import Entry
from supportdesk.domain.page import Count, RowKey, Seek
from supportdesk.services.desk import Desk
from supportdesk.tui import style
from supportdesk.tui.commands import Scope, Situation
from supportdesk.tui.screens.desk_screen import DeskScreen, Movable
from supportdesk.tui.widgets.bars import Heading
from supportdesk.tui.widgets.page_list import Cells, PageList
from supportdesk.tui.widgets.text_view import TextView

SEQ_WIDTH = 8
TIME_WIDTH = 18
AGENT_WIDTH = 14


@dataclass
class JournalSource:
    """All entries, newest first."""

    desk: Desk
    descending: bool = True

    async def count(self) -> Count:
        """How many entries there are."""
        return await self.desk.run(self.desk.journal.count)

    async def page(self, seek: Seek, limit: int) -> Sequence[Entry]:
        """Up to `limit` entries, in list order."""
        return await self.desk.run(self.desk.journal.page, seek, limit)

    async def position(self, key: RowKey) -> int:
        """How many entries stand before a key."""
        return await self.desk.run(self.desk.journal.position, key)

    def key(self, row: Entry) -> RowKey:
        """The place of an entry."""
        return (row.seq,)

    def identity(self, row: Entry) -> Hashable:
        """An entry never changes."""
        return row.seq


class JournalList(PageList[Entry]):
    """When, who, and what of each entry."""

    def cells(self, row: Entry, width: int) -> Cells:
        """An entry as a line."""
        rest = max(10, width - SEQ_WIDTH - TIME_WIDTH - AGENT_WIDTH)
        return [
            (style.fit(f" {row.seq}", SEQ_WIDTH), style.DIM),
            (style.fit(moment.local(row.at), TIME_WIDTH), style.PLAIN),
            (style.fit(row.actor, AGENT_WIDTH - 1) + " ", style.HEADING),
            (style.fit(f"{row.about} {row.in_words}".strip(), rest), style.PLAIN),
        ]

    def heading(self) -> str:
        """The names of the columns, above them."""
        columns = ((" Seq", SEQ_WIDTH), ("When", TIME_WIDTH), ("Who", AGENT_WIDTH))
        return "".join(style.fit(name, size) for name, size in columns) + "What"


class HistoryScreen(DeskScreen):
    """Everything that has happened."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.EVERYWHERE, Scope.LIST, Scope.HISTORY)
    NAME: ClassVar[str] = "History"

    def compose_body(self) -> ComposeResult:
        """Column names and the list."""
        yield Heading(id="journal-heading")
        yield JournalList(JournalSource(self.desk_app.desk), id="journal")

    @property
    def journal(self) -> JournalList:
        """The list."""
        return self.query_one(JournalList)

    async def on_mount(self) -> None:
        """Reads the first page."""
        await super().on_mount()
        self.focus_body()
        await self.journal.show(self.journal.source)
        self._describe()

    def on_resize(self, event: events.Resize) -> None:
        """Fits the lines around the list."""
        self._describe()

    def _describe(self) -> None:
        self.title_bar.describe(
            self.NAME,
            f"everything, newest first · {self.journal.total} entries · {self.journal.place}".removesuffix(" · "),
            self.desk_app.desk.actor,
        )
        self.query_one("#journal-heading", Heading).names(self.journal.heading())
        if not self.journal.total.rows:
            self.status.note("Nothing has happened yet: every change of a ticket will stand here.")

    @on(PageList.Scrolled)
    def _scrolled(self) -> None:
        self._describe()

    def focus_body(self) -> None:
        """Back to the list."""
        self.journal.focus()

    def situation(self) -> Situation:
        """How many entries there are."""
        return Situation(rows=self.journal.total.rows)

    def movable(self) -> Movable | None:
        """The list or text that has the focus."""
        return self.focused if isinstance(self.focused, PageList | TextView) else self.journal

    async def open_row(self) -> None:
        """Opens the ticket the entry is about."""
        await self.do_history_ticket(None)

    async def do_history_ticket(self, count: int | None) -> None:
        """Goes to the ticket the entry is about."""
        entry = self.journal.row
        if entry is None:
            return
        if entry.number is None or not entry.kind.startswith("ticket"):
            self.status.note(entry.in_words)
            return
        await self.desk_app.open_ticket(entry.number)

    async def step_back(self) -> bool:
        """Closes the mail log."""
        return await self.leave_mail() or self.shut_mail()

    async def on_entries(self, entries: Sequence[Entry]) -> None:
        """Lets new entries in on top; what is on screen stays."""
        at_top = self.journal.cursor == 0
        await self.journal.admit(entries)
        if at_top:
            await self.journal.first()
        self._describe()
