"""Planning a test of two means: its power, the users it needs, the smallest effect it can see."""

from __future__ import annotations

import math
from collections.abc import Callable

from supportdesk.stats.errors import number, open_fraction, positive
from supportdesk.stats.normal import Alternative, below, critical_z, parse_alternative, quantile_above
from supportdesk.stats.planning import (
    MOST_USERS,
    TOO_SMALL,
    Power,
    SampleSize,
    SmallestEffect,
    of_baseline,
    power_normal,
    size_by_root,
)


def power_means(effect_size: float, users_per_arm: float, alpha: float = 0.05, alternative: str = "two-sided") -> Power:
    """Return the power of Student's t-test with equal arms for Cohen's d, by the noncentral t, in both tails.

    Source: Cohen 1988, chapter 2; R `power.t.test(strict = TRUE)`.
    """
    from scipy import special

    side = parse_alternative(alternative)
    open_fraction("alpha", alpha)
    size, users = number("effect_size", effect_size), positive("users_per_arm", users_per_arm)
    if users <= 1:
        return Power(None, "a t-test needs more than one user per arm")
    df, shift = 2 * users - 2, size * math.sqrt(users / 2)
    tail = alpha / 2 if side is Alternative.TWO_SIDED else alpha
    critical = -float(special.stdtrit(df, tail))
    if abs(shift) > 1000 or df > 1e9:  # beyond the reach of the noncentral t, where it is a normal
        return power_normal(effect_size, users_per_arm, alpha, alternative)
    upper, lower = _noncentral_below(-critical, df, -shift), _noncentral_below(-critical, df, shift)
    found = {Alternative.LARGER: upper, Alternative.SMALLER: lower}.get(side, upper + lower)
    return Power(min(max(found, 0.0), 1.0))


def sample_size_means(
    effect_size: float, power: float = 0.8, alpha: float = 0.05, alternative: str = "two-sided"
) -> SampleSize:
    """Return the users each of two equal arms needs for Cohen's d, the inverse of `power_means`."""
    return _search(power_means, effect_size, power, alpha, alternative, least=1 + 1e-6)


def sample_size_normal(
    effect_size: float, power: float = 0.8, alpha: float = 0.05, alternative: str = "two-sided"
) -> SampleSize:
    """Return the users each of two equal arms needs for a standardised effect, the inverse of `power_normal`."""
    return _search(power_normal, effect_size, power, alpha, alternative, least=1e-9)


def sample_size_of_difference(
    difference: float, variance: float, power: float = 0.8, alpha: float = 0.05, alternative: str = "two-sided"
) -> SampleSize:
    """Return the users each of two equal arms needs to find a difference of means, by the normal's closed form.

    n = 2 σ² (z_α + z_β)² / δ², in the unit of the values. Source: Chow, Shao & Wang 2008, chapter 3.
    """
    side = parse_alternative(alternative)
    reach = critical_z(alpha, side) + quantile_above(1 - open_fraction("power", power))
    size = abs(number("difference", difference))
    if size == 0:
        return SampleSize(None, "the difference is 0: there is no effect to find")
    if reach <= 0:
        return SampleSize(None, "any number of users has more power than asked for")
    return size_by_root(math.sqrt(2 * positive("variance", variance)) * reach / size)


def smallest_effect_means(
    mean_control: float,
    standard_deviation: float,
    users_per_arm: float,
    power: float = 0.8,
    alpha: float = 0.05,
    alternative: str = "two-sided",
) -> SmallestEffect:
    """Return the smallest difference of means that a t-test with equal arms finds with the power.

    In the values' unit.
    """
    number("mean_control", mean_control)
    spread = positive("standard_deviation", standard_deviation)
    side, target = parse_alternative(alternative), open_fraction("power", power)
    sign = -1.0 if side is Alternative.SMALLER else 1.0

    def surplus(size: float) -> float:
        return (power_means(sign * size, users_per_arm, alpha, alternative).power or 0.0) - target

    smallest, reason = 1e-12, power_means(1.0, users_per_arm, alpha, alternative).reason
    largest = next((size for size in _doubling(smallest, 1e12) if surplus(size) > 0), None)
    if reason or largest is None or largest == smallest:
        return SmallestEffect(None, None, reason or "no effect has the power asked for")
    return of_baseline(_solve(surplus, largest / 2, largest) * spread, mean_control)


def _noncentral_below(t: float, df: float, shift: float) -> float:
    """Return the noncentral t distribution; where scipy gives up, below 1e-9 of it in the far tail, the normal."""
    from scipy import special

    found = float(special.nctdtr(df, shift, t))
    return found if math.isfinite(found) else below(t - shift)


def _search(
    power_of: Callable[[float, float, float, str], Power],
    effect_size: float,
    power: float,
    alpha: float,
    alternative: str,
    least: float,
) -> SampleSize:
    side, target = parse_alternative(alternative), open_fraction("power", power)
    size = number("effect_size", effect_size)
    if size == 0:
        return SampleSize(None, "the effect is 0: there is no effect to find")
    if side is not Alternative.TWO_SIDED and (size > 0) is not (side is Alternative.LARGER):
        return SampleSize(None, f"the effect is not {side}")

    def surplus(users: float) -> float:
        return (power_of(size, users, alpha, alternative).power or 0.0) - target

    largest = next((users for users in _doubling(2.0, MOST_USERS) if surplus(users) > 0), None)
    if largest is None:
        return SampleSize(None, TOO_SMALL)
    smallest = least if largest == 2.0 else largest / 2
    if surplus(smallest) >= 0:
        return SampleSize(None, "any number of users has more power than asked for")
    return SampleSize(_solve(surplus, smallest, largest))


def _doubling(start: float, end: float) -> list[float]:
    steps = math.ceil(math.log2(end / start))
    return [start * 2.0**step for step in range(steps + 1)]


def _solve(surplus: Callable[[float], float], low: float, high: float) -> float:
    from scipy import optimize

    return float(optimize.brentq(surplus, low, high, xtol=1e-12, rtol=1e-14))
