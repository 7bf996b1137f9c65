"""The figures of an experiment, as its statistics take them: gathered from a desk, or typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from supportdesk.domain.experiment import Experiment, Metric, MetricKind, Phase
from supportdesk.domain.experiment_event import EventCount
from supportdesk.domain.experiment_look import EarlierLook
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
    `days` is empty where nothing is known of time; then `today` is None.
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
    today: date | None = None
    running: bool = False
    events: tuple[EventCount, ...] = ()
    refused: Mapping[str, int] = field(default_factory=dict)
    looks: tuple[EarlierLook, ...] = ()

    @property
    def alpha(self) -> float:
        """What the confidence level leaves to chance."""
        return alpha_of(self.confidence_level)

    @property
    def arms(self) -> tuple[int, ...]:
        """The users of each arm."""
        return tuple(map(sum, zip(*self.users, strict=True)))

    @property
    def smallest(self) -> int:
        """The users of the smallest arm."""
        return min(self.arms)


def gathered(context: Context, experiment: Experiment) -> Figures:
    """Return the figures of an experiment as of one moment, inside the caller's transaction."""
    database = context.database
    days = experiment_daily.days(database, experiment)
    arms, phases = len(experiment.variants), [phase.phase for phase in experiment.phases]
    users = {(phase, arm): 0 for phase in phases for arm in range(arms)}
    for day in days:
        users[day.phase, day.variant] += day.users
    samples = []
    for place, metric in enumerate(experiment.metrics):
        found = _samples(context, experiment, place, metric, days, users)
        samples.append(tuple(tuple(found[phase, arm] for phase in phases) for arm in range(arms)))
    return Figures(
        variants=tuple(variant.name for variant in experiment.variants),
        metrics=experiment.metrics,
        confidence_level=experiment.confidence_level,
        planned=experiment.minimum_sample_size,
        minimum_days=experiment.definition.minimum_days,
        phases=experiment.phases,
        users=tuple(tuple(users[phase, arm] for arm in range(arms)) for phase in phases),
        samples=tuple(samples),
        days=tuple(days),
        left_out=sum(day.left_out for day in days),
        today=context.now().date(),
        running=experiment.status == "running",
        events=tuple(experiment_traffic.event_counts(database, experiment.number)),
        refused=experiment_traffic.refusals(database, experiment.number),
        looks=tuple(experiment_looks.earlier(database, experiment)),
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
    context: Context,
    experiment: Experiment,
    place: int,
    metric: Metric,
    days: Sequence[Day],
    users: Mapping[tuple[int, int], int],
) -> dict[tuple[int, int], Sample]:
    if metric.kind is MetricKind.CONVERSION:
        converted = dict.fromkeys(users, 0)
        for day in days:
            converted[day.phase, day.variant] += day.converted[place]
        return {key: Proportion(converted[key], users[key]) for key in users}
    average = metric.kind is MetricKind.MEAN
    found = experiment_daily.sums(context.database, experiment, place, average=average)
    of = {(each.phase, each.variant): each for each in found}
    samples: dict[tuple[int, int], Sample] = {}
    for key, many in users.items():
        sums = of.get(key)
        # A mean is of those who reported a value; what users brought is of all of them, most often nothing.
        counted = (sums.users if sums else 0) if average else many
        samples[key] = Mean.of_sums(counted, sums.total if sums else 0.0, sums.squares if sums else 0.0)
    return samples
