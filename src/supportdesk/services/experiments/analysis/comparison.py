"""A test variant against the control, on one metric."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from supportdesk.services.experiments.analysis.statistic import exact_p, means_of, one_sided, paired, rates_of
from supportdesk.services.experiments.analysis.sums import Sample
from supportdesk.stats import (
    AlwaysValid,
    Mean,
    Proportion,
    exact_difference,
    fieller_lift,
    msprt,
    score_lift,
    shuffled_p,
    stratified_score,
    stratified_t,
    stratified_z,
    tau2_for,
)
from supportdesk.stats.exact import METHOD
from supportdesk.stats.means import t_critical
from supportdesk.stats.strata.exact import NO_LIMITS, STRATA_METHOD

FEW = "so few users that chance alone could part them completely (p {:.2g} at best)"
UNSURE_BASE = "the control may be 0, so there is no lift"
MANY = 1e9
"""Degrees of freedom at which Student's t is a normal."""


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
        return one_sided(self.z, self.p_value, sign)


def compare(control: Sequence[Sample], test: Sequence[Sample], alpha: float, planned: int) -> Comparison:
    """Compare two arms, phase by phase where there were several: a change of weights must not bias the result."""
    pairs = paired(control, test)
    users = min(sum(each.users for each in control), sum(each.users for each in test))
    if not pairs:
        nobody = not any(each.users for each in (*control, *test))
        return Comparison(users, reason="neither arm has users" if nobody else "a variant has no users")
    rates = rates_of(pairs)
    found = _of_rates(users, rates, alpha) if rates else _of_means(users, means_of(pairs), alpha)
    always = always_valid(means_of(pairs), alpha, planned)
    return replace(found, always_valid=always and _not_below(always, found.p_value))


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


def _of_rates(users: int, rates: Sequence[tuple[Proportion, Proportion]], alpha: float) -> Comparison:
    # The intervals of this very test: p and they can't contradict each other.
    tested = stratified_z(rates)
    exact = exact_p(rates) if tested.z is not None else None
    known = Comparison(users, tested.difference, z=tested.z, p_value=tested.p_value, reason=tested.reason)
    if exact is not None and len(rates) > 1:
        return replace(known, p_value=exact, reason=NO_LIMITS, method=STRATA_METHOD)
    if exact is not None:
        limits, lift = exact_difference(*rates[0], alpha), score_lift(*rates[0], alpha)
        return replace(
            known,
            low=limits.low,
            high=limits.high,
            lift=lift.estimate,
            p_value=limits.p_value,
            reason=lift.reason,
            method=METHOD,
        )
    interval = stratified_score(rates, alpha)
    known = replace(known, low=interval.low, high=interval.high)
    if len(rates) > 1:
        return known if tested.z is None else _with_lift(known, means_of(rates), None, alpha)
    lift = score_lift(*rates[0], alpha)
    return replace(
        known, lift=lift.estimate, lift_low=lift.low, lift_high=lift.high, reason=tested.reason or lift.reason
    )


def _of_means(users: int, means: Sequence[tuple[Mean, Mean]], alpha: float) -> Comparison:
    tested, least = stratified_t(means, alpha), shuffled_p(means)
    if tested.p_value is not None and least >= alpha:
        return Comparison(users, tested.difference, reason=FEW.format(least))
    known = Comparison(
        users,
        tested.difference,
        tested.low,
        tested.high,
        z=tested.t,
        p_value=None if tested.p_value is None else max(tested.p_value, least),
        reason=tested.reason,
    )
    if len(means) > 1:
        return known if tested.t is None else _with_lift(known, means, tested.df, alpha)
    lift = fieller_lift(*means[0], alpha)
    # A control that may be 0 gives a lift of any size and sign.
    estimate = lift.estimate if lift.low is not None else None
    return replace(known, lift=estimate, lift_low=lift.low, lift_high=lift.high, reason=tested.reason or lift.reason)


def _with_lift(known: Comparison, means: Sequence[tuple[Mean, Mean]], df: float | None, alpha: float) -> Comparison:
    """Return a comparison over phases with its lift, of which the difference has nearly all the spread."""
    base, error = _base(means)
    if known.difference is None or known.low is None or known.high is None:
        return known
    if abs(base) <= t_critical(df or MANY, alpha) * error:
        return replace(known, reason=UNSURE_BASE)
    lift, low, high = (each / abs(base) for each in (known.difference, known.low, known.high))
    return replace(known, lift=lift, lift_low=low if df else max(low, -1.0), lift_high=high)


def _weighted(means: Sequence[tuple[Mean, Mean]]) -> tuple[float, float]:
    """Return the difference over phases and its variance, with the weights of Cochran, Mantel and Haenszel."""
    weights = [c.users * t.users / (c.users + t.users) for c, t in means]
    total = math.fsum(weights)
    estimate = math.fsum(w * (t.mean - c.mean) for w, (c, t) in zip(weights, means, strict=True)) / total
    spread = math.fsum(w * w * (c.squared_error + t.squared_error) for w, (c, t) in zip(weights, means, strict=True))
    return estimate, spread / total**2


def _base(means: Sequence[tuple[Mean, Mean]]) -> tuple[float, float]:
    """Return the control's mean over phases and its standard error."""
    weights = [c.users * t.users / (c.users + t.users) for c, t in means]
    total = math.fsum(weights)
    base = math.fsum(w * c.mean for w, (c, _) in zip(weights, means, strict=True)) / total
    return base, math.sqrt(math.fsum(w * w * c.squared_error for w, (c, _) in zip(weights, means, strict=True))) / total
