"""What the interim analyses prove, with the error that they were planned for; see `bounds`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from supportdesk.domain.experiments.metric import Direction, Metric, MetricRole
from supportdesk.services.experiments.analysis.bounds import Evidence, first_crossings
from supportdesk.services.experiments.analysis.interim import Interim
from supportdesk.services.experiments.analysis.statistic import Statistic, statistic, with_margin

Hypothesis = tuple[int, int]
"""The places of a metric and of a test variant."""


def proven_target(analyses: Sequence[Interim]) -> dict[Hypothesis, Interim]:
    """Return which test variants differ on the target, and the analysis that proved it; two-sided.

    Days that are not full cannot decide, so they spend nothing.
    """
    judged = judged_for_target(analyses)
    if not judged:
        return {}
    arms = range(1, len(judged[0].figures.variants))
    return _proven(judged, {(0, arm): target_evidence(judged, arm) for arm in arms}, sides=2)


def proven_harm(analyses: Sequence[Interim]) -> dict[Hypothesis, Interim]:
    """Return which test variants make which guardrail worse than its margin allows; one-sided, from day 1 on.

    Guardrails are a family of their own: what else is measured does not make them blind.
    """
    return _proven(analyses, {of: guardrail_evidence(analyses, of) for of in guardrails_of(analyses)}, sides=1)


def judged_for_target(analyses: Sequence[Interim]) -> list[Interim]:
    """Return the analyses at which the target is judged."""
    return [each for each in analyses if each.days_full]


def target_evidence(analyses: Sequence[Interim], arm: int) -> Evidence:
    """Return the evidence for a difference of the target, two-sided."""
    found = [each.statistic(0, arm) for each in analyses]
    return Evidence(tuple(None if each is None else each.p_value for each in found), _information(found))


def harm_sign(metric: Metric) -> int:
    """Return the sign of a difference for the worse."""
    return -1 if metric.better is Direction.UP else 1


def guardrail_evidence(analyses: Sequence[Interim], of: Hypothesis) -> Evidence:
    """Return the one-sided evidence that a guardrail got worse than its margin allows."""
    metric = analyses[0].figures.metrics[of[0]]
    plain = [each.statistic(*of) for each in analyses]
    p_values = [
        None if found is None else _p_of_harm(at, metric, of, found) for at, found in zip(analyses, plain, strict=True)
    ]
    return Evidence(tuple(p_values), _information(plain))


def safety_p(at: Interim, metric: Metric, of: Hypothesis) -> float | None:
    """Return the one-sided p-value of a guardrail that it is not worse than its margin allows; None if too few."""
    samples, worse = at.figures.samples[of[0]], harm_sign(metric)
    found = statistic(with_margin(samples[0], worse * (metric.margin or 0.0)), samples[of[1]])
    return None if found is None else found.p_towards(-worse)


def _p_of_harm(at: Interim, metric: Metric, of: Hypothesis, plain: Statistic) -> float | None:
    samples, worse = at.figures.samples[of[0]], harm_sign(metric)
    if not metric.margin:
        return plain.p_towards(worse)
    beyond = statistic(with_margin(samples[0], worse * metric.margin), samples[of[1]])
    if beyond is None:
        return None
    # What got worse than the margin got worse at all: where that takes an exact test, both have to be convinced.
    return max(beyond.p_towards(worse), plain.p_towards(worse)) if plain.exact else beyond.p_towards(worse)


def _information(found: Sequence[Statistic | None]) -> tuple[float, ...]:
    return tuple(0.0 if each is None else each.information for each in found)


def guardrails_of(analyses: Sequence[Interim]) -> list[Hypothesis]:
    """Return each guardrail with each test variant."""
    if not analyses:
        return []
    figures = analyses[0].figures
    places = [place for place, metric in enumerate(figures.metrics) if metric.role is MetricRole.GUARDRAIL]
    return [(place, arm) for place in places for arm in range(1, len(figures.variants))]


def _proven(
    analyses: Sequence[Interim], family: Mapping[Hypothesis, Evidence], sides: int
) -> dict[Hypothesis, Interim]:
    if not family:
        return {}
    shares = [each.share for each in analyses]
    crossed = first_crossings(family, shares, analyses[0].figures.alpha, sides)
    return {of: analyses[place] for of, place in crossed.items()}
