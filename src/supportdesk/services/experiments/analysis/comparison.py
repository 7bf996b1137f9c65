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
    exact_difference,
    fieller_lift,
    msprt,
    needs_exact,
    score_difference,
    score_lift,
    tau2_for,
    two_proportion_z,
    welch_t,
)
from supportdesk.stats.exact import METHOD, exact_p_value
from supportdesk.stats.normal import Alternative, below, critical_z, p_value_of

UNSURE_BASE = "the control may be 0, so there is no lift"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Test minus control: difference and lift with intervals, z (t of means) and p, and what holds at every look.

    `users` are those of the smaller arm. `reason` says why a number is None, `method` names an unusual test.
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
    method: str = ""

    def p_towards(self, sign: int) -> float | None:
        """Return the one-sided p-value of a difference above 0 (sign 1) or below 0 (sign -1)."""
        if self.p_value is None or self.z is None:
            return None
        half = self.p_value / 2
        return half if self.z * sign > 0 else 1 - half


def compare(control: Sequence[Sample], test: Sequence[Sample], alpha: float, planned: int) -> Comparison:
    """Compare two arms, phase by phase where there were several: a change of weights must not bias the result."""
    pairs = [(c, t) for c, t in zip(control, test, strict=True) if c.users and t.users]
    users = min(sum(each.users for each in control), sum(each.users for each in test))
    if not pairs:
        nobody = not any(each.users for each in (*control, *test))
        return Comparison(users, reason="neither arm has users" if nobody else "a variant has no users")
    if len(pairs) > 1:
        found = _stratified(users, pairs, alpha)
    elif isinstance(pairs[0][0], Proportion) and isinstance(pairs[0][1], Proportion):
        found = _of_rates(users, pairs[0][0], pairs[0][1], alpha)
    else:
        found = _of_means(users, _mean(pairs[0][0]), _mean(pairs[0][1]), alpha)
    always = always_valid([(_mean(c), _mean(t)) for c, t in pairs], alpha, planned)
    return replace(found, always_valid=always and _not_below(always, found.p_value))


def test_statistic(control: Sequence[Sample], test: Sequence[Sample]) -> tuple[float, float] | None:
    """Return z (t of means) and the two-sided p-value of `compare`, without intervals; None where nothing varies."""
    pairs = [(c, t) for c, t in zip(control, test, strict=True) if c.users and t.users]
    if len(pairs) > 1:
        estimate, variance = _weighted([(_mean(c), _mean(t)) for c, t in pairs])
        z = estimate / math.sqrt(variance) if variance > 0 else None
        return None if z is None else (z, p_value_of(z, Alternative.TWO_SIDED))
    for c, t in pairs:
        if isinstance(c, Proportion) and isinstance(t, Proportion):
            tested = two_proportion_z(c, t)
            if tested.z is None or tested.p_value is None:
                return None
            return tested.z, exact_p_value(c, t) if needs_exact(c, t) else tested.p_value
        welch = welch_t(_mean(c), _mean(t))
        return None if welch.t is None or welch.p_value is None else (welch.t, welch.p_value)
    return None


def always_valid(means: Sequence[tuple[Mean, Mean]], alpha: float, planned: int) -> AlwaysValid | None:
    """Return the mixture SPRT of the difference, tuned for the planned sample; None where nothing varies yet."""
    users = min(sum(c.users for c, _ in means), sum(t.users for _, t in means))
    estimate, variance = _weighted(means)
    if variance <= 0:
        return None
    at_plan = variance * users / planned if planned else variance
    return msprt(estimate, variance, tau2_for(at_plan, alpha), alpha)


def phase_weights(arms: Sequence[Sequence[Sample]]) -> list[float]:
    """Return what each phase counts in values over phases, as Cochran, Mantel and Haenszel have it; 0 without users."""
    columns = list(zip(*arms, strict=True))
    weights = [
        1 / math.fsum(1 / each.users for each in of) if all(each.users for each in of) else 0.0 for of in columns
    ]
    total = math.fsum(weights)
    return [weight / total for weight in weights] if total else weights


def _not_below(always: AlwaysValid, p_value: float | None) -> AlwaysValid:
    """Return the same look with a p-value that is not below the plain one, which uses another variance."""
    if always.p_value is None or p_value is None:
        return always
    return replace(always, p_value=max(always.p_value, p_value))


def _of_rates(users: int, control: Proportion, test: Proportion, alpha: float) -> Comparison:
    # The intervals of this very test: p and they can't contradict each other.
    tested = two_proportion_z(control, test)
    lift = score_lift(control, test, alpha)
    if tested.z is not None and needs_exact(control, test):
        exact = exact_difference(control, test, alpha)
        return Comparison(
            users,
            exact.difference,
            exact.low,
            exact.high,
            lift.estimate,
            z=tested.z,
            p_value=exact.p_value,
            reason=lift.reason,
            method=METHOD,
        )
    interval = score_difference(control, test, alpha)
    return Comparison(
        users,
        tested.difference,
        interval.low,
        interval.high,
        lift.estimate,
        lift.low,
        lift.high,
        tested.z,
        tested.p_value,
        reason=tested.reason or lift.reason,
    )


def _of_means(users: int, control: Mean, test: Mean, alpha: float) -> Comparison:
    welch, lift = welch_t(control, test, alpha), fieller_lift(control, test, alpha)
    # A control that may be 0 gives a lift of any size and sign.
    estimate = lift.estimate if lift.low is not None else None
    return Comparison(
        users,
        welch.difference,
        welch.low,
        welch.high,
        estimate,
        lift.low,
        lift.high,
        welch.t,
        welch.p_value,
        reason=welch.reason or lift.reason,
    )


def _mean(sample: Sample) -> Mean:
    return sample.mean() if isinstance(sample, Proportion) else sample


def _weighted(means: Sequence[tuple[Mean, Mean]]) -> tuple[float, float]:
    """Return the difference over phases and its variance, with the weights of Cochran, Mantel and Haenszel."""
    weights = [c.users * t.users / (c.users + t.users) for c, t in means]
    total = math.fsum(weights)
    estimate = math.fsum(w * (t.mean - c.mean) for w, (c, t) in zip(weights, means, strict=True)) / total
    spread = math.fsum(w * w * (c.squared_error + t.squared_error) for w, (c, t) in zip(weights, means, strict=True))
    return estimate, spread / total**2


def _stratified(users: int, pairs: Sequence[tuple[Sample, Sample]], alpha: float) -> Comparison:
    means = [(_mean(c), _mean(t)) for c, t in pairs]
    estimate, variance = _weighted(means)
    if variance <= 0:
        return Comparison(users, estimate, reason="nothing varies in either arm")
    error = math.sqrt(variance)
    half = critical_z(alpha) * error
    z = estimate / error
    known = Comparison(
        users, estimate, estimate - half, estimate + half, z=z, p_value=p_value_of(z, Alternative.TWO_SIDED)
    )
    base, base_error = _base(means)
    if abs(base) <= critical_z(alpha) * base_error:
        return replace(known, reason=UNSURE_BASE)
    # The control as known: of a stratified lift, the spread of the difference is nearly all there is.
    low, high = ((estimate - half) / abs(base), (estimate + half) / abs(base))
    if isinstance(pairs[0][0], Proportion):
        # No rate falls by more than all of it, whatever the normal approximation makes of a few users.
        low = max(low, -1.0)
    return replace(known, lift=estimate / abs(base), lift_low=low, lift_high=high)


def _base(means: Sequence[tuple[Mean, Mean]]) -> tuple[float, float]:
    """Return the control's mean over phases and its standard error."""
    weights = [c.users * t.users / (c.users + t.users) for c, t in means]
    total = math.fsum(weights)
    base = math.fsum(w * c.mean for w, (c, _) in zip(weights, means, strict=True)) / total
    return base, math.sqrt(math.fsum(w * w * c.squared_error for w, (c, _) in zip(weights, means, strict=True))) / total


def probability_positive(comparison: Comparison) -> float | None:
    """Return how probable a difference above 0 is, with a flat prior; None where nothing varies."""
    return None if comparison.z is None else below(comparison.z)
