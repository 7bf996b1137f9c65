"""Comparisons that the plan of an experiment does not name: exploratory, corrected together, and never deciding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from supportdesk.domain.errors import InvalidValue, NotAllowed, invalid, one_of
from supportdesk.domain.experiments.experiment import CONTROL, Experiment, ExperimentStatus
from supportdesk.domain.experiments.metric import Metric, MetricKind
from supportdesk.services.context import Context
from supportdesk.services.experiments import changes as experiment_changes
from supportdesk.services.experiments.analysis.comparison import Comparison, compare
from supportdesk.services.experiments.analysis.statistic import corrected
from supportdesk.services.experiments.exploring.question import Question, Ratio
from supportdesk.services.experiments.exploring.users import Cell, Gathered, Values, gather
from supportdesk.stats import (
    Mean,
    Pairs,
    Proportion,
    alpha_of,
    cuped,
    ratio_difference,
    sample_ratio,
    winsorise,
)
from supportdesk.storage.experiments import reading

SEGMENTS_LIMIT = 50
FEWEST = 2


@dataclass(frozen=True, slots=True)
class Found:
    """One test variant against the control, of one metric in one segment (empty for all users).

    `p_value_holm` is corrected for everything that was asked at once, `split_p_value` is of the users of the segment.
    """

    metric: str
    kind: str
    segment: str
    variant: str
    control_users: int
    control_value: float | None
    users: int
    value: float | None
    difference: float | None
    difference_lower: float | None
    difference_upper: float | None
    p_value: float | None
    p_value_holm: float | None
    split_p_value: float | None
    note: str
    reason: str


@dataclass(frozen=True, slots=True)
class Exploration:
    """What was found; none of it decides. `notes` say who was left out and what was lowered."""

    experiment: Experiment
    found: tuple[Found, ...]
    notes: tuple[str, ...]


def explore(context: Context, reference: str, question: Question) -> Exploration:
    """Compare what a question asks, as of now; raises `NotAllowed` for a draft and for data that are sums only."""
    with context.database.reading():
        experiment = experiment_changes.get_experiment(context, reference)
        _check(experiment)
        _check_segment(context, experiment, question.segment)
        things: list[Metric | Ratio] = [*question.metrics, *question.ratios] or [experiment.target]
        rows: list[Found] = []
        notes: dict[str, None] = {}
        for of in things:
            gathered = gather(context, experiment, of, question)
            notes |= dict.fromkeys(_notes(gathered, question))
            rows += _found(experiment, of, gathered, question)
    by_holm = corrected([each.p_value for each in rows])
    found = (replace(each, p_value_holm=p) for each, p in zip(rows, by_holm, strict=True))
    return Exploration(experiment, tuple(found), tuple(notes))


def _check(experiment: Experiment) -> None:
    number = experiment.number
    if experiment.status is ExperimentStatus.DRAFT:
        raise NotAllowed(f"experiment #{number} is a draft, so there is nothing to explore", field="status")
    if experiment.from_sums:
        raise NotAllowed(
            f"experiment #{number} has daily sums as its data; exploring needs single users and their events",
            field="reference",
        )


def _check_segment(context: Context, experiment: Experiment, segment: str) -> None:
    """Raise `InvalidValue` for an attribute that no user has."""
    known = reading.attribute_names(context.database, experiment.number) if segment else []
    if segment and segment not in known:
        raise invalid("segment", segment, one_of(known) if known else "no user has an attribute")


def _notes(gathered: Gathered, question: Question) -> list[str]:
    notes = []
    if question.within is not None:
        notes.append(f"{gathered.too_young:,} users are left out, whose assignment is younger than the window")
    if question.before and not gathered.with_before:
        raise InvalidValue(
            "before: no user has a value from before the assignment; import it as the column `before`", field="before"
        )
    return notes


def _found(experiment: Experiment, of: Metric | Ratio, gathered: Gathered, question: Question) -> list[Found]:
    segments = sorted({segment for segment, _, _ in gathered.cells})
    if len(segments) > SEGMENTS_LIMIT:
        raise InvalidValue(
            f"segment: {question.segment} has {len(segments):,} values; up to {SEGMENTS_LIMIT} can be compared",
            field="segment",
        )
    phases = sorted({phase for _, phase, _ in gathered.cells})
    if len(phases) > 1 and (question.before or isinstance(of, Ratio)):
        raise NotAllowed(
            "phases: the weights changed meanwhile; ratios and values from before are compared within one phase only",
            field="phases",
        )
    arms = range(len(experiment.variants))
    found = []
    for segment in segments:
        cells = [[gathered.cells.get((segment, phase, arm), Values()) for phase in phases] for arm in arms]
        split = _split(experiment, gathered.cells, segment, phases)
        found += _of_segment(experiment, of, segment, cells, question, split)
    return found


def _of_segment(
    experiment: Experiment,
    of: Metric | Ratio,
    segment: str,
    cells: Sequence[Sequence[Values]],
    question: Question,
    split: float | None,
) -> list[Found]:
    alpha = alpha_of(experiment.confidence_level)
    kind = "ratio" if isinstance(of, Ratio) else of.kind
    samples, capped = _samples(of, cells, question.cap)
    found = []
    for arm, variant in enumerate(experiment.variants[1:], 1):
        control, test = cells[CONTROL], cells[arm]
        note = capped
        if isinstance(of, Ratio):
            values, compared = _ratio(control[0], test[0], alpha)
        elif question.before and of.kind is not MetricKind.MEAN:
            values, compared, note = _adjusted(control[0], test[0], alpha)
        else:
            values, compared = (
                (_value(samples[CONTROL]), _value(samples[arm])),
                compare(samples[CONTROL], samples[arm], alpha, 0),
            )
        found.append(
            Found(
                of.name,
                kind,
                segment,
                variant.name,
                sum(len(each.y) for each in control),
                values[0],
                sum(len(each.y) for each in test),
                values[1],
                compared.difference,
                compared.low,
                compared.high,
                compared.p_value,
                None,
                split,
                note,
                compared.reason,
            )
        )
    return found


def _samples(
    of: Metric | Ratio, cells: Sequence[Sequence[Values]], cap: float | None
) -> tuple[list[list[Proportion | Mean]], str]:
    """Return a sample for each arm and phase, and what was lowered."""
    if isinstance(of, Metric) and of.kind is MetricKind.CONVERSION:
        return [[Proportion(int(sum(each.y)), len(each.y)) for each in phases] for phases in cells], ""
    if cap is None:
        return [[Mean.of(each.y) for each in phases] for phases in cells], ""
    lowered = winsorise([each.y for phases in cells for each in phases], cap)
    means, note = iter(lowered.arms), ""
    if lowered.cap is not None:
        note = f"{lowered.capped:,} values above {lowered.cap:.6g} lowered to it"
    return [[next(means) for _ in phases] for phases in cells], note


def _value(samples: Sequence[Proportion | Mean]) -> float | None:
    users = sum(each.users for each in samples)
    if not users:
        return None
    return sum(each.conversions if isinstance(each, Proportion) else each.users * each.mean for each in samples) / users


def _ratio(control: Values, test: Values, alpha: float) -> tuple[tuple[float | None, float | None], Comparison]:
    # x over y, in the words of `Pairs`.
    found = ratio_difference(Pairs.of(control.y, control.below), Pairs.of(test.y, test.below), alpha)
    users = min(len(control.y), len(test.y))
    return (found.ratio_control, found.ratio_test), Comparison(
        users, found.difference, found.low, found.high, p_value=found.p_value, reason=found.reason
    )


def _adjusted(control: Values, test: Values, alpha: float) -> tuple[tuple[float | None, float | None], Comparison, str]:
    found = cuped(Pairs.of(control.before, control.y), Pairs.of(test.before, test.y), alpha)
    welch = found.adjusted
    saved = found.variance_reduction
    note = "" if saved is None else f"adjusted by the value from before: {100 * saved:.0f} % less variance"
    values = (found.control.mean, found.test.mean)
    users = min(len(control.y), len(test.y))
    return (
        values,
        Comparison(users, welch.difference, welch.low, welch.high, p_value=welch.p_value, reason=found.reason),
        note,
    )


def _split(experiment: Experiment, cells: dict[Cell, Values], segment: str, phases: Sequence[int]) -> float | None:
    """Return how probable the split of a segment is, the least of its phases; None for too few users."""
    weights = {phase.phase: phase.weights for phase in experiment.phases}
    found = []
    for phase in phases:
        users = [
            cells[segment, phase, arm].users if (segment, phase, arm) in cells else 0
            for arm in range(len(weights[phase]))
        ]
        if sum(users) >= FEWEST:
            p_value = sample_ratio(users, weights[phase]).p_value
            found += [] if p_value is None else [min(p_value * len(phases), 1.0)]
    return min(found, default=None)
