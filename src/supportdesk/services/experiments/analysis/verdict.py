"""One sentence that says what the results say, and which rule said it.

The rules are asked of one interim analysis after the other; the first that comes to an end decides, and that stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from supportdesk.domain.experiments.analysis import Decided, Verdict
from supportdesk.domain.experiments.experiment import Check, Decision
from supportdesk.domain.experiments.look import p_text
from supportdesk.domain.experiments.metric import MetricKind
from supportdesk.services.experiments.analysis.bounds import nominal_p
from supportdesk.services.experiments.analysis.comparison import Comparison, compare
from supportdesk.services.experiments.analysis.figures import LONGEST_WAIT, Figures
from supportdesk.services.experiments.analysis.guardrails import beyond
from supportdesk.services.experiments.analysis.health import BLOCKED, days_left
from supportdesk.services.experiments.analysis.interim import Interim
from supportdesk.services.experiments.analysis.proof import Hypothesis, judged_for_target, target_evidence
from supportdesk.services.experiments.analysis.wording import amount, between, is_worse, plural
from supportdesk.stats import smallest_effect_two_proportions

NOT_YET, BLOCKED_STATE, SHIP, KEEP, NO_RESULT = "not yet", "blocked", "ship", "keep-control", "no result"
POWER = 0.8


@dataclass(frozen=True, slots=True)
class Proven:
    """What the interim analyses have proven: of the target, and of guardrails that got worse."""

    analyses: Sequence[Interim]
    target: Mapping[Hypothesis, Interim]
    harm: Mapping[Hypothesis, Interim]


def decide(figures: Figures, health: Sequence[Check], proven: Proven) -> tuple[Verdict, Decided | None]:
    """Return the verdict, and the interim analysis that decided; `figures` and `health` are of now."""
    if not sum(figures.arms):
        return Verdict("users", NOT_YET, "not yet: no users have been assigned"), None
    for check in health:
        if check.state == BLOCKED:
            return Verdict(check.name.replace(" ", "-"), BLOCKED_STATE, f"blocked: {check.says}"), None
    if not figures.smallest:
        return _empty(figures), None
    for now in proven.analyses:
        said = _harmed(proven, now) or _effect(proven, now) or _last(proven, now)
        if said is not None:
            decided = Decided(now.day, now.figures.smallest) if now.day else None
            return _dated(said, figures, now), decided
    return _waiting(figures), None


def _empty(figures: Figures) -> Verdict:
    """Return that a variant has no users, or none yet whose conversion window is over."""
    arm, within = figures.counted[0].index(0), figures.metrics[0].within
    if within is None or not figures.arms[arm]:
        return Verdict("users", NOT_YET, f"not yet: {figures.variants[arm]} has no users")
    return Verdict(
        "window", NOT_YET, f"not yet: {figures.variants[arm]} has no users whose {plural(within, 'day')} are over"
    )


def _compared(at: Interim, of: Hypothesis) -> Comparison:
    metric, arm = of
    samples = at.figures.samples[metric]
    return compare(samples[0], samples[arm], at.figures.alpha, at.figures.planned)


def _by(now: Interim, found: Mapping[Hypothesis, Interim]) -> list[tuple[Hypothesis, Interim]]:
    """Return what was proven by an analysis or one before it."""
    return [(of, at) for of, at in found.items() if at.day <= now.day]


def _harmed(proven: Proven, now: Interim) -> Verdict | None:
    for (place, arm), at in _by(now, proven.harm):
        metric, name = at.figures.metrics[place], at.figures.variants[arm]
        worse = f"{beyond(metric)}: {between(metric, _compared(at, (place, arm)))}"
        sentence = f"guardrail {metric.name} got worse with {name}{worse}"
        return Verdict("guardrail", KEEP, f"keep-control: {sentence}", Decision.KEEP_CONTROL, name)
    return None


def _effect(proven: Proven, now: Interim) -> Verdict | None:
    """Return what proven effects lead to: the best of those for the better, or none when all are for the worse."""
    metric, names = now.figures.metrics[0], now.figures.variants
    found = [(names[of[1]], _compared(at, of)) for of, at in _by(now, proven.target)]
    good = [(name, each) for name, each in found if not is_worse(metric, each.difference)]
    early = "" if now.is_last else " before the planned sample, at a level that allows for every look"
    if good:
        name, best = max(good, key=lambda pair: abs(pair[1].difference or 0.0))
        others = "".join(f"; {other} changes it by {between(metric, each)}" for other, each in good if other != name)
        sentence = f"ship: {name} changes {metric.name} by {between(metric, best)}{others}{early}"
        return Verdict("effect", SHIP, sentence, Decision.SHIP, name)
    if len(found) < len(names) - 1:
        return None
    name, worst = found[0]
    sentence = f"keep-control: {name} changes {metric.name} for the worse by {between(metric, worst)}{early}"
    return Verdict("harm", KEEP, sentence, Decision.KEEP_CONTROL, name)


def _last(proven: Proven, now: Interim) -> Verdict | None:
    """Return what the last analysis says that has proven nothing for the better; None before it."""
    if not now.is_last:
        return None
    metric, names = now.figures.metrics[0], now.figures.variants
    losers = _by(now, proven.target)
    if not losers:
        return Verdict("no-effect", NO_RESULT, f"no result: {_nothing(proven, now)}")
    worse = "; ".join(f"{names[of[1]]} is worse by {between(metric, _compared(at, of))}" for of, at in losers)
    known = {of[1] for of, _ in losers}
    rest = ", ".join(name for arm, name in enumerate(names) if arm and arm not in known)
    return Verdict("no-effect", NO_RESULT, f"no result: {worse}; no difference shown of {rest}")


def _waiting(figures: Figures) -> Verdict:
    """Return what is waited for."""
    if figures.smallest < figures.planned:
        left = days_left(figures)
        about = f", about {plural(left, 'day')}" if left else ""
        whose = f" whose {plural(within, 'day')} are over" if (within := figures.metrics[0].within) else ""
        sentence = f"not yet: {figures.smallest:,} of {figures.planned:,} users per variant{whose}{about}"
        return Verdict("sample", NOT_YET, sentence)
    if figures.days_run < figures.minimum_days:
        return Verdict("days", NOT_YET, f"not yet: day {figures.days_run} of {figures.minimum_days}")
    if figures.today is not None and figures.open_from is not None and figures.open_from < figures.today.isoformat():
        said = f"nothing was reported of {figures.open_from} or later; it is waited for up to {LONGEST_WAIT} days"
        return Verdict("days", NOT_YET, f"not yet: {said}")
    return Verdict("days", NOT_YET, "not yet: the data of today decide once the day is over (UTC)")


def _dated(verdict: Verdict, figures: Figures, at: Interim) -> Verdict:
    """Return the verdict with the day it is of, where users have come since."""
    if not at.day or sum(figures.counted[0]) == sum(at.figures.counted[0]):
        return verdict
    sentence = f"{verdict.sentence}, decided by the data up to {at.day} with {at.figures.smallest:,} users per variant"
    return Verdict(verdict.rule, verdict.state, sentence, verdict.decision, verdict.variant)


def _nothing(proven: Proven, now: Interim) -> str:
    """Return why nothing can be said of what differs."""
    figures, metric = now.figures, now.figures.metrics[0]
    target = {name: _compared(now, (0, arm)) for arm, name in enumerate(figures.variants) if arm}
    reasons = {each.reason for each in target.values() if each.z is None and each.reason}
    if reasons:
        return "; ".join(sorted(reasons))
    shown = f"{plural(figures.smallest, 'user')} per variant"
    near = _not_enough(proven, now, target)
    if near:
        return f"{shown}; {near}"
    shown += " and no difference shown"
    control = figures.samples[0][0]
    rate = sum(getattr(each, "conversions", 0) for each in control) / max(sum(each.users for each in control), 1)
    if metric.kind is MetricKind.CONVERSION and 0 < rate < 1:
        smallest = smallest_effect_two_proportions(rate, figures.smallest, POWER, figures.alpha).absolute
        if smallest is not None:
            return f"{shown}; one of {amount(metric, smallest)} would have been detected with 80 % power"
    return shown


def _not_enough(proven: Proven, now: Interim, target: Mapping[str, Comparison]) -> str:
    """Return why a variant counts for nothing whose p-value alone would have been enough."""
    near = [
        (name, p, each) for name, each in target.items() if (p := each.p_value) is not None and p < now.figures.alpha
    ]
    if not near:
        return ""
    name, p_value, each = min(near, key=lambda found: found[1])
    shown = f"{name} differs by {between(now.figures.metrics[0], each)}, but {p_text(p_value)} is not enough"
    judged = judged_for_target(proven.analyses)
    information = target_evidence(judged, now.figures.variants.index(name)).information
    level = now.figures.alpha / len(target)
    limit = nominal_p(information, [each.share for each in judged], level, sides=2)[-1]
    looks = len(judged) - 1
    after = [f"after {looks} interim analys{'is' if looks == 1 else 'es'}"] if looks else []
    among = [f"for one of {len(target)} variants"] if len(target) > 1 else []
    return f"{shown} {' and '.join(after + among)}: it must be below {limit:.3g}"
