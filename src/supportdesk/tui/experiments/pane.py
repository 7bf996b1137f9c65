"""The open experiment: its verdict, plots, health, events and log."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from rich.text import Text
from textual import events

from supportdesk.tui import style
from supportdesk.tui.experiments.details import Details
from supportdesk.tui.experiments.text import events_text, health_text, log_text, verdict_text
from supportdesk.tui.widgets.pane import Pane
from supportdesk.tui.widgets.text_view import Paragraph

PLOT_HEIGHT = 15
"""Lines of a plot where there is room; on a small screen it fills the pane."""
LOADING = "Loading the mathematics …"


class ExperimentView(StrEnum):
    """What the pane shows of its experiment."""

    VERDICT = "Verdict"
    PLOTS = "Plots"
    HEALTH = "Health"
    EVENTS = "Events"
    LOG = "Log"


class ExperimentPane(Pane):
    """One experiment under five tabs."""

    def __init__(self) -> None:
        super().__init__()
        self.details: Details | None = None
        self.view = ExperimentView.VERDICT
        self._loading = False

    @property
    def number(self) -> int | None:
        """The number of the open experiment."""
        return self.details.experiment.number if self.is_open and self.details else None

    async def show(self, details: Details, *, loading: bool = False, from_top: bool = True) -> None:
        """Show an experiment; `loading` while its analysis is on the way."""
        self.details, self._loading = details, loading
        await self.open()
        self._draw(from_top=from_top)

    def turn(self, by: int) -> None:
        """Go to the next view, or the one before."""
        views = list(ExperimentView)
        self.view = views[(views.index(self.view) + by) % len(views)]
        self._draw(from_top=True)

    def shut(self) -> None:
        """Go away; the next experiment opens with its verdict."""
        super().shut()
        self.view = ExperimentView.VERDICT

    def on_resize(self, event: events.Resize) -> None:
        """Draw plots anew: they fill the room there is."""
        if self.is_open:
            self.call_after_refresh(self._draw, from_top=False)

    def _draw(self, *, from_top: bool) -> None:
        details = self.details
        if details is None:
            return
        troubles = sum(each.state != "ok" for each in details.analysis.health) if details.analysis else 0
        marks = {
            ExperimentView.HEALTH: f" {troubles}!" if troubles else "",
            ExperimentView.EVENTS: f" {sum(each.events for each in details.counts):,}",
            ExperimentView.LOG: f" {len(details.log)}",
        }
        names = {view: f"{view}{marks.get(view, '')}" for view in ExperimentView}
        self.show_tabs(names, self.view, more="   [ ] turn  ")
        paragraphs = list(self._paragraphs(details))
        if self._loading:
            paragraphs[:0] = [Text(LOADING, style.DIM)]
        self.text.show(paragraphs, from_top=from_top)

    def _paragraphs(self, details: Details) -> Sequence[Paragraph]:
        match self.view:
            case ExperimentView.VERDICT:
                return verdict_text(details)
            case ExperimentView.PLOTS:
                return self._plots(details)
            case ExperimentView.HEALTH:
                return health_text(details)
            case ExperimentView.EVENTS:
                return events_text(details)
            case ExperimentView.LOG:
                return log_text(details)

    def _plots(self, details: Details) -> Sequence[Paragraph]:
        if details.analysis is None:
            return [] if self._loading else [Text("A draft has nothing to draw; s s starts it.", style.DIM)]
        # Imported where it is wanted: it brings the plotting library.
        from supportdesk.tui.experiments.plots import plots

        size = self.text.scrollable_content_region
        # As many as the room holds, each of a height that can be read; a page less a line continues on the next.
        room = max(size.height - 1, 1)
        return plots(details.analysis, size.width, room // max(1, room // PLOT_HEIGHT))
