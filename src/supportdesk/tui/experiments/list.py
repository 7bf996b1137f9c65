"""The experiments as lines: status, users, days, lift, and what the last look said."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from rich.style import Style

from supportdesk.domain.experiments.experiment import ArmCount, Decision, Experiment, ExperimentStatus
from supportdesk.domain.experiments.look import Look, target_values
from supportdesk.domain.experiments.metric import Direction, MetricKind
from supportdesk.domain.page import Count, RowKey, Seek
from supportdesk.services.desk import Desk
from supportdesk.tui import style
from supportdesk.tui.widgets.page_list import PageList
from supportdesk.tui.widgets.row_lines import Cells

STATUS_SIGN = {
    ExperimentStatus.DRAFT: "○",
    ExperimentStatus.RUNNING: "◐",
    ExperimentStatus.PAUSED: "‖",
    ExperimentStatus.COMPLETED: "●",
}
STATUS_STYLE = {
    ExperimentStatus.DRAFT: Style(color="yellow"),
    ExperimentStatus.RUNNING: Style(color="cyan", bold=True),
    ExperimentStatus.PAUSED: Style(color="magenta"),
    ExperimentStatus.COMPLETED: Style(color="green"),
}
VERDICT_SIGN = {"not yet": "…", "blocked": "✗", "ship": "▲", "keep-control": "▼", "no result": "="}
VERDICT_STYLE = {
    "not yet": style.PLAIN,
    "blocked": style.ERROR,
    "ship": Style(color="green", bold=True),
    "keep-control": Style(color="magenta", bold=True),
    "no result": Style(color="yellow"),
}
DECIDED = {Decision.SHIP: "ship", Decision.KEEP_CONTROL: "keep-control", Decision.NO_RESULT: "no result"}
"""Decisions in the words of verdicts."""
NUMBER_WIDTH = 5
STATUS_WIDTH = 12
USERS_WIDTH = 9
DAYS_WIDTH = 6
VALUES_WIDTH = 22
LIFT_WIDTH = 9
VERDICT_WIDTH = 16
SENTENCE_FROM = 130
"""Cells from which on there is room for rates or means and for the whole sentence of a verdict."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An experiment with what a line says of it: its arms as of now, its last look, if any, and its days of data."""

    experiment: Experiment
    arms: tuple[ArmCount, ...]
    look: Look | None
    days: int | None

    @property
    def number(self) -> int:
        """The number of the experiment."""
        return self.experiment.number

    @property
    def lift(self) -> float | None:
        """The relative difference of the best test variant from the control now; None where it is unknown."""
        target = self.experiment.target
        if target.kind is not MetricKind.CONVERSION or target.within is not None:
            compared = self.look.analysis.target.comparisons if self.look else ()
            lifts: list[float] = [each.lift for each in compared if each.lift is not None]
        else:
            control, *tests = self.arms
            if not control.converted:
                return None
            rate = control.converted / control.users
            lifts = [test.converted / test.users / rate - 1 for test in tests if test.users]
        if not lifts:
            return None
        return max(lifts) if self.experiment.target.better is Direction.UP else min(lifts)

    @property
    def values(self) -> str:
        """The rate of each arm as of now, or its mean as of the last look."""
        return " / ".join(target_values(self.experiment, self.arms, self.look))

    @property
    def verdict(self) -> tuple[str, str]:
        """The verdict in a word, and its sentence."""
        if self.experiment.decision is not None:
            return DECIDED[self.experiment.decision], self.experiment.decision_reason
        if self.look is not None:
            return self.look.verdict.state, self.look.verdict.sentence
        return "", "" if self.experiment.status is ExperimentStatus.DRAFT else "x calculates"


def listed(desk: Desk, found: Sequence[Experiment]) -> list[Listed]:
    """Return experiments with what their lines say; nothing is calculated."""
    arms, looks, days = desk.experiments.arms(found), desk.experiments.last_looks(found), desk.experiments.days(found)
    return [
        Listed(
            each,
            arms[each.number],
            looks.get(each.number),
            days.get(each.number),
        )
        for each in found
    ]


@dataclass
class ExperimentSource:
    """The experiments, newest first: all, or those of one status."""

    desk: Desk
    status: ExperimentStatus | None = None
    descending: bool = True

    async def count(self) -> Count:
        """Return how many there are."""
        return await self.desk.run(self.desk.experiments.count, self.status)

    async def page(self, seek: Seek, limit: int) -> Sequence[Listed]:
        """Return up to `limit` experiments, in list order."""
        return await self.desk.run(self._page, seek, limit)

    def _page(self, seek: Seek, limit: int) -> list[Listed]:
        return listed(self.desk, self.desk.experiments.page(self.status, seek, limit))

    async def position(self, key: RowKey) -> int:
        """Return how many stand before a key."""
        return await self.desk.run(self.desk.experiments.position, key, self.status)

    def key(self, row: Listed) -> RowKey:
        """Return the place of an experiment."""
        return (row.number,)

    def identity(self, row: Listed) -> Hashable:
        """Return an experiment's number."""
        return row.number


class ExperimentList(PageList[Listed]):
    """Number, status, name, users, days, lift and verdict of each experiment."""

    def cells(self, row: Listed, width: int) -> Cells:
        """Return an experiment as a line."""
        name, last = _widths(width)
        status = row.experiment.status
        state, sentence = row.verdict
        said = sentence if width >= SENTENCE_FROM or not state else state
        sign = VERDICT_SIGN.get(state, " ")
        lift = "–" if row.lift is None else f"{100 * row.lift:+.1f} %"
        days = "–" if row.days is None else f"{row.days:,}"
        users = f"{row.experiment.total_participants:,}"
        return [
            (" ", style.PLAIN),
            (style.fit(f"#{row.number}", NUMBER_WIDTH), style.PLAIN),
            (style.fit(f"{STATUS_SIGN[status]} {status}", STATUS_WIDTH), STATUS_STYLE[status]),
            (style.fit(row.experiment.name, name - 1) + " ", style.PLAIN),
            (users.rjust(USERS_WIDTH), style.PLAIN),
            (days.rjust(DAYS_WIDTH), style.DIM),
            *([(style.fit(f"  {row.values}", VALUES_WIDTH), style.PLAIN)] if width >= SENTENCE_FROM else []),
            (lift.rjust(LIFT_WIDTH), style.PLAIN),
            (style.fit(f"  {sign} {said}", last), VERDICT_STYLE.get(state, style.DIM)),
        ]

    def heading(self, width: int) -> str:
        """Return the names of the columns, above them."""
        name, last = _widths(width)
        return (
            " "
            + style.fit("#", NUMBER_WIDTH)
            + style.fit("Status", STATUS_WIDTH)
            + style.fit("Name", name)
            + "Users".rjust(USERS_WIDTH)
            + "Days".rjust(DAYS_WIDTH)
            + (style.fit("  Rates or means", VALUES_WIDTH) if width >= SENTENCE_FROM else "")
            + "Lift".rjust(LIFT_WIDTH)
            + style.fit("  Last verdict", last)
        )


def _widths(width: int) -> tuple[int, int]:
    """Return the cells of the name and of the verdict."""
    rest = width - 1 - NUMBER_WIDTH - STATUS_WIDTH - USERS_WIDTH - DAYS_WIDTH - LIFT_WIDTH
    if width >= SENTENCE_FROM:
        rest -= VALUES_WIDTH
        return rest // 3, rest - rest // 3
    name = max(10, rest - VERDICT_WIDTH)
    return name, max(0, rest - name)
