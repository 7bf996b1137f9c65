"""One sentence that says what the results say, and which rule said it.

Looking often and stopping at the first good number is how A/B tests deceive. So before the planned sample is reached,
an effect counts only beyond the O'Brien-Fleming bound of Lan and DeMets for the looks there really were; at the first
look with the planned sample, what is left of alpha is spent, and what it found stands. After that, only what is far
beyond chance at every look can still turn a missing result into one.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from supportdesk.domain.experiment import Check, Decision, Direction, Metric, MetricKind, MetricRole
from supportdesk.domain.experiment_look import Verdict
from supportdesk.services.experiment_comparison import Comparison
from supportdesk.services.experiment_figures import Figures
from supportdesk.services.experiment_health import BLOCKED, days_left, days_run
from supportdesk.stats import lan_demets, smallest_effect_two_proportions

LATER = 0.2
"""The part of alpha for looks after the one that the sample was planned for."""
NOT_YET, BLOCKED_STATE, SHIP, KEEP, NO_RESULT = "not yet", "blocked", "ship", "keep-control", "no result"


def proven(figures: Figures, place: int, comparison: Comparison) -> bool:
    """Whether a test variant's difference on the target counts, for all the looks there were."""
    if comparison.z is None:
        return False
    # Several test variants share alpha.
    alpha = figures.alpha / (len(figures.variants) - 1)
    if not figures.planned:
        return comparison.p_value is not None and comparison.p_value < alpha
    looks = [(each.users / figures.planned, each.z[place - 1]) for each in figures.looks]
    # The first look with the planned sample spends what is left; what it found stands.
    final = next((z for share, z in looks if share >= 1), None)
    # To the hundredth, so that a thousand looks cost what a hundred do; two within one saw about the same.
    shares = sorted({ceil(100 * share) / 100 for share, _ in looks if 0 < share < 1})
    now = min(comparison.users / figures.planned, 1.0)
    z = comparison.z
    if final is not None:
        always = comparison.always_valid
        if always is not None and always.p_value is not None and always.p_value <= alpha * LATER:
            return True
        now, z = 1.0, final
    times = [share for share in shares if share < now - 1e-9]
    bound = lan_demets([*times, now], alpha=alpha).z[-1]
    return bound is not None and abs(z) >= bound and z * comparison.z > 0


def verdict(
    figures: Figures,
    health: Sequence[Check],
    target: Sequence[Comparison],
    others: Sequence[tuple[Metric, Sequence[tuple[Comparison, float | None]]]],
) -> Verdict:
    """The first rule that applies: broken data, harm, an effect, too little data, no effect.

    `target` has the comparison of each test variant, `others` those of further metrics with their corrected p-values.
    """
    if not sum(figures.arms):
        return Verdict("users", NOT_YET, "not yet: nobody has been assigned")
    for check in health:
        if check.state == BLOCKED:
            return Verdict(check.name.replace(" ", "-"), BLOCKED_STATE, f"blocked: {check.says}")
    if not figures.smallest:
        empty = figures.variants[figures.arms.index(0)]
        return Verdict("users", NOT_YET, f"not yet: {empty} has no users")
    harmed = _harmed(figures, others)
    if harmed is not None:
        return harmed
    metric = figures.metrics[0]
    certain = [
        (each, name)
        for place, (name, each) in enumerate(zip(figures.variants[1:], target, strict=True), 1)
        if proven(figures, place, each)
    ]
    enough_days = figures.today is None or days_run(figures) >= figures.minimum_days
    if certain and enough_days:
        return _effect(figures, metric, certain, len(target))
    if figures.smallest < figures.planned and not certain:
        left = days_left(figures)
        about = f", about {left:,} day{'s' * (left != 1)}" if left else ""
        sentence = f"not yet: {figures.smallest:,} of {figures.planned:,} users an arm{about}"
        return Verdict("sample", NOT_YET, sentence)
    if not enough_days:
        leads = f"{certain[0][1]} differs for certain, but it is " if certain else ""
        return Verdict("days", NOT_YET, f"not yet: {leads}day {days_run(figures)} of {figures.minimum_days}")
    return Verdict("no-effect", NO_RESULT, f"no result: {_nothing(figures, metric, target)}")


def amount(metric: Metric, value: float, *, sign: bool = False) -> str:
    """A difference of a metric in words: percentage points of a rate, or the metric's own unit."""
    plus = "+" if sign else ""
    if metric.kind is MetricKind.CONVERSION:
        return f"{100 * value:{plus}.2f} points"
    return f"{value:{plus}.4g}"


def between(metric: Metric, comparison: Comparison) -> str:
    """A difference and its interval in words."""
    if comparison.difference is None:
        return "nothing to compare"
    if comparison.low is None or comparison.high is None:
        return amount(metric, comparison.difference, sign=True)
    scale = 100 if metric.kind is MetricKind.CONVERSION else 1
    digits = ".2f" if scale == 100 else ".4g"
    interval = f"{scale * comparison.low:{digits}} to {scale * comparison.high:{digits}}"
    return f"{amount(metric, comparison.difference, sign=True)} ({interval})"


def worse(metric: Metric, comparison: Comparison) -> bool:
    """Whether the test variant stands on the wrong side of the control."""
    difference = comparison.difference or 0.0
    return difference < 0 if metric.better is Direction.UP else difference > 0


def _harmed(
    figures: Figures, others: Sequence[tuple[Metric, Sequence[tuple[Comparison, float | None]]]]
) -> Verdict | None:
    for metric, comparisons in others:
        if metric.role is not MetricRole.GUARDRAIL:
            continue
        for name, (each, corrected) in zip(figures.variants[1:], comparisons, strict=True):
            always = each.always_valid.p_value if each.always_valid else None
            at_plan = figures.smallest >= figures.planned and corrected is not None and corrected < figures.alpha
            if worse(metric, each) and (at_plan or (always is not None and always <= figures.alpha)):
                sentence = f"keep-control: guardrail {metric.name} got worse with {name}: {between(metric, each)}"
                return Verdict("guardrail", KEEP, sentence, Decision.KEEP_CONTROL, name)
    return None


def _effect(figures: Figures, metric: Metric, certain: Sequence[tuple[Comparison, str]], arms: int) -> Verdict:
    good = [(each, name) for each, name in certain if not worse(metric, each)]
    early = " before the planned sample, at a level that allows for every look" if _early(figures) else ""
    if good:
        best, name = max(good, key=lambda pair: abs(pair[0].difference or 0.0))
        others = [f"; {other} changes it by {between(metric, each)}" for each, other in good if other != name]
        sentence = f"ship: {name} changes {metric.name} by {between(metric, best)}{''.join(others)}{early}"
        return Verdict("effect", SHIP, sentence, Decision.SHIP, name)
    worst, name = certain[0]
    if len(certain) < arms:
        sentence = f"not yet: {name} is worse by {between(metric, worst)}; the others are not decided"
        return Verdict("harm", NOT_YET, sentence, Decision.NO_RESULT, name)
    sentence = f"keep-control: {name} changes {metric.name} for the worse by {between(metric, worst)}{early}"
    return Verdict("harm", KEEP, sentence, Decision.KEEP_CONTROL, name)


def _early(figures: Figures) -> bool:
    return figures.smallest < figures.planned


def _nothing(figures: Figures, metric: Metric, target: Sequence[Comparison]) -> str:
    """Why nothing can be said of what differs."""
    reasons = {each.reason for each in target if each.z is None and each.reason}
    if reasons:
        return "; ".join(sorted(reasons))
    shown = f"{figures.smallest:,} user{'s' * (figures.smallest != 1)} an arm and no difference shown"
    control = figures.samples[0][0]
    rate = sum(getattr(each, "conversions", 0) for each in control) / max(sum(each.users for each in control), 1)
    if metric.kind is MetricKind.CONVERSION and 0 < rate < 1:
        smallest = smallest_effect_two_proportions(rate, figures.smallest, alpha=figures.alpha).absolute
        if smallest is not None:
            return f"{shown}; one of {amount(metric, smallest)} would have shown four times in five"
    return shown
