"""All that is shown of one experiment, read at one moment."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from supportdesk.domain.experiments.analysis import Analysis
from supportdesk.domain.experiments.event import Event, EventCount
from supportdesk.domain.experiments.experiment import Check, Experiment, ExperimentStatus
from supportdesk.domain.journal import Entry
from supportdesk.services.desk import Desk
from supportdesk.tui.experiments.list import Listed, listed

LATEST = 50
MATHEMATICS = (
    "scipy.special",
    "scipy.optimize",
    "supportdesk.services.experiments.analysis.results",
)


@dataclass(frozen=True, slots=True)
class Details:
    """An experiment with everything about it.

    `analysis` is of this moment and has not been kept: what counts as a look is `row.look`. A draft has none, but
    `checks`.
    """

    row: Listed
    checks: Sequence[Check]
    counts: Sequence[EventCount]
    refused: Mapping[str, int]
    latest: Sequence[Event]
    log: Sequence[Entry]
    now: datetime
    analysis: Analysis | None = None

    @property
    def experiment(self) -> Experiment:
        """The experiment."""
        return self.row.experiment

    def as_of(self, other: Details) -> bool:
        """Return whether nothing has happened between two readings that an analysis would show."""
        return (self.row, self.counts, self.refused, self.checks, self.log) == (
            other.row,
            other.counts,
            other.refused,
            other.checks,
            other.log,
        )


def read(desk: Desk, number: int) -> Details:
    """Read an experiment without its analysis, in milliseconds; raises `NotFound`."""
    reference = str(number)
    experiment = desk.experiments.get(reference)
    draft = experiment.status is ExperimentStatus.DRAFT
    return Details(
        row=listed(desk, [experiment])[0],
        checks=desk.experiments.checklist(reference) if draft else (),
        counts=desk.experiments.events(reference),
        refused=desk.experiments.refusals(reference),
        latest=desk.experiments.latest_events(reference, LATEST),
        log=desk.experiments.log(reference),
        now=desk.now(),
    )


def analysed(details: Details, desk: Desk) -> Details:
    """Add the analysis of this moment; imports the mathematics."""
    if details.experiment.status is ExperimentStatus.DRAFT:
        return details
    return replace(details, analysis=desk.experiments.calculate(str(details.experiment.number), keep=False).analysis)


def load_mathematics() -> None:
    """Import what an analysis needs, for a thread of its own: a second in which the desk can go on working."""
    for name in MATHEMATICS:
        importlib.import_module(name)
