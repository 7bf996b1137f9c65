"""Reading tickets: the queue, the open ticket beside or below it, what others do to them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from supportdesk.domain.journal import Entry, EntryKind, Subject
from supportdesk.domain.ticket import TicketSummary
from supportdesk.tui.commands import BY_ID, CommandContext, Scope
from supportdesk.tui.commands.keymap import format_keys
from supportdesk.tui.tickets.list import TicketQueue, TicketSource
from supportdesk.tui.tickets.pane import TicketPane, TicketView
from supportdesk.tui.tickets.queue import QueueScreen
from supportdesk.tui.widgets.listing import Listing
from supportdesk.tui.widgets.pane import Body
from supportdesk.tui.widgets.welcome import TicketWelcome

if TYPE_CHECKING:
    from supportdesk.services.presence import Present

TIMELINE = (TicketView.CHANGES, TicketView.MAIL)
AGE_SECONDS = 60


class TicketBrowser(QueueScreen):
    """What the screen of tickets shows; what changes tickets is in `screen`."""

    SCOPES = (Scope.EVERYWHERE, Scope.LIST, Scope.TICKETS, Scope.TICKET)
    SUBJECT = Subject.TICKET

    def __init__(self) -> None:
        super().__init__()
        # What this session has just changed, as far as it is news.
        self._done_here: Sequence[Entry] = ()
        # Whether the open ticket was read again for the changes that are being shown, with its mail.
        self._reread = False

    def compose_body(self) -> ComposeResult:
        """Yield the queue and the ticket."""
        desk = self.desk_app.desk
        with Body(id="body"):
            yield Listing(TicketQueue(TicketSource(desk, self.query_shown), id="queue"), TicketWelcome())
            yield TicketPane(desk, format_keys(self.desk_app.keymap.keys_of(BY_ID["unfold"])[0]))

    @property
    def pane(self) -> TicketPane:
        """Return the open ticket."""
        return self.query_one(TicketPane)

    async def load(self) -> None:
        """Read the first page."""
        await self.queue.show(self.queue.source)
        self.describe()
        self.set_interval(AGE_SECONDS, self._pass_time)
        if self.desk_app.demo:
            self.status.note("The demo desk: try anything. j k move, enter opens, ? shows every key, q quits.")

    async def _pass_time(self) -> None:
        """Show ages as they are now, and what has come out of its snooze."""
        self.queue.redraw()
        await self.desk_app.show_counts()

    def command_context(self) -> CommandContext:
        """Return the ticket that commands act on, the marks, the search."""
        return CommandContext(
            rows=self.queue.total.rows,
            ticket=self.current(),
            marked=len(self.queue.marks),
            search=self.query_shown.line if self.query_shown.has_words else "",
        )

    def current(self) -> TicketSummary | None:
        """Return the open ticket when one reads it, else the one under the cursor."""
        return self.pane.ticket if self.reading else self.queue.row

    # The open ticket

    async def open_row(self) -> None:
        """Open the ticket under the cursor."""
        if self.queue.row is not None:
            await self.open_ticket(self.queue.row.number)

    async def open_ticket(self, number: int, view: TicketView = TicketView.TICKET) -> None:
        """Open any ticket, on one of its views."""
        await self.pane.show(number, view)
        # At once, as all that is drawn with it.
        self.set_focus(self.pane.text)
        self.show_hints()
        self.mark_words()
        await self.mark_seen(number)

    async def show_gone(self, numbers: Collection[int], into: int | None = None) -> None:
        """Open the ticket that continues the open one, or close the pane, where that is among these tickets."""
        if self.pane.number not in numbers:
            return
        if into is None:
            self.shut_pane()
        else:
            await self.open_ticket(into)

    async def go_to_ticket(self, number: int) -> None:
        """Put the cursor on a ticket, where it is listed, so that the next one is the next in the list; open it."""
        desk = self.desk_app.desk
        if await desk.run(desk.tickets.matching, self.query_shown, [number]) and not self.query_shown.has_words:
            [ticket] = await desk.run(desk.tickets.summaries, [number])
            await self.queue.reload_at(self.queue.source, ticket)
        await self.open_ticket(number)

    async def follow(self, row: TicketSummary) -> None:
        """Show the ticket under the cursor."""
        await self.pane.show(row.number, TicketView.TICKET)
        self.mark_words()
        await self.mark_seen(row.number)

    async def mark_seen(self, number: int) -> None:
        """Mark what was said in a ticket as seen by the agent; what comes in while it is open is unread again."""
        desk = self.desk_app.desk
        if await desk.run(desk.queues.mark_seen, [number]):
            self.queue.replace(await desk.run(desk.tickets.summaries, [number]))
            await self.desk_app.show_counts()

    async def go_on(self) -> None:
        """Go to the next ticket, and show it when one is open."""
        await self.queue.move(1)
        if self.pane.is_open and self.queue.row is not None:
            await self.follow(self.queue.row)

    async def do_history(self, count: int | None) -> None:
        """Show the ticket's status changes; again, its notifications."""
        ticket = self.current()
        if ticket is None:
            return
        if self.pane.number == ticket.number and self.pane.view in TIMELINE:
            self.pane.turn()
        else:
            await self.open_ticket(ticket.number, TicketView.CHANGES)

    async def do_unfold(self, count: int | None) -> None:
        """Show quoted parts and earlier messages of the ticket, or fold them."""
        ticket = self.current()
        if ticket is None:
            return
        if self.pane.number != ticket.number or self.pane.view is not TicketView.TICKET:
            await self.open_ticket(ticket.number)
        self.status.note("everything is shown" if await self.pane.unfold() else "quoted parts are folded")

    async def do_answers(self, count: int | None) -> None:
        """Show the FAQs that match the ticket."""
        ticket = self.current()
        if ticket is not None:
            await self.open_ticket(ticket.number, TicketView.FAQS)

    async def step_back(self) -> bool:
        """Go back from another view of the open ticket to its text; else as everywhere."""
        number = self.pane.number
        if number is not None and not self.in_mail and self.pane.view is not TicketView.TICKET:
            await self.pane.show(number, TicketView.TICKET)
            return True
        return await super().step_back()

    async def leave_screen(self) -> None:
        """Ask whether to quit: with another key, and no is the default."""
        if self.shut_mail():
            return
        if await self.prompt.confirm("Quit supportdesk?"):
            self.desk_app.leave()

    def mark_words(self) -> None:
        """Highlight the words of the search in the open ticket."""
        self.pane.text.mark(self.query_shown.words)

    @property
    def working_on(self) -> tuple[int | None, bool]:
        """Return the open ticket, and whether something is written in it."""
        return (self.pane.number, False) if self.writing is None else (self.writing, True)

    def show_presence(self, others: Sequence[Present]) -> None:
        """Show who has which ticket open, in the list and above the open one."""
        self.queue.present = present = {
            number: tuple(each for each in others if each.ticket == number)
            for number in {each.ticket for each in others}
        }
        self.queue.redraw()
        self.pane.show_presence(present)

    # News

    async def on_entries(self, entries: Sequence[Entry], *, own: bool = False) -> None:
        """Show what was done to tickets; of what was done here, the newest is in sight."""
        actor = self.desk_app.desk.actor
        self._done_here = [entry for entry in entries if own and entry.actor == actor]
        await super().on_entries(entries, own=own)

    async def show_entries(self, entries: Sequence[Entry]) -> None:
        """Redraw changed tickets in place and admit new ones; nothing else moves."""
        desk, queue = self.desk_app.desk, self.queue
        if any(entry.kind.row.reloads for entry in entries):
            await queue.reload()
        if any(entry.kind is EntryKind.TICKET_DELETED for entry in entries):
            await self._leave_out_deleted()
        numbers = sorted({entry.number for entry in entries if entry.number is not None})
        summaries = await desk.run(desk.tickets.summaries, numbers)
        summaries = [ticket for ticket in summaries if ticket.is_listed]
        shown = {row.number for row in queue.loaded}
        queue.replace([ticket for ticket in summaries if ticket.number in shown])
        fresh = [ticket for ticket in summaries if ticket.number not in shown]
        if self.query_shown.is_filtered and fresh:
            hits = await desk.run(desk.tickets.matching, self.query_shown, [ticket.number for ticket in fresh])
            fresh = [ticket for ticket in fresh if ticket.number in hits]
        await queue.admit(fresh)
        self.describe()
        if self.pane.number in numbers:
            mine = [entry for entry in self._done_here if entry.number == self.pane.number]
            await self.pane.refresh_ticket(mine)
            self._reread = True

    async def _leave_out_deleted(self) -> None:
        """Read the list again; the cursor stays on its ticket, or goes to the next that is still there."""
        desk, queue = self.desk_app.desk, self.queue
        loaded = list(queue.loaded)
        here = loaded.index(queue.row) if queue.row in loaded else 0
        rows = await desk.run(desk.tickets.summaries, [row.number for row in loaded])
        kept = {row.number for row in rows if row.is_listed}
        near = [row for row in (*loaded[here:], *reversed(loaded[:here])) if row.number in kept]
        if near:
            await queue.reload_at(queue.source, near[0])
        else:
            await queue.show(queue.source)

    def news(self, entry: Entry) -> str:
        """Return what became of a ticket, in short: the list shows its title."""
        if entry.number is None:
            return super().news(entry)
        match entry.kind:
            case EntryKind.TICKET_CREATED:
                what = "created"
            case EntryKind.TICKET_UPDATED if entry.after.keys() <= {"status", "priority"}:
                what = ", ".join(entry.after.values())
            case _:
                what = entry.summary
        return f"{entry.about} {what}"

    async def on_mail(self) -> None:
        """Redraw the mail log and the open ticket's mail."""
        await super().on_mail()
        reread, self._reread = self._reread, False
        if not reread:
            await self.pane.refresh_mail()
