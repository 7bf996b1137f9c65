"""Everything that the figures of an experiment say: health first, then the verdict."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from supportdesk.domain.experiments.analysis import (
    AlwaysValidResult,
    Analysis,
    ArmResult,
    Belief,
    ComparisonResult,
    EventTotals,
    MetricResult,
    PhaseUsers,
)
from supportdesk.domain.experiments.metric import Metric, MetricRole
from supportdesk.domain.experiments.metric_text import described
from supportdesk.services.experiments.analysis.advice import next_step
from supportdesk.services.experiments.analysis.belief import belief
from supportdesk.services.experiments.analysis.comparison import Comparison, compare, phase_weights
from supportdesk.services.experiments.analysis.figures import Figures
from supportdesk.services.experiments.analysis.guardrails import guardrail_results
from supportdesk.services.experiments.analysis.health import BLOCKED, days_left, health
from supportdesk.services.experiments.analysis.interim import interims
from supportdesk.services.experiments.analysis.proof import harm_sign, proven_harm, proven_target
from supportdesk.services.experiments.analysis.series import series_of
from supportdesk.services.experiments.analysis.statistic import corrected, mean_of
from supportdesk.services.experiments.analysis.verdict import Proven, decide
from supportdesk.services.experiments.analysis.wording import between, is_worse
from supportdesk.stats import AlwaysValid, Mean, Proportion, wilson
from supportdesk.stats.means import t_critical


def analyse(figures: Figures) -> Analysis:
    """Return the whole analysis."""
    checks = health(figures)
    analyses = interims(figures)
    proven = Proven(analyses, proven_target(analyses), proven_harm(analyses))
    verdict, decided = decide(figures, checks, proven)
    compared = [_compared(figures, place) for place in range(len(figures.metrics))]
    by_holm = _corrected(figures, compared)
    at_last = _at_last(figures, proven, by_holm)
    blocked = any(check.state == BLOCKED for check in checks)
    at_once = figures.running and figures.open_from is None
    guardrails = tuple(guardrail_results(figures.metrics, figures.variants, analyses, proven.harm))
    return Analysis(
        verdict=replace(verdict, next_step=next_step(verdict, guardrails, running=figures.running, at_once=at_once)),
        provisional=not (analyses and analyses[-1].is_last),
        confidence_level=figures.confidence_level,
        planned_sample_size=figures.planned or None,
        days=figures.days_run,
        minimum_days=figures.minimum_days,
        days_left=days_left(figures),
        look=figures.looks + 1,
        left_out=figures.left_out,
        health=tuple(checks),
        metrics=tuple(
            _metric(figures, place, compared[place], by_holm[place], _significant(proven, at_last, place))
            for place in range(len(figures.metrics))
        ),
        guardrails=guardrails,
        # What cannot be trusted is not believed either.
        belief=Belief() if blocked else belief(figures),
        phases=tuple(
            PhaseUsers(phase.phase, tuple(phase.weights), tuple(users))
            for phase, users in zip(figures.phases, figures.users, strict=True)
        ),
        events=EventTotals(
            {each.name: each.events for each in figures.events if each.counted},
            {each.name: each.events for each in figures.events if not each.counted},
        ),
        refused=dict(figures.refused),
        series=tuple(series_of(figures)),
        decided=decided,
    )


def _compared(figures: Figures, place: int) -> list[Comparison]:
    control, *tests = figures.samples[place]
    return [compare(control, test, figures.alpha, figures.planned) for test in tests]


def _corrected(figures: Figures, compared: Sequence[Sequence[Comparison]]) -> list[list[float | None]]:
    """Return Holm's p-values, in three families: the target, secondary metrics, and guardrails one-sided."""
    p_values = [
        [_p_value(metric, each) for each in comparisons]
        for metric, comparisons in zip(figures.metrics, compared, strict=True)
    ]
    for role in MetricRole:
        places = [place for place, metric in enumerate(figures.metrics) if metric.role is role]
        family = iter(corrected([p for place in places for p in p_values[place]]))
        for place in places:
            p_values[place] = [next(family) for _ in p_values[place]]
    return p_values


def _p_value(metric: Metric, comparison: Comparison) -> float | None:
    if metric.role is not MetricRole.GUARDRAIL:
        return comparison.p_value
    return comparison.p_towards(harm_sign(metric))


def _at_last(figures: Figures, proven: Proven, by_holm: list[list[float | None]]) -> list[list[float | None]] | None:
    """Return the corrected p-values of the last analysis; None before it and without secondary metrics."""
    last = proven.analyses[-1] if proven.analyses and proven.analyses[-1].is_last else None
    if last is None or not any(metric.role is MetricRole.SECONDARY for metric in last.figures.metrics):
        return None
    if last.figures is figures:
        return by_holm
    return _corrected(last.figures, [_compared(last.figures, place) for place in range(len(last.figures.metrics))])


def _significant(proven: Proven, at_last: list[list[float | None]] | None, place: int) -> set[int]:
    """Return the test variants whose difference on a metric counts; of secondary metrics at the last analysis alone."""
    found = {arm for metric, arm in (*proven.target, *proven.harm) if metric == place}
    if at_last is None:
        return found
    figures = proven.analyses[-1].figures
    if figures.metrics[place].role is not MetricRole.SECONDARY:
        return found
    return {arm for arm, p in enumerate(at_last[place], 1) if p is not None and p < figures.alpha}


def _metric(
    figures: Figures,
    place: int,
    compared: Sequence[Comparison],
    by_holm: Sequence[float | None],
    significant: set[int],
) -> MetricResult:
    metric = figures.metrics[place]
    rows = [
        ComparisonResult(
            variant=name,
            difference=each.difference,
            difference_lower=each.low,
            difference_upper=each.high,
            lift=each.lift,
            lift_lower=each.lift_low,
            lift_upper=each.lift_high,
            z_score=each.z,
            p_value=each.p_value,
            p_value_holm=p_holm,
            always_valid=_always_valid(each.always_valid),
            significant=arm in significant,
            worse=is_worse(metric, each.difference),
            says=f"{name}: {between(metric, each)}",
            reason=each.reason,
            method=each.method,
        )
        for arm, (name, each, p_holm) in enumerate(zip(figures.variants[1:], compared, by_holm, strict=True), 1)
    ]
    weights = phase_weights(figures.samples[place])
    adjusted = len({phase.weights for phase in figures.phases}) > 1 and sum(each > 0 for each in weights) > 1
    arms = [_arm(figures, place, arm, weights if adjusted else None) for arm in range(len(figures.variants))]
    return MetricResult(
        metric.name,
        metric.kind,
        metric.role,
        metric.better,
        tuple(arms),
        tuple(rows),
        adjusted,
        described(metric),
    )


def _arm(figures: Figures, place: int, arm: int, weights: Sequence[float] | None) -> ArmResult:
    samples, name = figures.samples[place][arm], figures.variants[arm]
    users = sum(each.users for each in samples)
    # Of typed means, all users have a value.
    conversions = sum(day.converted[place] for day in figures.days if day.variant == arm) if figures.days else users
    if isinstance(samples[0], Proportion):
        conversions = sum(each.conversions for each in samples if isinstance(each, Proportion))
        interval = wilson(Proportion(conversions, users), figures.alpha)
        if weights is None:
            return ArmResult(name, users, conversions, interval.estimate, interval.low, interval.high)
    means = [mean_of(each) for each in samples]
    value, error = _over_phases(means, weights)
    if value is None:
        return ArmResult(name, figures.counted[place][arm], conversions, None, None, None)
    half = t_critical(users - 1, figures.alpha) * error if users > 1 and error else None
    low, high = (None, None) if half is None else (value - half, value + half)
    if isinstance(samples[0], Proportion):
        return ArmResult(name, users, conversions, value, low and max(low, 0.0), high and min(high, 1.0))
    # A ratio of sums has none of its own.
    total = None if figures.metrics[place].below else math.fsum(each.users * each.mean for each in means)
    return ArmResult(name, figures.counted[place][arm], conversions, value, low, high, total)


def _over_phases(means: Sequence[Mean], weights: Sequence[float] | None) -> tuple[float | None, float]:
    """Return a value over phases and its standard error: by users, or by weights that all arms share."""
    users = sum(each.users for each in means)
    if not users:
        return None, 0.0
    shares = weights if weights is not None else [each.users / users for each in means]
    value = math.fsum(share * each.mean for share, each in zip(shares, means, strict=True))
    return value, math.sqrt(math.fsum(share**2 * each.squared_error for share, each in zip(shares, means, strict=True)))


def _always_valid(look: AlwaysValid | None) -> AlwaysValidResult:
    return AlwaysValidResult() if look is None else AlwaysValidResult(look.p_value, look.low, look.high)
