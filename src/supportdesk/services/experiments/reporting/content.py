"""What a report of an experiment holds, before it is written in a format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from supportdesk.domain import moment
from supportdesk.domain.experiments.analysis import Analysis, ComparisonResult, MetricResult
from supportdesk.domain.experiments.event import EventCount
from supportdesk.domain.experiments.experiment import HELD_OUT_CONTROL, Check, Experiment, ExperimentStatus
from supportdesk.domain.experiments.form import weights_text
from supportdesk.domain.experiments.look import p_text
from supportdesk.domain.experiments.metric import MetricKind
from supportdesk.domain.experiments.metric_text import described
from supportdesk.domain.journal import Entry
from supportdesk.services.experiments.analysis.chart import Chart
from supportdesk.services.experiments.reporting.methods import methods

NONE = "–"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Listing:
    """Items of a list."""

    items: Sequence[str]


Block = str | Table | Listing | Chart
"""A paragraph, a table, a list or a plot."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report under its own heading."""

    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that a report is made from, as of one moment; a draft has no analysis, but a checklist."""

    experiment: Experiment
    analysis: Analysis | None
    checklist: Sequence[Check]
    charts: Sequence[Chart]
    events: Sequence[EventCount]
    log: Sequence[Entry]
    at: datetime
    actor: str


def title(material: Material) -> str:
    """Return what a report is called."""
    return f"Experiment #{material.experiment.number}: {material.experiment.name}"


def sections(material: Material) -> list[Section]:
    """Return the parts of a report in order: question, plan, verdict, figures, plots, health, decision, methods."""
    experiment, analysis = material.experiment, material.analysis
    parts = [Section("Question", list(_question(experiment))), Section("Plan", [_plan(experiment)])]
    if analysis is None:
        return [*parts, Section("Before the start", [_checks(material.checklist)])]
    verdict: list[Block] = [f"{analysis.verdict.sentence}."]
    if analysis.verdict.next_step and experiment.status is not ExperimentStatus.COMPLETED:
        verdict.append(f"What to do: {analysis.verdict.next_step}")
    if analysis.provisional:
        verdict.append("The figures are provisional: the planned sample and days are not reached.")
    plots: list[Block] = list(material.charts) or ["There is nothing to draw yet."]
    if analysis.target.adjusted:
        plots.append("Values over time are not drawn: those of phases with different weights cannot be compared.")
    return [
        *parts,
        Section("Verdict", verdict),
        Section("Figures", list(_figures(analysis))),
        Section("Plots", plots),
        Section("Health", [_checks(analysis.health), *_left(material)]),
        Section("Decision", list(_decision(material))),
        Section("Methods", [Listing(methods(analysis))]),
    ]


def _question(experiment: Experiment) -> Iterator[Block]:
    yield experiment.hypothesis or "No hypothesis was written down before the start."
    yield from filter(None, experiment.description.split("\n"))
    target = experiment.target
    names = ", ".join(variant.name for variant in experiment.variants[1:])
    yield (f"Does {names} change {target.name} ({described(target)}), compared with {experiment.control_variant}?")


def _plan(experiment: Experiment) -> Table:
    definition = experiment.definition
    others = [f"{each.name} ({each.role}, {described(each)})" for each in experiment.metrics[1:]]
    phases = [f"phase {each.phase}: {weights_text(each.weights)}" for each in experiment.phases]
    facts: Mapping[str, str] = {
        "Status": experiment.status,
        "Variants": " / ".join(each.name for each in experiment.variants)
        + f", weights {weights_text(experiment.weights)}",
        "Target": f"{experiment.target.name} ({described(experiment.target)})",
        "Other metrics": "; ".join(others),
        "Users per variant": f"{definition.minimum_sample_size:,} planned",
        "Days": f"{definition.minimum_days} at least",
        "Confidence": f"{100 * definition.confidence_level:g} %",
        "Phases": "; ".join(phases) if len(phases) > 1 else "",
        "Enter": f"{definition.ramp:g} % of users" if definition.ramp < 100 else "",
        "Stay out": f"{definition.holdout:g} % of users" if definition.holdout else "",
        "Control": HELD_OUT_CONTROL * definition.measures_holdout,
        "Robots": "" if definition.max_events is None else f"users with more than {definition.max_events:,} events",
        "Group": definition.exclusion_group,
        "Data": "daily sums from elsewhere" if experiment.from_sums else "",
        "Started": _date(experiment.start_date),
        "Ended": _date(experiment.end_date),
    }
    return Table(("What", "Plan"), [(name, value) for name, value in facts.items() if value])


def _figures(analysis: Analysis) -> Iterator[Block]:
    for metric in analysis.metrics:
        rates = metric.kind == MetricKind.CONVERSION
        yield f"{metric.metric} ({metric.role}, {metric.described or metric.kind})"
        yield _arms(metric, rates, f"{100 * analysis.confidence_level:g} % interval")
        if metric.adjusted:
            yield "Weighted over phases, in which all variants count alike."
        yield Table(
            ("Against the control", "Difference", "Lift", "p", "p by Holm", "Valid at every look"),
            [_comparison(each, rates) for each in metric.comparisons],
        )
        reasons = [f"{each.variant}: {each.reason}" for each in metric.comparisons if each.reason]
        if reasons:
            yield Listing(reasons)
    if analysis.guardrails:
        yield Listing([f"Guardrail {each.metric} with {each.variant}: {each.says}" for each in analysis.guardrails])
    if analysis.belief.says:
        yield f"{analysis.belief.says}."
    if len(analysis.phases) > 1:
        yield Table(
            ("Phase", "Weights", "Users"),
            [
                (str(each.phase), weights_text(tuple(each.weights)), " / ".join(f"{many:,}" for many in each.users))
                for each in analysis.phases
            ],
        )


def _arms(metric: MetricResult, rates: bool, interval: str) -> Table:
    counted = "Reported" if metric.kind == MetricKind.MEAN else "Converted"
    value = {MetricKind.CONVERSION: "Rate", MetricKind.RATIO: "Ratio"}.get(metric.kind, "Mean")
    return Table(
        ("Variant", "Users", counted, value, interval),
        [
            (
                arm.variant,
                f"{arm.users:,}",
                f"{arm.conversions:,}",
                _value(arm.value, rates),
                _between(arm.lower, arm.upper, rates),
            )
            for arm in metric.variants
        ],
    )


def _comparison(each: ComparisonResult, rates: bool) -> tuple[str, ...]:
    band = each.always_valid.band
    scale, unit = (100, " points") if rates else (1, "")
    return (
        each.variant,
        each.says.removeprefix(f"{each.variant}: "),
        " ".join(filter(None, (_value(each.lift, True), _between(each.lift_lower, each.lift_upper, True)))),
        NONE if each.p_value is None else p_text(each.p_value).removeprefix("p "),
        NONE if each.p_value_holm is None else p_text(each.p_value_holm).removeprefix("p "),
        NONE if band is None else f"{scale * band[1]:.3g} to {scale * band[2]:.3g}{unit}",
    )


def _left(material: Material) -> Iterator[Block]:
    left = [f"{each.events:,} × {each.name}" for each in material.events if not each.counted and each.events]
    if left:
        yield f"Events that no metric counts: {', '.join(left)}."
    if material.experiment.forgotten:
        yield f"{material.experiment.forgotten:,} users were removed on request; their counts stay."


def _decision(material: Material) -> Iterator[Block]:
    experiment = material.experiment
    if experiment.decision is None:
        yield "None yet." if experiment.status is not ExperimentStatus.COMPLETED else "Completed without a decision."
    else:
        yield f"{experiment.decision}: {experiment.decision_reason}"
    yield Listing([f"{moment.local(each.at)}, {each.actor}: {each.summary}" for each in material.log])


def _checks(checks: Sequence[Check]) -> Table:
    return Table(("State", "Check", "What"), [(each.state, each.name, each.says) for each in checks])


def _date(at: datetime | None) -> str:
    return "" if at is None else moment.local(at)


def _value(value: float | None, rates: bool) -> str:
    if value is None:
        return NONE
    return f"{100 * value:.3f} %" if rates else f"{value:,.5g}"


def _between(low: float | None, high: float | None, rates: bool) -> str:
    if low is None or high is None:
        return ""
    return f"({_value(low, rates)} to {_value(high, rates)})"
