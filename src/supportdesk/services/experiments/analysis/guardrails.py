"""What test variants do to the metrics that must not get worse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from supportdesk.domain.experiment_analysis import GuardrailResult
from supportdesk.domain.experiments.experiment import Direction, MetricRole
from supportdesk.services.experiments.analysis.comparison import Comparison, compare
from supportdesk.services.experiments.analysis.figures import Figures
from supportdesk.services.experiments.analysis.interim import Interim
from supportdesk.services.experiments.analysis.proof import Hypothesis
from supportdesk.services.experiments.analysis.wording import amount, between

WORSE, SAFE, OPEN = "worse", "safe", "not shown"


def guardrail_results(
    figures: Figures, compared: Sequence[Sequence[Comparison]], harm: Mapping[Hypothesis, Interim]
) -> Iterator[GuardrailResult]:
    """Yield each guardrail with each test variant: got worse, safe within its margin, or not shown to be."""
    for place, metric in enumerate(figures.metrics):
        if metric.role is not MetricRole.GUARDRAIL:
            continue
        for arm, name in enumerate(figures.variants[1:], 1):
            each = compared[place][arm - 1]
            if (place, arm) in harm:
                at = harm[place, arm].figures
                then = compare(at.samples[place][0], at.samples[place][arm], at.alpha, at.planned)
                yield GuardrailResult(metric.name, name, WORSE, f"got worse: {between(metric, then)}")
            else:
                yield GuardrailResult(metric.name, name, *_bounded(figures, place, arm, each))


def _bounded(figures: Figures, place: int, arm: int, each: Comparison) -> tuple[str, str]:
    """Return whether the worst that the data allow is within the margin, and that worst in words."""
    metric = figures.metrics[place]
    if each.z is None or not figures.smallest:
        return OPEN, f"nothing to say, {each.reason or 'too few users'}"
    samples = figures.samples[place]
    # The limit of a two-sided interval at twice alpha is that of a one-sided one.
    one_sided = compare(samples[0], samples[arm], min(2 * figures.alpha, 0.5), figures.planned)
    up = metric.better is Direction.UP
    worst = one_sided.low if up else one_sided.high
    if worst is None:
        return OPEN, f"nothing to say, {each.reason or 'too few users'}"
    if worst >= 0 if up else worst <= 0:
        return SAFE, f"no worse: {between(metric, each)}"
    relative = one_sided.lift_low if up else one_sided.lift_high
    shown = amount(metric, worst, sign=True) if relative is None else f"{100 * relative:+.2g} %"
    if metric.margin is not None and relative is not None and abs(relative) <= metric.margin:
        return SAFE, f"at worst {shown}, within the margin of {100 * metric.margin:g} %"
    allowed = f"; the margin is {100 * metric.margin:g} %" if metric.margin is not None else ""
    return OPEN, f"could still be as bad as {shown}{allowed}"
