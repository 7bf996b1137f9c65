"""Intervals of one proportion and of the difference of two."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from supportdesk.stats.errors import open_fraction
from supportdesk.stats.normal import critical_z
from supportdesk.stats.proportions import empty_arm
from supportdesk.stats.samples import Proportion

NO_USERS = "the arm has no users"


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate and its two-sided interval. `reason` says why there is none; then all three are None."""

    estimate: float | None
    low: float | None
    high: float | None
    reason: str = ""


def wilson(arm: Proportion, alpha: float = 0.05) -> Interval:
    """Return Wilson's score interval of a proportion, without continuity correction; in [0, 1] and of use at any n.

    Source: Wilson 1927; Newcombe 1998, Statistics in Medicine 17:857, method 3.
    """
    z = critical_z(alpha)
    if arm.users == 0:
        return Interval(None, None, None, NO_USERS)
    rate, low, high = _wilson(arm, z)
    return Interval(rate, low, high)


def agresti_coull(arm: Proportion, alpha: float = 0.05) -> Interval:
    """Return the Agresti-Coull interval: Wald's around Wilson's centre, cut to [0, 1].

    Source: Agresti & Coull 1998, The American Statistician 52:119.
    """
    z = critical_z(alpha)
    if arm.users == 0:
        return Interval(None, None, None, NO_USERS)
    users = arm.users + z * z
    centre = (arm.conversions + z * z / 2) / users
    half = z * math.sqrt(centre * (1 - centre) / users)
    return Interval(arm.rate, max(centre - half, 0.0), min(centre + half, 1.0))


def clopper_pearson(arm: Proportion, alpha: float = 0.05) -> Interval:
    """Return the exact (conservative) interval from quantiles of the beta distribution.

    Source: Clopper & Pearson 1934, Biometrika 26:404.
    """
    from scipy import special

    tail = open_fraction("alpha", alpha) / 2
    if arm.users == 0:
        return Interval(None, None, None, NO_USERS)
    hits, misses = arm.conversions, arm.users - arm.conversions
    low = float(special.betaincinv(hits, misses + 1, tail)) if hits else 0.0
    high = float(special.betainccinv(hits + 1, misses, tail)) if misses else 1.0
    return Interval(arm.rate, low, high)


def wald(arm: Proportion, alpha: float = 0.05) -> Interval:
    """Return the textbook interval p ± z sqrt(p(1-p)/n), cut to [0, 1]; it has no width at 0 and n conversions.

    Kept for comparison; Wilson's is better everywhere (Brown, Cai & DasGupta 2001, Statistical Science 16:101).
    """
    z = critical_z(alpha)
    rate = arm.rate
    if rate is None:
        return Interval(None, None, None, NO_USERS)
    half = z * math.sqrt(rate * (1 - rate) / arm.users)
    return Interval(rate, max(rate - half, 0.0), min(rate + half, 1.0))


def newcombe(control: Proportion, test: Proportion, alpha: float = 0.05) -> Interval:
    """Return the interval of p_test - p_control by squaring and adding Wilson limits; in [-1, 1] and of use at any n.

    Source: Newcombe 1998, Statistics in Medicine 17:873, method 10.
    """
    z = critical_z(alpha)
    if control.users == 0 or test.users == 0:
        return Interval(None, None, None, empty_arm(control, test))
    rate_c, low_c, high_c = _wilson(control, z)
    rate_t, low_t, high_t = _wilson(test, z)
    difference = rate_t - rate_c
    return Interval(
        difference,
        max(difference - math.hypot(rate_t - low_t, high_c - rate_c), -1.0),
        min(difference + math.hypot(high_t - rate_t, rate_c - low_c), 1.0),
    )


def agresti_caffo(control: Proportion, test: Proportion, alpha: float = 0.05) -> Interval:
    """Return Wald's interval of p_test - p_control after adding a hit and a miss to each arm; may pass ±1.

    The estimate stays the plain difference. Source: Agresti & Caffo 2000, The American Statistician 54:280.
    """
    return _difference(control, test, alpha, lambda arm: ((arm.conversions + 1) / (arm.users + 2), arm.users + 2))


def wald_difference(control: Proportion, test: Proportion, alpha: float = 0.05) -> Interval:
    """Return Wald's interval of p_test - p_control with unpooled variances; may pass ±1, has no width at 0 and n.

    Source: Fleiss, Levin & Paik 2003, chapter 3, without correction; Newcombe 1998, method 1.
    """
    return _difference(control, test, alpha, lambda arm: (arm.conversions / arm.users, arm.users))


def _difference(
    control: Proportion, test: Proportion, alpha: float, shown: Callable[[Proportion], tuple[float, int]]
) -> Interval:
    z = critical_z(alpha)
    if control.users == 0 or test.users == 0:
        return Interval(None, None, None, empty_arm(control, test))
    (rate_c, users_c), (rate_t, users_t) = shown(control), shown(test)
    half = z * math.sqrt(rate_c * (1 - rate_c) / users_c + rate_t * (1 - rate_t) / users_t)
    estimate = test.conversions / test.users - control.conversions / control.users
    return Interval(estimate, rate_t - rate_c - half, rate_t - rate_c + half)


def _wilson(arm: Proportion, z: float) -> tuple[float, float, float]:
    """Return rate and limits of an arm that has users; the limits at 0 and n conversions are exact."""
    hits, misses, users = arm.conversions, arm.users - arm.conversions, arm.users
    half = z * math.sqrt(hits / users * misses + z * z / 4)
    low = 0.0 if hits == 0 else max((hits + z * z / 2 - half) / (users + z * z), 0.0)
    high = 1.0 if misses == 0 else min((hits + z * z / 2 + half) / (users + z * z), 1.0)
    return hits / users, low, high
