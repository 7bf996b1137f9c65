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
from supportdesk.domain.experiment_look import EarlierLook, Verdict, p_text
from supportdesk.services.experiments.analysis.comparison import Comparison
from supportdesk.services.experiments.analysis.figures import Figures
from supportdesk.services.experiments.analysis.health import BLOCKED, days_left, days_run
from supportdesk.stats import lan_demets, smallest_effect_two_proportions

LATER = 0.2
"""The part of alpha for looks after the one that the sample was planned for."""
NOT_YET, BLOCKED_STATE, SHIP, KEEP, NO_RESULT = "not yet", "blocked", "ship", "keep-control", "no result"


def proven(figures: Figures, target: Sequence[Comparison]) -> list[bool]:
    """Return whether each test variant's difference on the target counts, for all the looks there were.

    Several variants share alpha by Holm's steps: what one has proven it leaves to the others.
    """
    counts = [False] * len(target)
    while not all(counts):
        alpha = figures.alpha / counts.count(False)
        more = [not known and _proven(figures, place, target[place], alpha) for place, known in enumerate(counts)]
        if not any(more):
            break
        counts = [old or new for old, new in zip(counts, more, strict=True)]
    return counts


def _proven(figures: Figures, place: int, comparison: Comparison, alpha: float) -> bool:
    # While one arm is empty the experiment has not begun, and there is no share of the sample to judge by.
    if not figures.smallest or comparison.z is None or comparison.p_value is None:
        return False
    final = _final(figures)
    z, p_value = comparison.z, comparison.p_value
    if final is not None:
        always = comparison.always_valid
        if always is not None and always.p_value is not None and always.p_value <= alpha * LATER:
            return True
        # The first look with the planned sample spent what was left; what it found stands.
        found_z, found_p = final.z[place], final.p_value[place]
        if found_z is None or found_p is None or found_z * z <= 0:
            return False
        p_value = found_p
    return p_value < _limit(figures, alpha)


def _final(figures: Figures) -> EarlierLook | None:
    """Return the first earlier look with the planned sample."""
    return next((each for each in figures.looks if figures.planned and each.users >= figures.planned), None)


def _limit(figures: Figures, alpha: float) -> float:
    """Return the bound on p at this look, or at the one with the planned sample."""
    if not figures.planned:
        return alpha
    now = 1.0 if _final(figures) else min(figures.smallest / figures.planned, 1.0)
    # To the hundredth, so that a thousand looks cost what a hundred do; two within one saw about the same.
    shares = sorted({ceil(100 * each.users / figures.planned) / 100 for each in figures.looks if each.users})
    return lan_demets([*(share for share in shares if share < now - 1e-9), now], alpha=alpha).nominal_p[-1]


def verdict(
    figures: Figures,
    health: Sequence[Check],
    target: Sequence[Comparison],
    others: Sequence[tuple[Metric, Sequence[tuple[Comparison, float | None]]]],
) -> Verdict:
    """Return the first rule that applies: broken data, harm, an effect, too little data, no effect.

    `target` has the comparison of each test variant, `others` those of further metrics with their corrected p-values.
    """
    if not sum(figures.arms):
        return Verdict("users", NOT_YET, "not yet: no users have been assigned")
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
    counts = zip(figures.variants[1:], target, proven(figures, target), strict=True)
    certain = [(each, name) for name, each, counted in counts if counted]
    enough_days = figures.today is None or days_run(figures) >= figures.minimum_days
    if certain and enough_days:
        return _effect(figures, metric, certain, len(target))
    if figures.smallest < figures.planned and not certain:
        left = days_left(figures)
        about = f", about {left:,} day{'s' * (left != 1)}" if left else ""
        sentence = f"not yet: {figures.smallest:,} of {figures.planned:,} users per variant{about}"
        return Verdict("sample", NOT_YET, sentence)
    if not enough_days:
        leads = f"{certain[0][1]} differs for certain, but it is " if certain else ""
        return Verdict("days", NOT_YET, f"not yet: {leads}day {days_run(figures)} of {figures.minimum_days}")
    return Verdict("no-effect", NO_RESULT, f"no result: {_nothing(figures, metric, target)}")


def amount(metric: Metric, value: float, *, sign: bool = False) -> str:
    """Return a difference of a metric in words: percentage points of a rate, or the metric's own unit."""
    plus = "+" if sign else ""
    if metric.kind is MetricKind.CONVERSION:
        return f"{100 * value:{plus}.2f} points"
    return f"{value:{plus}.4g}"


def between(metric: Metric, comparison: Comparison) -> str:
    """Return a difference and its interval in words."""
    if comparison.difference is None:
        return "nothing to compare"
    if comparison.low is None or comparison.high is None:
        return amount(metric, comparison.difference, sign=True)
    if metric.kind is MetricKind.CONVERSION:
        low, high = 100 * comparison.low, 100 * comparison.high
        # A limit beside 0 must not look as if it were 0.
        digits = next((each for each in range(2, 9) if all(not x or round(x, each) for x in (low, high))), 2)
        interval = f"{low:.{digits}f} to {high:.{digits}f}"
    else:
        interval = f"{comparison.low:.4g} to {comparison.high:.4g}"
    return f"{amount(metric, comparison.difference, sign=True)} ({interval})"


def worse(metric: Metric, comparison: Comparison) -> bool:
    """Return whether the test variant is on the wrong side of the control."""
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
        return Verdict("effect", SHIP, sentence + _since(figures, best), Decision.SHIP, name)
    worst, name = certain[0]
    if len(certain) < arms:
        sentence = f"not yet: {name} is worse by {between(metric, worst)}; the others are not decided"
        return Verdict("harm", NOT_YET, sentence, Decision.NO_RESULT, name)
    sentence = f"keep-control: {name} changes {metric.name} for the worse by {between(metric, worst)}{early}"
    return Verdict("harm", KEEP, sentence + _since(figures, worst), Decision.KEEP_CONTROL, name)


def _since(figures: Figures, comparison: Comparison) -> str:
    """Return why an effect counts whose p-value no longer says so."""
    if comparison.p_value is None or comparison.p_value < figures.alpha:
        return ""
    return f"; an earlier look proved it, by now {p_text(comparison.p_value)}"


def _not_enough(figures: Figures, target: Sequence[Comparison]) -> str:
    """Return why a variant counts for nothing whose p-value alone would have been enough."""
    near = [
        (name, each)
        for name, each in zip(figures.variants[1:], target, strict=True)
        if each.p_value is not None and each.p_value < figures.alpha
    ]
    if not near:
        return ""
    name, each = min(near, key=lambda pair: pair[1].p_value or 0.0)
    shown = f"{name} differs by {between(figures.metrics[0], each)}, but {p_text(each.p_value or 0.0)} is not enough"
    if _final(figures):
        return f"{shown} after the look with the planned sample, whose answer stands"
    limit = _limit(figures, figures.alpha / len(target))
    looks, arms = len(figures.looks), len(target)
    after = [f"after {looks} earlier look{'s' * (looks != 1)}"] if looks else []
    among = [f"for one of {arms} variants"] if arms > 1 else []
    return f"{shown} {' and '.join(after + among)}: it must be below {limit:.3g}"


def _early(figures: Figures) -> bool:
    return figures.smallest < figures.planned


def _nothing(figures: Figures, metric: Metric, target: Sequence[Comparison]) -> str:
    """Return why nothing can be said of what differs."""
    reasons = {each.reason for each in target if each.z is None and each.reason}
    if reasons:
        return "; ".join(sorted(reasons))
    shown = f"{figures.smallest:,} user{'s' * (figures.smallest != 1)} per variant"
    near = _not_enough(figures, target)
    if near:
        return f"{shown}; {near}"
    shown += " and no difference shown"
    control = figures.samples[0][0]
    rate = sum(getattr(each, "conversions", 0) for each in control) / max(sum(each.users for each in control), 1)
    if metric.kind is MetricKind.CONVERSION and 0 < rate < 1:
        smallest = smallest_effect_two_proportions(rate, figures.smallest, alpha=figures.alpha).absolute
        if smallest is not None:
            return f"{shown}; one of {amount(metric, smallest)} would have been detected with 80 % power"
    return shown
