"""A test variant against the control, on one metric."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from supportdesk.services.experiments.analysis.figures import Sample
from supportdesk.stats import (
    AlwaysValid,
    Mean,
    Proportion,
    fieller_lift,
    msprt,
    score_difference,
    score_lift,
    tau2_for,
    two_proportion_z,
    welch_t,
)
from supportdesk.stats.normal import Alternative, critical_z, p_value_of


@dataclass(frozen=True, slots=True)
class Comparison:
    """Test minus control: difference and lift with intervals, z (t of means) and p, and what holds at every look.

    `users` are those of the smaller arm. `reason` says why a number is None.
    """

    users: int
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    lift: float | None = None
    lift_low: float | None = None
    lift_high: float | None = None
    z: float | None = None
    p_value: float | None = None
    always_valid: AlwaysValid | None = None
    reason: str = ""


def compare(control: Sequence[Sample], test: Sequence[Sample], alpha: float, planned: int) -> Comparison:
    """Compare two arms, phase by phase where there were several: a change of weights must not bias the result."""
    pairs = [(c, t) for c, t in zip(control, test, strict=True) if c.users and t.users]
    users = min(sum(each.users for each in control), sum(each.users for each in test))
    if not pairs:
        nobody = not any(each.users for each in (*control, *test))
        return Comparison(users, reason="neither arm has users" if nobody else "an arm has no users")
    means = [(_mean(c), _mean(t)) for c, t in pairs]
    sequential = always_valid(means, alpha, planned)
    if len(pairs) > 1:
        together = _stratified(users, means, alpha, sequential)
        if isinstance(pairs[0][0], Proportion) and together.lift_low is not None:
            # No rate falls by more than all of it, whatever the normal approximation makes of a few users.
            together = replace(together, lift_low=max(together.lift_low, -1.0))
        return together
    (c, t), (mean_c, mean_t) = pairs[0], means[0]
    if isinstance(c, Proportion) and isinstance(t, Proportion):
        # The intervals of this very test: p and they can't contradict each other.
        tested, interval, lift = two_proportion_z(c, t), score_difference(c, t, alpha), score_lift(c, t, alpha)
        figures = (tested.difference, interval.low, interval.high)
        z, p_value, reason = tested.z, tested.p_value, tested.reason
    else:
        welch, lift = welch_t(mean_c, mean_t, alpha), fieller_lift(mean_c, mean_t, alpha)
        figures = (welch.difference, welch.low, welch.high)
        z, p_value, reason = welch.t, welch.p_value, welch.reason
    return Comparison(
        users, *figures, lift.estimate, lift.low, lift.high, z, p_value, sequential, reason or lift.reason
    )


def always_valid(means: Sequence[tuple[Mean, Mean]], alpha: float, planned: int) -> AlwaysValid | None:
    """Return the mixture SPRT of the difference, tuned for the planned sample; None where nothing varies yet."""
    users = min(sum(c.users for c, _ in means), sum(t.users for _, t in means))
    estimate, variance = _weighted(means)
    if variance <= 0:
        return None
    at_plan = variance * users / planned if planned else variance
    return msprt(estimate, variance, tau2_for(at_plan, alpha), alpha)


def _mean(sample: Sample) -> Mean:
    return sample.mean() if isinstance(sample, Proportion) else sample


def _weighted(means: Sequence[tuple[Mean, Mean]]) -> tuple[float, float]:
    """Return the difference over phases and its variance, with the weights of Cochran, Mantel and Haenszel."""
    weights = [c.users * t.users / (c.users + t.users) for c, t in means]
    total = math.fsum(weights)
    estimate = math.fsum(w * (t.mean - c.mean) for w, (c, t) in zip(weights, means, strict=True)) / total
    spread = math.fsum(w * w * (c.squared_error + t.squared_error) for w, (c, t) in zip(weights, means, strict=True))
    return estimate, spread / total**2


def _stratified(
    users: int, means: Sequence[tuple[Mean, Mean]], alpha: float, sequential: AlwaysValid | None
) -> Comparison:
    estimate, variance = _weighted(means)
    if variance <= 0:
        return Comparison(users, estimate, reason="nothing varies in either arm")
    error = math.sqrt(variance)
    half = critical_z(alpha) * error
    z = estimate / error
    weights = [c.users * t.users / (c.users + t.users) for c, t in means]
    base = math.fsum(w * c.mean for w, (c, _) in zip(weights, means, strict=True)) / math.fsum(weights)
    known = Comparison(
        users,
        estimate,
        estimate - half,
        estimate + half,
        z=z,
        p_value=p_value_of(z, Alternative.TWO_SIDED),
        always_valid=sequential,
    )
    if not base:
        return known
    # The control as known: of a stratified lift, the spread of the difference is nearly all there is.
    low, high = sorted(((estimate - half) / base, (estimate + half) / base))
    return replace(known, lift=estimate / base, lift_low=low, lift_high=high)
