"""Intervals that belong to the pooled z-test: they exclude "no difference" exactly where its p-value is below alpha.

Newcombe's interval is as good, but another method's: close to alpha it and the p-value of the test can contradict each
other. These hold all values that the score test of that very value does not reject.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from supportdesk.stats.intervals import Interval
from supportdesk.stats.lift import NOTHING
from supportdesk.stats.normal import critical_z
from supportdesk.stats.proportions import empty_arm
from supportdesk.stats.samples import NO_STRATUM, Proportion, stratum_weights

HALVINGS = 60


def stratified_score(strata: Sequence[tuple[Proportion, Proportion]], alpha: float = 0.05) -> Interval:
    """Return the interval of the common difference p_test - p_control; in [-1, 1] and of use at any n.

    It excludes 0 where `stratified_z` rejects. Source: Miettinen & Nurminen 1985, Statistics in Medicine 4:213, without
    their factor N/(N-1); of one stratum Mee 1984, Biometrics 40:1175; Newcombe 1998, ibid. 17:873, method 5.
    """
    z, weights = critical_z(alpha), stratum_weights(strata)
    if not weights:
        only = empty_arm(*strata[0]) if len(strata) == 1 else NO_STRATUM
        return Interval(None, None, None, only)
    estimate = math.fsum(
        w * (t.conversions / t.users - c.conversions / c.users) for w, (c, t) in zip(weights, strata, strict=True)
    )

    def holds(difference: float) -> bool:
        spread = 0.0
        for weight, (control, test) in zip(weights, strata, strict=True):
            rate = _likeliest(control, test, difference)
            spread += weight**2 * (_variance(rate, control) + _variance(rate + difference, test))
        return (estimate - difference) ** 2 <= z * z * spread

    # What the test of no difference rejects lies outside, even where the values that hold have a gap.
    least, most = (-1.0, 1.0) if holds(0.0) else (0.0, 1.0) if estimate > 0 else (-1.0, 0.0)
    return Interval(estimate, _last(holds, estimate, least), _last(holds, estimate, most))


def score_lift(control: Proportion, test: Proportion, alpha: float = 0.05) -> Interval:
    """Return the interval of the lift p_test/p_control - 1, a fraction (.1 is +10 %).

    Excludes 0 where the z-test rejects.

    From -1 up; there is none, and a reason, where nobody of the control converted. Source: Koopman 1984,
    Biometrics 40:513.
    """
    z = critical_z(alpha)
    if not control.users or not test.users:
        return Interval(None, None, None, empty_arm(control, test))
    if not control.conversions:
        return Interval(None, None, None, NOTHING)
    rate_c, rate_t = control.conversions / control.users, test.conversions / test.users
    conversions, users = control.conversions + test.conversions, control.users + test.users

    def holds(ratio: float) -> bool:
        # Under this ratio the likeliest rate of the control is the smaller root of a quadratic.
        half = (control.users + test.conversions + ratio * (test.users + control.conversions)) / 2
        rate = conversions / (half + math.sqrt(max(half * half - ratio * users * conversions, 0.0)))
        spread = ratio * ratio * _variance(rate, control) + _variance(ratio * rate, test)
        return (rate_t - ratio * rate_c) ** 2 <= z * z * spread

    estimate = rate_t / rate_c
    beyond = max(2 * estimate, 1.0)
    while holds(beyond):
        beyond *= 2
    return Interval((rate_t - rate_c) / rate_c, _last(holds, estimate, 0.0) - 1, _last(holds, estimate, beyond) - 1)


def _likeliest(control: Proportion, test: Proportion, difference: float) -> float:
    """Return the rate of the control that makes the counts likeliest if that of the test differs by this much."""
    low, high = max(0.0, -difference), min(1.0, 1.0 - difference)
    hits_c, hits_t = control.conversions, test.conversions
    misses_c, misses_t = control.users - hits_c, test.users - hits_t
    rate = (hits_c + hits_t - test.users * difference) / (control.users + test.users)
    for _ in range(HALVINGS):
        # Newton's step where it stays inside, else a halving.
        if not low < rate < high:
            rate = (low + high) / 2
        other, miss = rate + difference, 1 - rate
        other_miss = 1 - other
        if not (0 < rate < 1 and 0 < other < 1):
            break
        rising = hits_c / rate - misses_c / miss + hits_t / other - misses_t / other_miss
        low, high = (rate, high) if rising > 0 else (low, rate)
        falls = hits_c / rate**2 + misses_c / miss**2 + hits_t / other**2 + misses_t / other_miss**2
        step = rising / falls
        rate += step
        if abs(step) <= 1e-14 * rate:
            break
    return min(max(rate, low), high)


def _variance(rate: float, arm: Proportion) -> float:
    return max(rate * (1 - rate), 0.0) / arm.users


def _last(holds: Callable[[float], bool], inside: float, outside: float) -> float:
    """Return the last value, from one that holds towards one that may not, that still holds."""
    if holds(outside):
        return outside
    for _ in range(HALVINGS):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if holds(middle) else (inside, middle)
    return inside
