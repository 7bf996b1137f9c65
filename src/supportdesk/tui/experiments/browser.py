"""Finding and watching experiments: the list and the open one, and both again as users and events come in."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from time import monotonic

from textual.app import ComposeResult
from textual.timer import Timer

from supportdesk.domain.errors import DeskError, NotFound
from supportdesk.domain.experiments.experiment import Experiment, ExperimentStatus
from supportdesk.domain.journal import Entry, Subject
from supportdesk.domain.page import START
from supportdesk.services.crash_report import write_crash_report
from supportdesk.tui.commands import CommandContext, Scope
from supportdesk.tui.experiments.details import Details, analysed, load_mathematics, read
from supportdesk.tui.experiments.list import ExperimentList, ExperimentSource, Listed
from supportdesk.tui.experiments.pane import ExperimentPane, ExperimentView
from supportdesk.tui.screens.list_and_pane import ListAndPane
from supportdesk.tui.widgets.listing import Listing
from supportdesk.tui.widgets.pane import Body
from supportdesk.tui.widgets.welcome import ExperimentWelcome

REFRESH_SECONDS = 2.0
REST = 10
"""How many times longer than it took to calculate the screen rests before it does so again."""


class ExperimentBrowser(ListAndPane):
    """What the screen of experiments shows; what changes experiments is in `screen`."""

    # Further than elsewhere: plots beside a list need the room.
    HORIZONTAL_BREAKPOINTS = [(150, "-beside")]  # noqa: RUF012
    SCOPES = (Scope.EVERYWHERE, Scope.LIST, Scope.EXPERIMENTS)
    NAME = "Experiments"
    ROW = "experiment"
    SUBJECT = Subject.EXPERIMENT

    def __init__(self) -> None:
        super().__init__()
        self._status: ExperimentStatus | None = None
        self._counts: dict[ExperimentStatus, int] = {}
        self._loaded = False
        self._opened = 0
        self._news = False
        self._look_again: Timer | None = None
        self._rest_until = 0.0
        self._alerts: list[str] = []

    # Layout

    def compose_body(self) -> ComposeResult:
        """Return the list and the open experiment."""
        with Body(id="body"):
            yield Listing(ExperimentList(ExperimentSource(self.desk_app.desk), id="experiments"), ExperimentWelcome())
            yield ExperimentPane()

    @property
    def list(self) -> ExperimentList:
        """The list."""
        return self.query_one(ExperimentList)

    @property
    def pane(self) -> ExperimentPane:
        """The open experiment."""
        return self.query_one(ExperimentPane)

    async def load(self) -> None:
        """Read the first page."""
        await self._show()

    def command_context(self) -> CommandContext:
        """Return the experiment that commands act on."""
        return CommandContext(rows=self.list.total.rows, experiment=self.current())

    def current(self) -> Experiment | None:
        """Return the experiment under the cursor, or the open one when one reads it."""
        if self.reading and self.pane.details is not None:
            return self.pane.details.experiment
        return self.list.row.experiment if self.list.row else None

    def describe(self) -> None:
        """Return what is listed, and how many have which status."""
        counts = "  ".join(f"{status} {many}" for status, many in self._counts.items() if many)
        total = self.list.total
        alerts = len(self._alerts)
        alarm = f"! {alerts} alert{'s' * (alerts != 1)}: {self._alerts[0]}" if alerts else ""
        parts = [f"{self._status or 'all'}", f"{total} experiment{'s' * (total.rows != 1)}", counts, alarm]
        self.title_bar.describe(self.NAME, " · ".join(filter(None, parts)), self.desk_app.desk.actor)
        self.query_one(Listing).describe(filtered=self._status is not None)

    # What is listed

    async def _show(self, *, keep: Listed | None = None) -> None:
        """List the experiments; the cursor goes to the top, or stays on one that is listed."""
        desk = self.desk_app.desk
        self._counts = {status: (await desk.run(desk.experiments.count, status)).rows for status in ExperimentStatus}
        source = ExperimentSource(desk, self._status)
        if keep is not None and self._status in (None, keep.experiment.status):
            await self.list.reload_at(source, keep)
        else:
            await self.list.show(source)
        self.describe()
        self._look_for_alerts()

    def _look_for_alerts(self) -> None:
        """Say in the title what needs attention, once that is known."""

        async def look() -> None:
            with suppress(DeskError):
                found = await self.desk_app.desk.run_in_background(lambda desk: desk.experiments.alerts())
                self._alerts = [f"#{each.experiment} {each.kind}" for each in found]
                self.describe()

        self.run_worker(look(), group="alerts", exclusive=True)

    async def do_experiment_filter(self, count: int | None) -> None:
        """Return one status, or all again."""
        counts = {status: self._counts.get(status, 0) for status in ExperimentStatus}
        await self.prompt.narrow("status", ExperimentStatus, counts, self._show_status)

    async def _show_status(self, status: ExperimentStatus | None) -> None:
        self._status = status
        await self._show()

    # The open experiment

    async def open_row(self) -> None:
        """Open the details."""
        if self.list.row is not None:
            await self.open(self.list.row.number)
            self.pane.text.focus()

    async def open(self, number: int, view: ExperimentView | None = None) -> None:
        """Show an experiment, and its analysis as soon as there is one."""
        desk = self.desk_app.desk
        self._opened += 1
        turn = self._opened
        details = await desk.run(read, desk, number)
        if turn != self._opened:
            return
        another = self.pane.number != number
        shown = None if another else self.pane.details
        if view is not None:
            self.pane.view = view
        from_top = another or view is not None
        if shown is not None and shown.analysis is not None and details.as_of(shown):
            if from_top:
                await self.pane.show(shown)
        elif details.experiment.status is ExperimentStatus.DRAFT:
            await self.pane.show(details, from_top=from_top)
        else:
            # Once the mathematics are there, an analysis takes a moment: drawing twice would only cost bytes.
            if not (self._loaded and self.pane.is_open):
                await self.pane.show(details, loading=True, from_top=from_top)
                from_top = False
            self.run_worker(self._analyse(details, turn, from_top=from_top), group="analyse", exclusive=True)
        self.add_class("-reading")

    async def _analyse(self, details: Details, turn: int, *, from_top: bool = False) -> None:
        desk = self.desk_app.desk
        began = monotonic()
        try:
            await self.mathematics()
            began = monotonic()
            # A million users' revenue takes a good part of a second: long enough to keep keys waiting.
            whole = await desk.run_in_background(partial(analysed, details))
        except Exception as error:
            # An internal error too costs the figures, not the app.
            fault = error if isinstance(error, DeskError) else write_crash_report(error)
            self.status.error(fault.message)
            whole = details
        self._rest_until = monotonic() + max(REFRESH_SECONDS, REST * (monotonic() - began))
        if turn == self._opened and self.pane.is_open:
            await self.pane.show(whole, from_top=from_top)

    async def mathematics(self) -> None:
        """Wait until numpy and scipy are there, which takes a second the first time."""
        if not self._loaded:
            await asyncio.to_thread(load_mathematics)
            self._loaded = True

    def do_experiment_view_next(self, count: int | None) -> None:
        """Go to the next view of the open experiment."""
        self._turn(count or 1)

    def do_experiment_view_previous(self, count: int | None) -> None:
        """Go to the view before."""
        self._turn(-(count or 1))

    def _turn(self, by: int) -> None:
        if self.pane.is_open:
            self.pane.turn(by)
        else:
            self.refuse("no experiment is open; enter opens one")

    async def follow(self, row: Listed) -> None:
        """Show the experiment under the cursor."""
        await self.open(row.number)

    async def show_all(self) -> bool:
        """Take back the filter; return whether there was one."""
        if self._status is None:
            return False
        self._status = None
        await self._show(keep=self.list.row)
        return True

    def shut_pane(self) -> None:
        """Close the details, and what is on the way to them."""
        self._opened += 1
        self.remove_class("-reading")
        super().shut_pane()

    # News

    async def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show what somebody did with experiments; the cursor stays on its line."""
        await self.reload()

    async def reload(self) -> None:
        """Read the list and the open experiment again."""
        row, place = self.list.row, self.list.cursor
        keep = await self._still_there(row.number) if row else None
        await self._show(keep=keep)
        if row is not None and (self.list.row is None or self.list.row.number != row.number):
            await self.list.move_to(place)
        if self.pane.number is not None:
            try:
                await self.open(self.pane.number)
            except NotFound:
                self.shut_pane()

    async def _still_there(self, number: int) -> Listed | None:
        desk = self.desk_app.desk
        try:
            return (await desk.run(read, desk, number)).row
        except NotFound:
            return None

    async def on_traffic(self) -> None:
        """Show users and events that have come in: the journal does not have them."""
        self._news = True
        self._look_soon()

    def on_screen_resume(self) -> None:
        """Show what came in while another screen was in front."""
        self._look_soon()

    def _look_soon(self) -> None:
        if self._news and self.is_current and self._look_again is None:
            self._look_again = self.set_timer(max(0.05, self._rest_until - monotonic()), self._refresh)

    async def _refresh(self) -> None:
        """Show counts that have moved: of the lines first, then of the open experiment."""
        self._look_again, self._news = None, False
        self._rest_until = monotonic() + REFRESH_SECONDS
        try:
            await self._refresh_lines()
            if self.pane.number is not None:
                await self._refresh_details(self.pane.number)
        except DeskError as error:
            self.status.error(error.message)

    async def _refresh_lines(self) -> None:
        known = {row.number: row for row in self.list.loaded}
        if known:
            fresh = await self.list.source.page(START, len(known))
            self.list.replace([row for row in fresh if known.get(row.number, row) != row])
            self._look_for_alerts()

    async def _refresh_details(self, number: int) -> None:
        desk = self.desk_app.desk
        details = await desk.run(read, desk, number)
        shown = self.pane.details
        if shown is None or not details.as_of(shown):
            # Until the new analysis is there, the old one stays where it is.
            self._opened += 1
            self.run_worker(self._analyse(details, self._opened), group="analyse", exclusive=True)
