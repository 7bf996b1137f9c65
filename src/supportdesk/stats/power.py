"""Planning a test of two proportions: its power, the users it needs, the smallest effect it can see."""

from __future__ import annotations

import math
from collections.abc import Callable
from enum import StrEnum

from supportdesk.stats.errors import InvalidInput, fraction, open_fraction, positive
from supportdesk.stats.normal import Alternative, below, critical_z, parse_alternative, quantile_above
from supportdesk.stats.planning import Power, SampleSize, SmallestEffect, of_baseline, size_by_root
from supportdesk.stats.power_means import sample_size_means, sample_size_normal

SAME_RATES = "the two rates are the same: there is no effect to find"


class Formula(StrEnum):
    """How the users needed for two proportions are reckoned."""

    POOLED = "pooled"
    """R's power.prop.test: pooled variance under the null, each arm's own under the effect. The default."""
    BASELINE = "baseline"
    """Evan Miller's calculator: the null's variance is the baseline's."""
    ARCSINE = "arcsine"
    """Cohen's h, R's pwr.2p.test."""
    T = "t"
    """A t-test with the mean of both variances, as Booking.com's calculator."""


def power_two_proportions(
    rate_control: float, rate_test: float, users_per_arm: float, alpha: float = 0.05, alternative: str = "two-sided"
) -> Power:
    """Return the power of the pooled z-test with equal arms, counting the effect's own tail only.

    Φ((√n |δ| - z sqrt(2 p̄ q̄)) / sqrt(p_c q_c + p_t q_t)). Source: Fleiss, Levin & Paik 2003, chapter 4, as R's
    `power.prop.test(strict = FALSE)`.
    """
    side = parse_alternative(alternative)
    z = critical_z(alpha, side)
    null_sd, effect_sd = _spreads(rate_control, rate_test)
    reach = math.sqrt(positive("users_per_arm", users_per_arm)) * _towards(rate_test - rate_control, side)
    if null_sd == 0:
        return Power(None, "the rates are both 0 or both 1: nothing can vary")
    if effect_sd == 0:
        return Power(1.0 if reach > z * null_sd else 0.0)
    return Power(below((reach - z * null_sd) / effect_sd))


def sample_size_two_proportions(
    rate_control: float,
    rate_test: float,
    power: float = 0.8,
    alpha: float = 0.05,
    alternative: str = "two-sided",
    formula: str = "pooled",
) -> SampleSize:
    """Return the users each of two equal arms needs to tell `rate_test` from `rate_control` with a power.

    Source of the default: Fleiss, Levin & Paik 2003, chapter 4; see `Formula` for the others.
    """
    side, how = parse_alternative(alternative), _parse_formula(formula)
    z, z_power = critical_z(alpha, side), quantile_above(1 - open_fraction("power", power))
    null_sd, effect_sd = _spreads(rate_control, rate_test)
    effect = _towards(rate_test - rate_control, side)
    if effect == 0:
        return SampleSize(None, SAME_RATES)
    if effect < 0:
        return SampleSize(None, f"the effect is not {side}")
    if how is Formula.ARCSINE:
        return sample_size_normal(cohen_h(rate_control, rate_test), power, alpha, alternative)
    if how is Formula.T:
        if effect_sd == 0:
            return SampleSize(None, "neither rate can vary")
        return sample_size_means((rate_test - rate_control) / (effect_sd / math.sqrt(2)), power, alpha, alternative)
    if how is Formula.BASELINE:
        null_sd = math.sqrt(2 * rate_control * (1 - rate_control))
    reach = z * null_sd + z_power * effect_sd
    if reach <= 0:
        return SampleSize(None, "any number of users has more power than asked for")
    return size_by_root(reach / effect)


def smallest_effect_two_proportions(
    rate_control: float, users_per_arm: float, power: float = 0.8, alpha: float = 0.05, alternative: str = "two-sided"
) -> SmallestEffect:
    """Return the smallest rise over `rate_control` (fall, for the alternative "smaller") that is found with the power.

    The inverse of `power_two_proportions`, solved to the last digits of a float.
    """
    side = parse_alternative(alternative)
    z, z_power = critical_z(alpha, side), quantile_above(1 - open_fraction("power", power))
    root_n = math.sqrt(positive("users_per_arm", users_per_arm))
    fraction("rate_control", rate_control)
    sign = -1.0 if side is Alternative.SMALLER else 1.0
    room = rate_control if sign < 0 else 1 - rate_control

    def surplus(effect: float) -> float:
        null_sd, effect_sd = _spreads(rate_control, min(max(rate_control + sign * effect, 0.0), 1.0))
        return root_n * effect - z * null_sd - z_power * effect_sd

    if room <= 0 or surplus(room) < 0:
        return SmallestEffect(None, None, "even the largest effect possible would not be found with this power")
    if surplus(0.0) >= 0 and rate_control not in (0, 1):
        return SmallestEffect(None, None, "any effect is found with more power than asked for")
    return of_baseline(_root(surplus, room), rate_control)


def cohen_h(rate_control: float, rate_test: float) -> float:
    """Return 2 asin(√p_t) - 2 asin(√p_c). Source: Cohen 1988, Statistical Power Analysis, chapter 6."""
    fraction("rate_control", rate_control)
    fraction("rate_test", rate_test)
    return 2 * math.asin(math.sqrt(rate_test)) - 2 * math.asin(math.sqrt(rate_control))


def _spreads(rate_control: float, rate_test: float) -> tuple[float, float]:
    """Return the standard deviations of √n times the difference, under the null and under the effect."""
    fraction("rate_control", rate_control)
    fraction("rate_test", rate_test)
    middle = (rate_control + rate_test) / 2
    own = rate_control * (1 - rate_control) + rate_test * (1 - rate_test)
    return math.sqrt(2 * middle * (1 - middle)), math.sqrt(own)


def _towards(effect: float, side: Alternative) -> float:
    """Return the effect as the test looks at it: positive where it looks."""
    return abs(effect) if side is Alternative.TWO_SIDED else -effect if side is Alternative.SMALLER else effect


def _parse_formula(value: str) -> Formula:
    try:
        return Formula(value)
    except ValueError:
        raise InvalidInput("formula", value, "pooled, baseline, arcsine or t") from None


def _root(surplus: Callable[[float], float], high: float) -> float:
    """Return the effect in (0, high] at which the surplus turns positive, by bisection: it needs no scipy.optimize."""
    low = 0.0
    while True:
        middle = (low + high) / 2
        if not low < middle < high:
            return high
        if surplus(middle) < 0:
            low = middle
        else:
            high = middle
