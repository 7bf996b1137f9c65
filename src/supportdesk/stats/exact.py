"""Exact comparison of two proportions with few conversions or misses: an unconditional test and its own interval.

Where fewer than five conversions or misses are expected in an arm, the normal approximation takes noise for an effect.
scipy has Barnard's and Boschloo's tests of "no difference" but no interval that belongs to them; this tests any
difference, so that p-value and interval are one method and never contradict each other.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from supportdesk.stats.errors import open_fraction
from supportdesk.stats.intervals import clopper_pearson, newcombe
from supportdesk.stats.proportions import empty_arm
from supportdesk.stats.samples import Proportion

if TYPE_CHECKING:
    import numpy as np

    Floats = np.ndarray[Any, np.dtype[np.float64]]

METHOD = "exact unconditional test (Chan & Zhang 1999)"
EXPECTED = 5
"""Expected conversions and misses of each arm from which on the normal approximation is good."""
NUISANCE = 96
"""Rates of the control that the test tries for the worst case."""
WAYS, TRIED = ((1.5, 0.8), (4.0, 1.5), (0.8, 0.2)), 32
"""How many times as far as about the limits are searched, one stretch after the other, and at how many places."""
EXACTNESS = 1e-6
"""Of the distance from the estimate: how exact limits are."""
UNLIKELY = 1e-7
"""Rates and counts less likely than this are left out, and it is added to the tail (Berger & Boos 1994, JASA 89)."""
MOST_CONVERSIONS = 1_000
"""An arm with more is taken for a smaller one of the same rate, which errs on the safe side."""


@dataclass(frozen=True, slots=True)
class ExactTest:
    """The difference test minus control with its interval, and the two-sided p-value of no difference."""

    difference: float | None
    p_value: float | None
    low: float | None
    high: float | None
    reason: str = ""


def needs_exact(control: Proportion, test: Proportion) -> bool:
    """Return whether an arm expects fewer than five conversions or misses under one common rate."""
    users = control.users + test.users
    if not control.users or not test.users:
        return False
    rate = (control.conversions + test.conversions) / users
    return min(control.users, test.users) * min(rate, 1 - rate) < EXPECTED


def exact_difference(control: Proportion, test: Proportion, alpha: float = 0.05) -> ExactTest:
    """Return the exact unconditional test of p_test - p_control: twice the smaller tail, at the worst nuisance rate.

    Tables are ordered by the difference over its standard error with one conversion and one miss added to each arm.
    Source: Chan & Zhang 1999, Biometrics 55:1202; Agresti & Caffo 2000 for the order.
    """
    tail = open_fraction("alpha", alpha) / 2
    if not control.users or not test.users:
        return ExactTest(None, None, None, None, empty_arm(control, test))
    estimate = test.conversions / test.users - control.conversions / control.users
    if control.conversions + test.conversions > (control.users + test.users) / 2:
        # The misses are the rare ones: they are counted instead.
        turned = exact_difference(_misses(control), _misses(test), alpha)
        return ExactTest(estimate, turned.p_value, _minus(turned.high), _minus(turned.low))
    tables = _Tables(_smaller(control), _smaller(test))
    near = newcombe(control, test, alpha)
    low = _edge(tables, 1, tail, estimate, estimate if near.low is None else near.low)
    high = _edge(tables, -1, tail, estimate, estimate if near.high is None else near.high)
    return ExactTest(estimate, tables.p_value(), low, high)


def exact_p_value(control: Proportion, test: Proportion) -> float:
    """Return the p-value of `exact_difference` alone, which takes a tenth of the time."""
    if control.conversions + test.conversions > (control.users + test.users) / 2:
        control, test = _misses(control), _misses(test)
    return _Tables(_smaller(control), _smaller(test)).p_value()


class _Tables:
    """The counts that two arms may have, and how likely the more extreme ones are."""

    def __init__(self, control: Proportion, test: Proportion) -> None:
        import numpy as np

        self._control, self._test = _Arm(control), _Arm(test)
        spread_c, spread_t = self._control.shifted, self._test.shifted
        self._centre = spread_t[0][None, :] - spread_c[0][:, None]
        self._error = np.sqrt(spread_t[1][None, :] + spread_c[1][:, None])
        here = np.array([control.conversions]), np.array([test.conversions])
        (rate_c, square_c), (rate_t, square_t) = _shifted(here[0], control.users), _shifted(here[1], test.users)
        self._seen = float(rate_t[0] - rate_c[0]), math.sqrt(float(square_t[0] + square_c[0]))

    def p_value(self) -> float:
        """Return the two-sided p-value of no difference."""
        return min(1.0, 2 * min(self.tail(0.0, 1), self.tail(0.0, -1)))

    def tail(self, difference: float, side: int) -> float:
        """Return the chance of tables as extreme as the one seen, at the worst rate, if the difference is this."""
        import numpy as np

        return float(self.tails(np.array([difference]), side, NUISANCE)[0])

    def tails(self, differences: Floats, side: int, nuisance: int) -> Floats:
        """Return the same for several differences, at the worst of so many rates of the control."""
        import numpy as np

        low, high = (np.full(differences.shape, limit) for limit in self._control.rates)
        low = np.maximum.reduce([low, self._test.rates[0] - differences, -differences, np.zeros_like(low)])
        high = np.minimum.reduce([high, self._test.rates[1] - differences, 1 - differences, np.ones_like(low)])
        found = np.full(differences.shape, UNLIKELY)
        can_be = low <= high
        if not can_be.any():
            return found
        at, low, high = differences[can_be], low[can_be], high[can_be]
        seen = (side * (self._seen[0] - at) / self._seen[1] - 1e-9)[:, None, None]
        # As numbers: numpy is slow at products with truth values.
        extreme = (side * self._centre - seen * self._error >= side * at[:, None, None]).astype(np.float64)
        # Closer together near 0, where the worst rate of rare events is.
        rates = low[:, None] + (high - low)[:, None] * np.linspace(0.0, 1.0, nuisance) ** 2
        of_c, of_t = self._control.chances(rates), self._test.chances(rates + at[:, None])
        found[can_be] = np.minimum(1.0, ((of_c @ extreme) * of_t).sum(axis=2).max(axis=1) + UNLIKELY)
        return found


class _Arm:
    """The counts that an arm may have."""

    def __init__(self, arm: Proportion) -> None:
        from scipy import special

        interval = clopper_pearson(arm, UNLIKELY)
        assert interval.low is not None
        assert interval.high is not None
        self.rates = interval.low, interval.high
        self._users = arm.users
        self._x = x = _counts(arm, self.rates)
        self._ways = special.gammaln(arm.users + 1) - special.gammaln(x + 1) - special.gammaln(arm.users - x + 1)
        self.shifted = _shifted(x, arm.users)

    def chances(self, rates: Floats) -> Floats:
        """Return the chance of each count (last axis) at each rate."""
        import numpy as np

        # Not quite 0 or 1, whose logarithms are not finite; no chance differs by more than rounding.
        at = np.clip(rates, 1e-300, 1 - 2.0**-53)[..., None]
        chances: Floats = np.exp(self._ways + np.log(at) * self._x + np.log1p(-at) * (self._users - self._x))
        return chances


def _counts(arm: Proportion, rates: tuple[float, float]) -> Floats:
    """Return the counts that an arm may have under plausible rates."""
    import numpy as np

    reach = [6.5 * math.sqrt(arm.users * rate * (1 - rate)) + 12 for rate in rates]
    first = max(0, math.floor(arm.users * rates[0] - reach[0]))
    return np.arange(first, min(arm.users, math.ceil(arm.users * rates[1] + reach[1])) + 1, dtype=np.float64)


def _shifted(x: Floats, users: int) -> tuple[Floats, Floats]:
    """Return rates and their squared errors with one conversion and one miss more."""
    rate = (x + 1) / (users + 2)
    return rate, rate * (1 - rate) / (users + 2)


def _smaller(arm: Proportion) -> Proportion:
    rare = min(arm.conversions, arm.users - arm.conversions)
    if rare <= MOST_CONVERSIONS:
        return arm
    share = MOST_CONVERSIONS / rare
    users = round(arm.users * share)
    return Proportion(min(round(arm.conversions * share), users), users)


def _misses(arm: Proportion) -> Proportion:
    return Proportion(arm.users - arm.conversions, arm.users)


def _minus(value: float | None) -> float | None:
    return None if value is None else -value


def _edge(tables: _Tables, side: int, tail: float, estimate: float, near: float) -> float:
    """Return the outermost difference whose tail is not below the level; `near` is about where it is.

    Counts make steps of the tail, so that what holds has gaps: it is searched from outside.
    """
    import numpy as np

    farthest = -float(side)
    if tables.tail(farthest, side) >= tail:
        return farthest
    inside, outside = estimate, farthest
    if estimate * side > 0:
        # Of no difference, the interval says what the p-value does.
        inside, outside = (0.0, outside) if tables.tail(0.0, side) >= tail else (inside, 0.0)
    reach = near - estimate
    for first, last in WAYS:
        tried = estimate + reach * np.linspace(first, last, TRIED)
        tried = tried[(tried > outside) & (tried < inside)] if side > 0 else tried[(tried < outside) & (tried > inside)]
        holds = np.flatnonzero(tables.tails(tried, side, NUISANCE // 4) >= tail)
        if holds.size:
            inside, outside = float(tried[holds[0]]), float(tried[holds[0] - 1]) if holds[0] else outside
        if holds.size and holds[0]:
            break
    exactness = max(EXACTNESS * abs(reach), 1e-12)
    return _crossing(lambda at: _normal(tables.tail(at, side)) - _normal(tail), outside, inside, exactness)


def _crossing(away: Callable[[float], float], outside: float, inside: float, exactness: float) -> float:
    """Return the place between outside and inside up to which things hold."""
    far, near, halve = away(outside), away(inside), False
    while abs(outside - inside) > exactness:
        share = 0.5 if halve else min(max(near / (near - far), 0.01), 0.99)
        width, at = abs(outside - inside), inside + share * (outside - inside)
        found = away(at)
        if found <= 0:
            inside, near = at, found
        else:
            outside, far = at, found
        # At a step a line leads nowhere.
        halve = abs(outside - inside) > width / 2
    return inside


def _normal(tail: float) -> float:
    """Return about how many standard errors have this tail: they grow evenly with the difference."""
    return math.sqrt(-2 * math.log(tail)) if tail < 1 else 0.0
