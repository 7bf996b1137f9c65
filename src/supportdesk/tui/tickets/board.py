"""The board: tickets in columns by status or by owner; a card is moved to change one or the other."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.containers import HorizontalScroll
from textual.widget import Widget

from supportdesk.domain.journal import Entry, Subject
from supportdesk.domain.query import TicketQuery
from supportdesk.domain.ticket import Status, TicketChange, TicketSummary
from supportdesk.tui.commands import CommandContext, Scope
from supportdesk.tui.commands.board import BOARD
from supportdesk.tui.tickets.board_column import Cards, Chart, Column
from supportdesk.tui.tickets.editing import TicketEditing
from supportdesk.tui.tickets.list import TicketSource
from supportdesk.tui.widgets.bars import Hint

AGENTS_SHOWN = 12
NARROWEST = 18
"""Cells that a column needs; where there are fewer, the others are to the right."""
NOBODY = "none"
Hints = list[Hint]


class BoardScreen(TicketEditing):
    """Columns side by side; the keys of lists work in the one that has the focus."""

    SCOPES = (Scope.EVERYWHERE, Scope.LIST, Scope.TICKET, Scope.BOARD)
    NAME = "Board"
    SUBJECT = Subject.TICKET

    def __init__(self) -> None:
        super().__init__()
        self._query = TicketQuery()
        self._by_owner = False
        self._here = 0

    def compose_body(self) -> ComposeResult:
        """Yield the chart and the columns."""
        yield Chart()
        with HorizontalScroll(id="board", can_focus=False):
            yield from self._by_status()

    # Columns

    @property
    def columns(self) -> Sequence[Column]:
        """Return the columns, from left to right."""
        return [*self.query(Column)]

    @property
    def column(self) -> Column:
        """Return the column that commands are for."""
        return self.columns[min(self._here, len(self.columns) - 1)]

    @property
    def list(self) -> Cards:
        """Return the cards of the column that commands are for."""
        return self.column.cards

    def _by_status(self) -> Sequence[Column]:
        return [Column(status.value, status.value, self._source("status", status.value)) for status in Status]

    async def _by_agent(self) -> Sequence[Column]:
        desk = self.desk_app.desk
        agents = await desk.run(desk.agents.list)
        busy = sorted((each for each in agents if each.open_tickets), key=lambda each: -each.open_tickets)
        names = [desk.actor, *(each.name for each in busy if each.name != desk.actor)][:AGENTS_SHOWN]
        columns = [("nobody", NOBODY), *((name, name) for name in names)]
        return [Column(title, value, self._source("owner", value)) for title, value in columns]

    def _source(self, key: str, value: str) -> TicketSource:
        query = self._query.with_filter("status", "open") if key == "owner" else self._query
        return TicketSource(self.desk_app.desk, query.with_filter(key, value))

    async def show_query(self, query: TicketQuery) -> None:
        """Show the tickets of a query, whatever their status or owner."""
        self._query = query
        if self.is_mounted:
            await self._rebuild()

    async def _rebuild(self) -> None:
        board = self.query_one("#board")
        columns = await self._by_agent() if self._by_owner else self._by_status()
        board.set_class(len(columns) * NARROWEST > self.size.width, "-many")
        await board.remove_children()
        await board.mount(*columns)
        self._here = min(self._here, len(columns) - 1)
        self.column.cards.focus()
        await self._reload()

    async def load(self) -> None:
        """Read the cards."""
        await self._reload()

    async def on_screen_resume(self) -> None:
        """Read the cards again: they may have moved."""
        if self.ready.is_set():
            await self._reload()

    async def _reload(self) -> None:
        for column in self.columns:
            await self._read(column.cards)
        self.describe()

    async def _read(self, cards: Cards) -> None:
        """Read a column again; the cursor stays on its card, or in its place where the card has gone elsewhere."""
        desk, row, place = self.desk_app.desk, cards.row, cards.cursor
        found = await desk.run(desk.tickets.matching, cards.listed, [row.number]) if row is not None else set()
        if row is not None and row.number in found:
            [fresh] = await desk.run(desk.tickets.summaries, [row.number])
            await cards.reload_at(cards.source, fresh)
        else:
            await cards.show(cards.source)
            await cards.move_to(place)

    def describe(self) -> None:
        """Show how many cards there are where."""
        columns = self.columns
        for column in columns:
            column.describe()
        self.query_one(Chart).show_columns(columns)
        by = "by owner, open tickets" if self._by_owner else "by status"
        query = self._query
        parts = [f"filter {query}" if query.is_filtered else "all tickets", by]
        self.title_bar.describe(self.NAME, " · ".join(parts), self.desk_app.desk.actor)

    @on(Column.Entered)
    def _column_entered(self, event: Column.Entered) -> None:
        """Remember the column, also where it was clicked."""
        self._here = self.columns.index(event.column)
        for column in self.columns:
            column.describe()

    @property
    def stops(self) -> Sequence[Widget]:
        """Return where the focus can go: the columns, the mail log."""
        return [*(column.cards for column in self.columns), *self.mail.stops]

    def command_context(self) -> CommandContext:
        """Return the card that commands are for."""
        return CommandContext(rows=self.list.total.rows, ticket=self.list.row)

    def current(self) -> TicketSummary | None:
        """Return the card under the cursor."""
        return self.list.row

    @property
    def working_on(self) -> tuple[int | None, bool]:
        """Return the ticket that something is written in."""
        return self.writing, self.writing is not None

    def first_hints(self) -> Hints:
        """Return the keys of the board itself."""
        return [hint for command in BOARD if (hint := self.hint_of(command))]

    def idle_hints(self) -> Collection[str]:
        """Return the commands that come first already."""
        return [command.id for command in BOARD]

    async def show_entries(self, entries: Sequence[Entry]) -> None:
        """Read the cards again; the cursor stays on its card."""
        if self.is_current:
            await self._reload()

    async def open_row(self) -> None:
        """Open the ticket under the cursor, among the tickets."""
        if self.list.row is not None:
            await self.desk_app.open_ticket(self.list.row.number)

    async def step_back(self) -> bool:
        """Leave the mail log, or go back to the tickets."""
        if not await super().step_back():
            await self.desk_app.show_screen("tickets")
        return True

    # Commands

    async def do_board_list(self, count: int | None) -> None:
        """Go back to the list."""
        await self.desk_app.show_screen("tickets")

    async def do_board_by(self, count: int | None) -> None:
        """Switch between columns by status and by owner."""
        self._by_owner = not self._by_owner
        self._here = 0
        await self._rebuild()

    def do_board_left(self, count: int | None) -> None:
        """Go to the column on the left."""
        self._go(-(count or 1))

    def do_board_right(self, count: int | None) -> None:
        """Go to the column on the right."""
        self._go(count or 1)

    def _go(self, by: int) -> None:
        self._here = min(max(0, self._here + by), len(self.columns) - 1)
        self.column.cards.focus()
        self.describe()

    async def do_board_move_left(self, count: int | None) -> None:
        """Move the card to the column on the left."""
        await self._move(-(count or 1))

    async def do_board_move_right(self, count: int | None) -> None:
        """Move the card to the column on the right."""
        await self._move(count or 1)

    async def _move(self, by: int) -> None:
        card, place = self.list.row, self._here + by
        if card is None:
            return
        if not 0 <= place < len(self.columns):
            self.refuse(f"there is no column on the {'right' if by > 0 else 'left'}")
            return
        target = self.columns[place]
        if not await self._change(card, target.value):
            self.status.note("nothing changed")
            return
        self._here = place
        target.cards.focus()
        desk = self.desk_app.desk
        [moved] = await desk.run(desk.tickets.summaries, [card.number])
        await target.cards.reload_at(target.cards.source, moved)
        self.describe()
        self.status.done(f"#{card.number} {'assigned to ' if self._by_owner else ''}{target.title} · u to undo")

    async def _change(self, card: TicketSummary, value: str) -> bool:
        """Give a card the status or the owner of a column; return whether that was done."""
        tickets, references = self.desk_app.desk.tickets, [str(card.number)]
        if not self._by_owner:
            change, seen = TicketChange(status=Status(value)), {card.number: card.version}
            await self.change(tickets.update, references, change, seen=seen, merge=True)
            return True
        return (
            await self.taking({card.number: card.version}, partial(self.change, tickets.assign, references, value))
            is not None
        )
