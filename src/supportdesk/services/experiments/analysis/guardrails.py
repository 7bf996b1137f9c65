"""What test variants do to the metrics that must not get worse.

What is said is of an interim analysis, at the bound that allows for all of them: whoever looks, and whenever,
reads "no worse" of a variant that is worse at most as often as the confidence allows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from supportdesk.domain.experiments.analysis import GuardrailResult
from supportdesk.domain.experiments.metric import Metric, MetricRole
from supportdesk.services.experiments.analysis.bounds import nominal_p
from supportdesk.services.experiments.analysis.comparison import Comparison, compare
from supportdesk.services.experiments.analysis.interim import Interim
from supportdesk.services.experiments.analysis.proof import Hypothesis, guardrail_evidence, harm_sign, safety_p
from supportdesk.services.experiments.analysis.wording import amount, between, percent

WORSE, SAFE, OPEN = "worse", "safe", "not shown"
LEAST_P = 1e-10
"""A bound below it is for days so early that nothing can be said."""


def guardrail_results(
    metrics: Sequence[Metric],
    variants: Sequence[str],
    analyses: Sequence[Interim],
    harm: Mapping[Hypothesis, Interim],
) -> Iterator[GuardrailResult]:
    """Yield each guardrail with each test variant: got worse, safe within its margin, or not shown to be."""
    for place, metric in enumerate(metrics):
        if metric.role is not MetricRole.GUARDRAIL:
            continue
        for arm, name in enumerate(variants[1:], 1):
            of = place, arm
            if of in harm:
                said = f"got worse{beyond(metric)}: {between(metric, _compared(harm[of], of, harm[of].figures.alpha))}"
                yield GuardrailResult(metric.name, name, WORSE, said)
            else:
                yield GuardrailResult(metric.name, name, *_bounded(metric, analyses, of))


def beyond(metric: Metric) -> str:
    """Return that a margin was passed, where there is one."""
    return f" by more than the margin of {100 * metric.margin:g} %" if metric.margin else ""


def _compared(at: Interim, of: Hypothesis, alpha: float) -> Comparison:
    samples = at.figures.samples[of[0]]
    return compare(samples[0], samples[of[1]], alpha, at.figures.planned)


def _bounded(metric: Metric, analyses: Sequence[Interim], of: Hypothesis) -> tuple[str, str]:
    """Return whether the worst that the data allow is within the margin, and that worst in words."""
    if not analyses:
        return OPEN, "nothing to say before a day with users of every variant is over"
    information = guardrail_evidence(analyses, of).information
    alpha = analyses[-1].figures.alpha
    bounds = nominal_p(information, [each.share for each in analyses], alpha, sides=1)
    at = _most_telling(metric, analyses, of, bounds)
    if bounds[at] < LEAST_P:
        return OPEN, "nothing to say so early"
    # The limit of a two-sided interval at twice a level is that of a one-sided one.
    found = _compared(analyses[at], of, min(2 * bounds[at], 0.5))
    up = harm_sign(metric) < 0
    worst = found.low if up else found.high
    if found.z is None or worst is None:
        return OPEN, f"nothing to say, {found.reason or 'too few users'}"
    if worst >= 0 if up else worst <= 0:
        return SAFE, f"no worse: {between(metric, found)}"
    relative = found.lift_low if up else found.lift_high
    shown = amount(metric, worst, sign=True) if relative is None else percent(relative)
    if metric.margin is not None and relative is not None and abs(relative) <= metric.margin:
        return SAFE, f"at worst {shown}, within the margin of {100 * metric.margin:g} %"
    allowed = f"; the margin is {100 * metric.margin:g} %" if metric.margin is not None else ""
    return OPEN, f"could still be as bad as {shown}{allowed}"


def _most_telling(metric: Metric, analyses: Sequence[Interim], of: Hypothesis, bounds: Sequence[float]) -> int:
    """Return the latest analysis that shows the variant to be safe, else the last.

    The limits of all analyses hold together, unless things have changed since: not if the last one points beyond the
    margin.
    """
    last = len(analyses) - 1
    for place in range(last, -1, -1):
        p_value = safety_p(analyses[place], metric, of)
        if p_value is None or (place == last and p_value > 0.5):
            break
        if bounds[place] > LEAST_P and p_value < bounds[place]:
            return place
    return last
