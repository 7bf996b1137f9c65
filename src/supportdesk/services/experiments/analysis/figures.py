"""The figures of an experiment, as its statistics take them: gathered from a desk, or typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import groupby

from supportdesk.domain.experiments.event import EventCount
from supportdesk.domain.experiments.experiment import Experiment, ExperimentStatus, Phase
from supportdesk.domain.experiments.metric import Metric, MetricKind
from supportdesk.services.context import Context
from supportdesk.services.experiments.analysis.sums import Sample, SoFar
from supportdesk.stats import Proportion, alpha_of
from supportdesk.storage.experiments import daily as experiment_daily
from supportdesk.storage.experiments import looks as experiment_looks
from supportdesk.storage.experiments import reported as experiment_reported
from supportdesk.storage.experiments import traffic as experiment_traffic
from supportdesk.storage.experiments.daily import Day

LONGEST_WAIT = 7
"""Days for which outcomes of a day are waited for that come by imports."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What an analysis is made from.

    `samples` has for each metric, for each arm, one sample a phase; `users` for each phase the users of each arm.
    `counted` has for each metric the users of each arm whom it counts: of a conversion window, those who are through.
    `days` is empty where nothing is known of time; then `today` is None. The days that are over are those before
    `open_from`, or all where it is None.
    """

    variants: tuple[str, ...]
    metrics: tuple[Metric, ...]
    confidence_level: float
    planned: int
    minimum_days: int
    phases: tuple[Phase, ...]
    users: tuple[tuple[int, ...], ...]
    samples: tuple[tuple[tuple[Sample, ...], ...], ...]
    counted: tuple[tuple[int, ...], ...] = ()
    days: tuple[Day, ...] = ()
    left_out: int = 0
    robots: int = 0
    forgotten: int = 0
    today: date | None = None
    open_from: str | None = None
    running: bool = False
    events: tuple[EventCount, ...] = ()
    refused: Mapping[str, int] = field(default_factory=dict)
    looks: int = 0

    @property
    def alpha(self) -> float:
        """The significance level."""
        return alpha_of(self.confidence_level)

    @property
    def arms(self) -> tuple[int, ...]:
        """The users of each arm."""
        return tuple(map(sum, zip(*self.users, strict=True)))

    @property
    def smallest(self) -> int:
        """The users of the smallest arm, of those whom the target counts."""
        return min(self.counted[0])

    @property
    def days_run(self) -> int:
        """The days from the first to the last new user, both included; of a window, from its first end to its last."""
        if self.metrics[0].within is not None:
            return span([day.day for day in self.days if day.counted_for(0).users > 0])
        return span([day.day for day in self.days if day.users + day.left_out > 0])

    @property
    def is_full(self) -> bool:
        """Whether sample and days are those planned."""
        return self.smallest >= self.planned and (self.today is None or self.days_run >= self.minimum_days)


def span(days: Sequence[str]) -> int:
    """Return how many days there are from the first to the last."""
    return (date.fromisoformat(max(days)) - date.fromisoformat(min(days))).days + 1 if days else 0


def gather(context: Context, experiment: Experiment) -> Figures:
    """Return the figures of an experiment as of one moment, inside the caller's transaction."""
    database = context.database
    today = context.now().date()
    days = experiment_daily.days(database, experiment, windows_until(experiment, today))
    figures = Figures(
        variants=tuple(variant.name for variant in experiment.variants),
        metrics=experiment.metrics,
        confidence_level=experiment.confidence_level,
        planned=experiment.minimum_sample_size,
        minimum_days=experiment.definition.minimum_days,
        phases=experiment.phases,
        users=(),
        samples=(),
        today=today,
        robots=experiment.robots,
        forgotten=experiment.forgotten,
        running=experiment.status is ExperimentStatus.RUNNING,
        events=tuple(experiment_traffic.event_counts(database, experiment.number)),
        refused=experiment_traffic.refusals(database, experiment.number),
        looks=experiment_looks.count(database, experiment),
    )
    return replace(with_days(figures, days), open_from=_open_from(context, experiment, days, today))


def windows_until(experiment: Experiment, today: date) -> str:
    """Return the day before which conversion windows have to be over: after the end, no events are taken any more."""
    return min(today, experiment.end_date.date() if experiment.end_date else today).isoformat()


def _open_from(context: Context, experiment: Experiment, days: Sequence[Day], today: date) -> str | None:
    """Return the first day that is not over.

    None where no day can change any more: nobody enters, or all users came at once, by an import without times.
    """
    if experiment.status is not ExperimentStatus.RUNNING:
        return None
    dates = {day.day for day in days if day.users + day.left_out}
    if len(dates) == 1 and experiment_daily.is_batch(context.database, experiment.number):
        return None
    if not experiment_reported.is_fed(context.database, experiment.number):
        return today.isoformat()
    # What is reported day after day comes some time after the day: without it, the day is not over.
    known = [date.fromisoformat(day.day) for day in days if day.converted[0] or any(day.values[0])]
    over = known[-1] + timedelta(days=1) if known else date.min
    return min(max(over, today - timedelta(days=LONGEST_WAIT)), today).isoformat()


def with_days(figures: Figures, days: Sequence[Day]) -> Figures:
    """Return the same figures with other days, summed up."""
    sums = _no_sums(figures)
    for day in days:
        sums.add(day)
    return _summed(figures, days, sums)


def day_by_day(figures: Figures) -> Iterator[tuple[str, Figures]]:
    """Yield each day with the figures as they were at its end."""
    sums, done = _no_sums(figures), 0
    for date_of, of_day in groupby(figures.days, key=lambda day: day.day):
        for day in of_day:
            sums.add(day)
            done += 1
        yield date_of, _summed(figures, figures.days[:done], sums)


def _no_sums(figures: Figures) -> SoFar:
    return SoFar([phase.phase for phase in figures.phases], len(figures.variants), figures.metrics)


def _summed(figures: Figures, days: Sequence[Day], sums: SoFar) -> Figures:
    return replace(
        figures,
        days=tuple(days),
        users=sums.users,
        counted=tuple(
            tuple(sum(each.users for each in of_arm) for of_arm in sums.sums(place))
            for place in range(len(figures.metrics))
        ),
        samples=tuple(sums.samples(place) for place in range(len(figures.metrics))),
        left_out=sum(day.left_out for day in days),
    )


def typed(arms: Sequence[Sample], confidence_level: float, weights: Sequence[float]) -> Figures:
    """Return the figures of arms that somebody typed: one phase, no time, the control first."""
    names = ("control", "test") if len(arms) == 2 else ("control", *(f"test {n}" for n in range(1, len(arms))))
    return Figures(
        variants=names,
        metrics=(Metric(("conversion",)) if isinstance(arms[0], Proportion) else Metric(("value",), MetricKind.MEAN),),
        confidence_level=confidence_level,
        planned=0,
        minimum_days=0,
        phases=(Phase(1, tuple(weights), None),),
        users=(tuple(arm.users for arm in arms),),
        counted=(tuple(arm.users for arm in arms),),
        samples=(tuple((arm,) for arm in arms),),
    )
