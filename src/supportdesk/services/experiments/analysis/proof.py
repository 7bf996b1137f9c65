"""What the interim analyses prove, with the error that they were planned for; see `bounds`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from supportdesk.domain.experiments.experiment import Direction, Metric, MetricRole
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
    return _proven(analyses, {of: _guarded(analyses, of, harm=True) for of in _guardrails(analyses)}, sides=1)


def proven_safe(analyses: Sequence[Interim]) -> dict[Hypothesis, Interim]:
    """Return which test variants are shown to keep a guardrail within its margin; one-sided, from day 1 on.

    Each by itself: all of them have to be safe before a variant is, which needs no correction (Berger 1982,
    Technometrics 24:295).
    """
    found: dict[Hypothesis, Interim] = {}
    for of in _guardrails(analyses):
        found |= _proven(analyses, {of: _guarded(analyses, of, harm=False)}, sides=1)
    return found


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


def _guarded(analyses: Sequence[Interim], of: Hypothesis, *, harm: bool) -> Evidence:
    """Return the one-sided evidence that a guardrail got worse than its margin allows, or that it did not."""
    metric = analyses[0].figures.metrics[of[0]]
    worse = harm_sign(metric)
    p_values: list[float | None] = []
    plain = [each.statistic(*of) for each in analyses]
    for at, without in zip(analyses, plain, strict=True):
        if without is None:
            p_values.append(None)
        elif not metric.margin:
            p_values.append(without.p_towards(worse if harm else -worse))
        else:
            p_values.append(_beyond_margin(at, metric, of, without, harm=harm))
    return Evidence(tuple(p_values), _information(plain))


def _beyond_margin(at: Interim, metric: Metric, of: Hypothesis, plain: Statistic, *, harm: bool) -> float | None:
    """Return the p-value of a guardrail that is worse, or not worse, than its margin allows."""
    samples, worse = at.figures.samples[of[0]], harm_sign(metric)
    shifted = statistic(with_margin(samples[0], worse * (metric.margin or 0.0)), samples[of[1]])
    if shifted is None or (plain.exact and not harm):
        return None
    found = shifted.p_towards(worse if harm else -worse)
    # The exact test is of no difference; who got worse than the margin got worse at all.
    return max(found, plain.p_towards(worse)) if plain.exact else found


def _information(found: Sequence[Statistic | None]) -> tuple[float, ...]:
    return tuple(0.0 if each is None else each.information for each in found)


def _guardrails(analyses: Sequence[Interim]) -> list[Hypothesis]:
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
