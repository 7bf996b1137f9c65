"""The history screen: the journal of the whole desk, newest first."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from textual.app import ComposeResult

from supportdesk.domain import moment
from supportdesk.domain.journal import Entry, Subject
from supportdesk.domain.page import Count, RowKey, Seek
from supportdesk.services.desk import Desk
from supportdesk.tui import style
from supportdesk.tui.commands import Scope
from supportdesk.tui.screens.desk_screen import DeskScreen
from supportdesk.tui.widgets.listing import Listing
from supportdesk.tui.widgets.page_list import PageList
from supportdesk.tui.widgets.row_lines import Cells
from supportdesk.tui.widgets.welcome import HistoryWelcome

SEQ_WIDTH = 8
TIME_WIDTH = 18
AGENT_WIDTH = 14


@dataclass
class JournalSource:
    """All entries, newest first."""

    desk: Desk
    descending: bool = True

    async def count(self) -> Count:
        """Return how many entries there are."""
        return await self.desk.run(self.desk.journal.count)

    async def page(self, seek: Seek, limit: int) -> Sequence[Entry]:
        """Return up to `limit` entries, in list order."""
        return await self.desk.run(self.desk.journal.page, seek, limit)

    async def position(self, key: RowKey) -> int:
        """Return how many entries come before a key."""
        return await self.desk.run(self.desk.journal.position, key)

    def key(self, row: Entry) -> RowKey:
        """Return the place of an entry."""
        return (row.seq,)

    def identity(self, row: Entry) -> Hashable:
        """Return the entry's seq, which never changes."""
        return row.seq


class JournalList(PageList[Entry]):
    """When, who, and what of each entry."""

    def cells(self, row: Entry, width: int) -> Cells:
        """Return an entry as a line."""
        rest = max(10, width - SEQ_WIDTH - TIME_WIDTH - AGENT_WIDTH)
        return [
            (style.fit(f" {row.seq}", SEQ_WIDTH), style.DIM),
            (style.fit(moment.local(row.at), TIME_WIDTH), style.PLAIN),
            (style.fit(row.who, AGENT_WIDTH - 1) + " ", style.HEADING),
            (style.fit(f"{row.about} {row.summary}".strip(), rest), style.PLAIN),
        ]

    def heading(self, width: int) -> str:
        """Return the names of the columns, above them."""
        columns = ((" Seq", SEQ_WIDTH), ("When", TIME_WIDTH), ("Who", AGENT_WIDTH))
        return "".join(style.fit(name, size) for name, size in columns) + "What"


class HistoryScreen(DeskScreen):
    """Everything that has happened."""

    SCOPES = (Scope.EVERYWHERE, Scope.LIST, Scope.HISTORY)
    NAME = "History"

    def compose_body(self) -> ComposeResult:
        """Yield the list."""
        yield Listing(JournalList(JournalSource(self.desk_app.desk), id="journal"), HistoryWelcome())

    @property
    def list(self) -> JournalList:
        """Return the list."""
        return self.query_one(JournalList)

    async def load(self) -> None:
        """Read the first page."""
        await self.list.show(self.list.source)
        self.describe()

    def describe(self) -> None:
        """Show how many entries there are, and where the screen stands."""
        self.title_bar.describe(
            self.NAME,
            f"everything, newest first · {self.list.total} entries · {self.list.place}".removesuffix(" · "),
            self.desk_app.desk.actor,
        )
        self.query_one(Listing).describe(filtered=False)

    async def open_row(self) -> None:
        """Open the ticket the entry is about."""
        await self.do_history_ticket(None)

    async def do_history_ticket(self, count: int | None) -> None:
        """Go to the ticket the entry is about."""
        entry = self.list.row
        if entry is None:
            return
        if entry.number is None or entry.kind.row.subject is not Subject.TICKET:
            self.status.note(entry.summary)
            return
        await self.desk_app.open_ticket(entry.number)

    async def show_entries(self, entries: Sequence[Entry]) -> None:
        """Admit new entries on top; what is on screen stays."""
        at_top = self.list.cursor == 0
        await self.list.admit(entries)
        if at_top:
            await self.list.first()
        self.describe()

    def news(self, entry: Entry) -> str:
        """Return nothing: the list itself shows every change."""
        return ""
