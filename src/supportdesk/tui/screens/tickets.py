"""The tickets screen: the queue, the open ticket beside or below it, the mail log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container
from textual.timer import Timer

from supportdesk.domain.errors import AnsweredAlready
from supportdesk.domain.journal import Entry, EntryKind
from supportdesk.domain.ticket import TicketSummary
from supportdesk.tui.commands import BY_ID, Scope, Situation
from supportdesk.tui.screens.desk_screen import Movable
from supportdesk.tui.screens.ticket_changes import TicketChanges
from supportdesk.tui.widgets.bars import Heading
from supportdesk.tui.widgets.page_list import PageList
from supportdesk.tui.widgets.text_view import TextView
from supportdesk.tui.widgets.ticket_pane import TicketPane, View
from supportdesk.tui.widgets.ticket_queue import TicketQueue, TicketSource
from supportdesk.tui.widgets.welcome import Welcome

BESIDE_WIDTH = 100
FOLLOW_SECONDS = 0.25
TIMELINE = (View.CHANGES, View.MAIL)
AGE_SECONDS = 60


class TicketsScreen(TicketChanges):
    """Triage by keyboard."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.EVERYWHERE, Scope.LIST, Scope.TICKETS)

    def __init__(self) -> None:
        super().__init__()
        self._follow: Timer | None = None

    # Layout

    def compose_body(self) -> ComposeResult:
        """The queue and the ticket."""
        desk = self.desk_app.desk
        with Container(id="body"):
            with Container(id="left"):
                yield Heading(id="queue-heading")
                yield TicketQueue(TicketSource(desk, self.query_shown), id="queue")
                yield Welcome()
            yield TicketPane(desk)

    @property
    def pane(self) -> TicketPane:
        """The open ticket."""
        return self.query_one(TicketPane)

    async def on_mount(self) -> None:
        """Reads the first page."""
        await super().on_mount()
        self._arrange()
        self.queue.focus()
        await self.queue.show(self.queue.source)
        self.describe()
        self.set_interval(AGE_SECONDS, self.queue.redraw)
        if self.desk_app.demo:
            self.status.note("The demo desk: try anything. j k move, enter opens, ? shows every key, q quits.")

    def on_resize(self, event: events.Resize) -> None:
        """Puts the ticket beside the list, or below it where there is no room."""
        self._arrange()
        self.describe()

    def _arrange(self) -> None:
        self.set_class(self.size.width >= BESIDE_WIDTH, "-beside")
        self.set_class(self.size.height < 20, "-low")

    def situation(self) -> Situation:
        """The ticket that commands act on, the marks, the search."""
        return Situation(
            rows=self.queue.total.rows,
            ticket=self.current(),
            marked=len(self.queue.marks),
            search=self.query_shown.text,
        )

    def movable(self) -> Movable | None:
        """The list or text that has the focus."""
        focused = self.focused
        return focused if isinstance(focused, PageList | TextView) else self.queue

    def current(self) -> TicketSummary | None:
        """The ticket in the pane when the pane has the focus, else the one under the cursor."""
        if self.pane.is_open and self.focused is self.pane.text and self.pane.ticket is not None:
            return self.pane.ticket
        return self.queue.row

    # The open ticket

    async def open_row(self) -> None:
        """Opens the ticket under the cursor."""
        if self.queue.row is not None:
            await self._open(self.queue.row.number, View.TICKET)

    async def _open(self, number: int, view: View) -> None:
        await self.pane.show(number, view)
        self.pane.text.focus()
        self.mark_words()
        self.call_after_refresh(self.describe)

    async def open_ticket(self, number: int) -> None:
        """Opens any ticket by its number."""
        await self._open(number, View.TICKET)

    async def go_on(self) -> None:
        """Goes to the next ticket, and opens it when one is open."""
        await super().go_on()
        if self.pane.is_open and self.queue.row is not None:
            await self.pane.show(self.queue.row.number, View.TICKET)

    async def do_history(self, count: int | None) -> None:
        """Shows the ticket's status changes; again, its notifications."""
        ticket = self.current()
        if ticket is None:
            return
        pane = self.pane
        if pane.is_open and pane.ticket and pane.ticket.number == ticket.number and pane.view in TIMELINE:
            pane.turn()
        else:
            await self._open(ticket.number, View.CHANGES)

    async def do_answers(self, count: int | None) -> None:
        """Shows the FAQs that fit the ticket."""
        ticket = self.current()
        if ticket is not None:
            await self._open(ticket.number, View.FAQS)

    async def do_preferences(self, count: int | None) -> None:
        """Opens the preferences of the ticket's requester."""
        ticket = self.current()
        if ticket is not None:
            await self.edit_preferences(ticket.contact_email)

    def do_pane(self, count: int | None) -> None:
        """Moves the focus on: list, ticket, mail log."""
        stops = [
            self.queue,
            *([self.pane.text] if self.pane.is_open else []),
            *self.mail.stops,
        ]
        here = stops.index(self.focused) if self.focused in stops else -1
        stops[(here + 1) % len(stops)].focus()

    @on(PageList.CursorMoved, "#queue")
    def _cursor_moved(self) -> None:
        if self.pane.is_open and self.focused is self.queue:
            # The ticket follows once the cursor rests, so that running through the list stays cheap.
            if self._follow is not None:
                self._follow.stop()
            self._follow = self.set_timer(FOLLOW_SECONDS, self._follow_cursor)

    async def _follow_cursor(self) -> None:
        row = self.queue.row
        if (
            row is not None
            and self.pane.is_open
            and (self.pane.ticket is None or self.pane.ticket.number != row.number)
        ):
            await self.pane.show(row.number, View.TICKET)
            self.mark_words()

    def on_page_list_opened(self) -> None:
        """Opens what was double-clicked."""
        self.request(BY_ID["open"])

    async def step_back(self) -> bool:
        """Closes the ticket, the mail log, the marks, the search: the innermost that is there."""
        if await self.leave_mail():
            return True
        if self.pane.is_open:
            if self.pane.view is not View.TICKET and self.pane.ticket is not None:
                await self.pane.show(self.pane.ticket.number, View.TICKET)
                return True
            self.pane.shut()
            self.queue.focus()
            self.call_after_refresh(self.describe)
            return True
        return await self.clear_marks() or await self.clear_query()

    async def leave_screen(self) -> None:
        """Asks whether to quit: with another key, and no is the default."""
        if self.shut_mail():
            return
        if await self.prompt.confirm("Quit supportdesk?"):
            self.desk_app.leave()

    def mark_words(self) -> None:
        """Marks the words of the search in the open ticket."""
        words = [word.strip('"*()') for word in self.query_shown.text.split() if not word.startswith("-")]
        self.pane.text.mark([word for word in words if word and word not in ("AND", "OR", "NOT")])

    async def do_next(self, count: int | None) -> None:
        """To the next match in the open ticket, or the next hit in the list."""
        await self._to_match(1)

    async def do_previous(self, count: int | None) -> None:
        """To the previous match in the open ticket, or the previous hit in the list."""
        await self._to_match(-1)

    async def _to_match(self, direction: int) -> None:
        text = self.pane.text
        if not (self.focused is text and text.to_match(direction)):
            await self.queue.move(direction)

    async def do_create(self, count: int | None) -> None:
        """Opens the form."""
        from supportdesk.domain.experiment import Surface
        from supportdesk.tui.exposure import exposed
        from supportdesk.tui.screens.ticket_form import TicketForm

        exposure = await exposed(self.desk_app.desk, Surface.TICKET_FORM)
        await self.app.push_screen(TicketForm(exposure), self._created)

    def _created(self, number: int | None) -> None:
        if number is not None:
            self.ready.clear()
            self.run_worker(self._show_created(number), group="created")

    async def _show_created(self, number: int) -> None:
        desk = self.desk_app.desk
        try:
            await self.desk_app.changed()
            ticket = (await desk.run(desk.tickets.summaries, [number]))[0]
            if not self.query_shown.text and self.query_shown.matches_fields(ticket):
                await self.queue.reload_at(self.queue.source, ticket)
            self.describe()
            self.status.done(f"#{number} created · mail to {ticket.contact_email} goes out · enter opens it")
        finally:
            self.ready.set()

    async def do_answer(self, count: int | None) -> None:
        """Answers the ticket with one of the FAQs that fit: mail, resolved, and its wording is learned."""
        ticket = self.current()
        if ticket is None:
            return
        await self._open(ticket.number, View.FAQS)
        answers = self.pane.answers
        fitting = f"{'1' if len(answers) == 1 else f'1 to {len(answers)}'}, or " if answers else ""
        typed = await self.prompt.ask(f"Answer #{ticket.number} with which? ({fitting}#20 for FAQ 20, esc: none)")
        faq = (typed or "").strip()
        if faq.isdecimal() and 0 < int(faq) <= len(answers):
            faq = f"#{answers[int(faq) - 1].faq.number}"
        if not faq.startswith("#"):
            self.status.note("nothing changed")
            return
        if await self._answer_with(f"#{ticket.number}", faq):
            await self.desk_app.changed()
            self.status.done(f"#{ticket.number} answered with FAQ {faq} and resolved · u to undo")

    async def _answer_with(self, ticket: str, faq: str) -> bool:
        """Answers, a second time with the same FAQ only when one insists; says whether it was done."""
        desk = self.desk_app.desk
        try:
            await desk.run(desk.faqs.answer_ticket, ticket, faq)
        except AnsweredAlready:
            if not await self.prompt.confirm(f"{ticket} was answered with FAQ {faq} before. Mail it again?"):
                self.status.note("nothing sent")
                return False
            await desk.run(desk.faqs.answer_ticket, ticket, faq, again=True)
        return True

    # News

    async def on_entries(self, entries: Sequence[Entry]) -> None:
        """Redraws changed tickets where they stand and lets new ones in; nothing else moves."""
        entries = [entry for entry in entries if entry.kind.startswith("ticket")]
        if not entries:
            return
        desk, queue = self.desk_app.desk, self.queue
        if any(entry.kind is EntryKind.TICKETS_IMPORTED for entry in entries):
            await queue.reload()
        numbers = sorted({entry.number for entry in entries if entry.number is not None})
        summaries = await desk.run(desk.tickets.summaries, numbers)
        shown = {row.number for row in queue.loaded}
        queue.replace([ticket for ticket in summaries if ticket.number in shown])
        fresh = [
            ticket for ticket in summaries if ticket.number not in shown and self.query_shown.matches_fields(ticket)
        ]
        if self.query_shown.text and fresh:
            hits = await desk.run(desk.tickets.matching, self.query_shown, [ticket.number for ticket in fresh])
            fresh = [ticket for ticket in fresh if ticket.number in hits]
        await queue.admit(fresh)
        self.describe()
        if self.pane.ticket is not None and self.pane.ticket.number in numbers:
            await self.pane.refresh_ticket()
        mine = desk.actor
        others = [entry for entry in entries if entry.actor != mine and entry.number is not None]
        if others and not self.prompt.asking:
            last = others[-1]
            what = "created" if last.kind is EntryKind.TICKET_CREATED else ", ".join(last.after.values())
            self.status.note(f"{last.actor}: #{last.number} {what}")

    async def on_mail(self) -> None:
        """Redraws the mail log and the mail of the open ticket."""
        await super().on_mail()
        if self.pane.is_open and self.pane.view is not View.TICKET:
            await self.pane.refresh_ticket()
