"""The queue of tickets: what is listed, in which order, and what is marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import partial

from supportdesk.domain.errors import InvalidValue
from supportdesk.domain.query import Order, QueryError, TicketQuery, parse_query
from supportdesk.domain.text import clean_line
from supportdesk.domain.ticket import Status, TicketSummary
from supportdesk.tui.screens.list_and_pane import ListAndPane
from supportdesk.tui.tickets.list import EXTRA_COLUMNS, EXTRA_WIDTH, TicketQueue, TicketSource
from supportdesk.tui.tickets.work import TicketWork
from supportdesk.tui.widgets.listing import Listing

Place = tuple[TicketSummary, int]
MARK_LIMIT = 20_000
ORDER_WORDS = {Order.QUEUE: "urgent first", Order.NEWEST: "newest first", Order.UPDATED: "updated first"}


class QueueScreen(ListAndPane, TicketWork):
    """Search, filters, order and marks of the ticket list."""

    NAME = "Tickets"
    ROW = "ticket"

    def __init__(self) -> None:
        super().__init__()
        self.query_shown = TicketQuery()
        # Where one was before everything was narrowed: the ticket, and its height on the screen.
        self._before_search: Place | None = None
        self._range_from: int | None = None

    @property
    def queue(self) -> TicketQueue:
        """Return the list."""
        return self.query_one(TicketQueue)

    @property
    def list(self) -> TicketQueue:
        """Return the list."""
        return self.queue

    def describe(self) -> None:
        """Show what is listed, how much of it, and where the screen stands."""
        queue, query = self.queue, self.query_shown
        total = queue.total
        kept = [f"{total} found" if query.is_filtered else str(total)]
        if total.capped:
            kept[-1] += f" (the first {total.rows:,} are listed)"
        if queue.marks:
            kept.append(f"{len(queue.marks):,} marked")
        if self._range_from is not None:
            kept.append("marking a range")
        lesser = [queue.place] if queue.place else []
        lesser.append("newest first" if query.has_words else ORDER_WORDS[query.order])
        self.title_bar.describe(
            self.NAME,
            f"filter {query}" if query.is_filtered else "all tickets",
            self.desk_app.desk.actor,
            kept=kept,
            lesser=lesser,
        )
        self.query_one(Listing).describe(filtered=query.is_filtered)

    async def show_query(self, query: TicketQuery, *, back_to: Place | None = None) -> None:
        """List another query, from its top or with the cursor back on a ticket."""
        source = TicketSource(self.desk_app.desk, query)
        if back_to is not None:
            await self.queue.reload_at(source, *back_to)
        else:
            await self.queue.show(source)
        self.query_shown = query
        self.mark_words()
        self.describe()

    async def do_search(self, count: int | None) -> None:
        """Search while typing; enter keeps the result, escape restores the previous list."""
        # Lazy import: keeps start-up fast.
        from supportdesk.domain.query.completion import complete_line

        before, place = self.query_shown, self._place()
        if not before.is_filtered:
            self._before_search = place
        ask = partial(self.prompt.search, self._search, complete=partial(complete_line, known=await self._known()))
        answer = await self.insist(ask, self._search_entered)
        if answer is None:
            await self.show_query(before, back_to=place)
        else:
            self.status.note(f"{self.queue.total} found" if answer.strip() else "")

    async def _search_entered(self, text: str) -> None:
        try:
            await self._search(text)
        except QueryError as error:
            line = clean_line(text)
            raise InvalidValue(f"{line[: error.position]}▸{line[error.position :]}\n   {error.message}") from None

    async def _known(self) -> Mapping[str, Sequence[str]]:
        """Return the values that filters can have here."""
        desk = self.desk_app.desk
        agents, tags = await desk.run(desk.agents.list), await desk.run(desk.tags.list)
        return {"agents": [agent.name for agent in agents], "tags": [each.tag for each in tags]}

    async def search_tickets(self, text: str) -> None:
        """List the tickets that a search finds."""
        if not self.query_shown.is_filtered:
            self._before_search = self._place()
        await self._search(text)
        self.status.note(f"{self.queue.total} found")

    async def _search(self, text: str) -> None:
        # The last word stays a beginning, also when it was entered: enter must not take away what is on screen.
        await self.show_query(parse_query(text, order=self.query_shown.order, typing=True))

    def _place(self) -> Place | None:
        row = self.queue.row
        return None if row is None else (row, self.queue.height_of_cursor)

    async def do_order(self, count: int | None) -> None:
        """Switch to the next order; the cursor stays on its ticket."""
        orders = list(Order)
        order = orders[(orders.index(self.query_shown.order) + 1) % len(orders)]
        query = replace(self.query_shown, order=order)
        await self.show_query(query, back_to=self._place())
        self.status.note(
            f"Ordered by {order}" + (": open tickets first, urgent and old ones on top" * (order is Order.QUEUE))
        )

    async def do_columns(self, count: int | None) -> None:
        """Ask for a further column, and show or hide it."""
        letters = {name[0].lower(): name for name in EXTRA_COLUMNS}
        names = " · ".join(f"{letter} {name.lower()}" for letter, name in letters.items())
        key = await self.prompt.choose(f"Show or hide a column: {names} (enter: none of them)", enter="none")
        name = letters.get((key or "").lower())
        if key is None or (key and name is None):
            self.status.note("columns unchanged")
            return
        chosen = {*self.queue.chosen} ^ {name} if name else set()
        self.queue.chosen = tuple(each for each in EXTRA_COLUMNS if each in chosen)
        self.queue.redraw()
        self.describe()
        shown = ", ".join(self.queue.chosen).lower() or "none"
        narrow = "; the list is too narrow for them now" * (self.queue.size.width < EXTRA_WIDTH and bool(chosen))
        self.status.note(f"further columns: {shown}{narrow}")

    async def _filter(self, *statuses: Status) -> None:
        await self.show_query(self.query_shown.with_filter("status", ",".join(statuses)))

    async def do_filter_open(self, count: int | None) -> None:
        """Show only what is open."""
        await self._filter(Status.NEW, Status.IN_PROGRESS)

    async def do_filter_new(self, count: int | None) -> None:
        """Show only what is new."""
        await self._filter(Status.NEW)

    async def do_filter_in_progress(self, count: int | None) -> None:
        """Show only what is in progress."""
        await self._filter(Status.IN_PROGRESS)

    async def do_filter_resolved(self, count: int | None) -> None:
        """Show only what is resolved."""
        await self._filter(Status.RESOLVED)

    async def do_filter_all(self, count: int | None) -> None:
        """Show all tickets."""
        await self.show_query(TicketQuery(order=self.query_shown.order), back_to=self._place())

    def do_pane_lower(self, count: int | None) -> None:
        """Give the list more room."""
        self._resize(-(count or 1))

    def do_pane_higher(self, count: int | None) -> None:
        """Give the open ticket more room."""
        self._resize(count or 1)

    def _resize(self, by: int) -> None:
        if self.has_class("-beside") or not self.pane.is_open:
            self.status.note("only an open ticket below the list has a height to change")
        else:
            self.resize_pane(by)

    async def show_created(self, ticket: TicketSummary) -> None:
        """Put the cursor on a ticket that was created here, where it is listed."""
        desk = self.desk_app.desk
        hits = await desk.run(desk.tickets.matching, self.query_shown, [ticket.number])
        if hits and not self.query_shown.has_words:
            await self.queue.reload_at(self.queue.source, ticket)

    # Marks

    @property
    def marks(self) -> AbstractSet[int]:
        """Return the numbers of the marked tickets."""
        return self.queue.marks

    def do_mark(self, count: int | None) -> object:
        """Mark the ticket under the cursor and move on."""
        row = self.queue.row
        if row is not None:
            self.queue.marks ^= {row.number}
            self.describe()
        return self.queue.move(1)

    def do_mark_range(self, count: int | None) -> None:
        """Begin a range, or mark from where it began to here."""
        if self._range_from is None:
            self._range_from = self.queue.cursor
            self.status.note("Marking: move to the other end and press v again (esc: cancel)")
        else:
            rows = self.queue.between(self._range_from, self.queue.cursor)
            marked = {row.number for row in rows[:MARK_LIMIT]}
            self.queue.marks |= marked
            self._range_from = None
            self.queue.redraw()
            many = "1 ticket in the range is" if len(marked) == 1 else f"{len(marked):,} tickets in the range are"
            self.status.done(f"{many} marked")
        self.describe()

    async def do_mark_all(self, count: int | None) -> None:
        """Mark every ticket the filter finds."""
        if self.queue.total.rows > MARK_LIMIT:
            limit = f"at most {MARK_LIMIT:,} can be marked"
            self.status.error(f"{self.queue.total} tickets match; {limit}: narrow the list first")
            return
        desk = self.desk_app.desk
        numbers = await desk.run(desk.tickets.numbers, self.query_shown)
        self.queue.marks = set(numbers[:MARK_LIMIT])
        self.queue.redraw()
        self.describe()

    def mark_words(self) -> None:
        """Mark the words of the search wherever a text is open."""

    async def show_all(self) -> bool:
        """Clear the marks, or else the query; return whether there was either."""
        return await self.clear_marks() or await self.clear_query()

    async def clear_marks(self) -> bool:
        """Forget marks and a begun range; return whether there were any."""
        if not self.queue.marks and self._range_from is None:
            return False
        self.queue.marks.clear()
        self._range_from = None
        self.queue.redraw()
        self.status.note("")
        self.describe()
        return True

    async def clear_query(self) -> bool:
        """Show all tickets again, with the cursor where it was before; return whether any were left out."""
        if not self.query_shown.is_filtered:
            return False
        await self.show_query(TicketQuery(order=self.query_shown.order), back_to=self._before_search)
        self.status.note("")
        return True
