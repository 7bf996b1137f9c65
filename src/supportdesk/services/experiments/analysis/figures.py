"""The figures of an experiment, as its statistics take them: gathered from a desk, or typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from supportdesk.domain.experiments.event import EventCount
from supportdesk.domain.experiments.experiment import Experiment, ExperimentStatus, Metric, MetricKind, Phase
from supportdesk.services.context import Context
from supportdesk.stats import Mean, Proportion, alpha_of
from supportdesk.storage.experiments import daily as experiment_daily
from supportdesk.storage.experiments import looks as experiment_looks
from supportdesk.storage.experiments import traffic as experiment_traffic
from supportdesk.storage.experiments.daily import Day

Sample = Proportion | Mean


@dataclass(frozen=True, slots=True)
class Figures:
    """What an analysis is made from.

    `samples` has for each metric, for each arm, one sample a phase; `users` for each phase the users of each arm.
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
        """The users of the smallest arm."""
        return min(self.arms)

    @property
    def days_run(self) -> int:
        """The days from the first to the last new user, both included."""
        return span([day.day for day in self.days if day.users + day.left_out > 0])

    @property
    def is_full(self) -> bool:
        """Whether sample and days are those planned."""
        return self.smallest >= self.planned and (self.today is None or self.days_run >= self.minimum_days)

    def until(self, day: str) -> Figures:
        """Return the figures as they were at the end of a day."""
        return with_days(self, [each for each in self.days if each.day <= day])


def span(days: Sequence[str]) -> int:
    """Return how many days there are from the first to the last."""
    return (date.fromisoformat(max(days)) - date.fromisoformat(min(days))).days + 1 if days else 0


def gather(context: Context, experiment: Experiment) -> Figures:
    """Return the figures of an experiment as of one moment, inside the caller's transaction."""
    database = context.database
    days = experiment_daily.days(database, experiment)
    today = context.now().date()
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


def _open_from(context: Context, experiment: Experiment, days: Sequence[Day], today: date) -> str | None:
    """Return the first day that is not over.

    None where no day can change any more: nobody enters, or all users came at once, by an import without times.
    """
    if experiment.status is not ExperimentStatus.RUNNING:
        return None
    dates = {day.day for day in days if day.users + day.left_out}
    if len(dates) == 1 and experiment_daily.is_batch(context.database, experiment.number):
        return None
    return today.isoformat()


def with_days(figures: Figures, days: Sequence[Day]) -> Figures:
    """Return the same figures with other days, summed up."""
    phases, arms = [phase.phase for phase in figures.phases], range(len(figures.variants))
    users = {(phase, arm): 0 for phase in phases for arm in arms}
    for day in days:
        users[day.phase, day.variant] += day.users
    samples = []
    for place, metric in enumerate(figures.metrics):
        of = _samples(place, metric, days, users)
        samples.append(tuple(tuple(of[phase, arm] for phase in phases) for arm in arms))
    return replace(
        figures,
        days=tuple(days),
        users=tuple(tuple(users[phase, arm] for arm in arms) for phase in phases),
        samples=tuple(samples),
        left_out=sum(day.left_out for day in days),
    )


def typed(arms: Sequence[Proportion], confidence_level: float, weights: Sequence[float]) -> Figures:
    """Return the figures of arms that somebody typed: one phase, no time, the control first."""
    names = ("control", "test") if len(arms) == 2 else ("control", *(f"test {n}" for n in range(1, len(arms))))
    return Figures(
        variants=names,
        metrics=(Metric(("conversion",)),),
        confidence_level=confidence_level,
        planned=0,
        minimum_days=0,
        phases=(Phase(1, tuple(weights), None),),
        users=(tuple(arm.users for arm in arms),),
        samples=(tuple((arm,) for arm in arms),),
    )


def _samples(
    place: int, metric: Metric, days: Sequence[Day], users: Mapping[tuple[int, int], int]
) -> dict[tuple[int, int], Sample]:
    if metric.kind is MetricKind.CONVERSION:
        converted = dict.fromkeys(users, 0)
        for day in days:
            converted[day.phase, day.variant] += day.converted[place]
        return {key: Proportion(min(converted[key], many), many) for key, many in users.items()}
    sums = {key: [0, 0.0, 0.0] for key in users}
    for day in days:
        of = sums[day.phase, day.variant]
        for part, more in enumerate(day.values[place]):
            of[part] += more
    samples: dict[tuple[int, int], Sample] = {}
    for key, many in users.items():
        reported, total, squares = sums[key]
        # A mean is of those who reported a value; revenue is of all users, most of whom brought nothing.
        counted = int(reported) if metric.kind is MetricKind.MEAN else many
        # Users who were left out again can leave rounding behind.
        samples[key] = Mean.of_sums(counted, total, max(squares, total * total / counted)) if counted > 0 else _NOBODY
    return samples


_NOBODY = Mean(0, 0.0, 0.0)
