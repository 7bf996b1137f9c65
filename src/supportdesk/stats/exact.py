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
from supportdesk.stats.intervals import clopper_pearson
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
HALVINGS = 30
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
    low = _edge(lambda difference: tables.tail(difference, 1) >= tail, estimate, -1.0)
    high = _edge(lambda difference: tables.tail(difference, -1) >= tail, estimate, 1.0)
    return ExactTest(estimate, tables.p_value(), low, high)


def exact_p_value(control: Proportion, test: Proportion) -> float:
    """Return the p-value of `exact_difference` alone, which takes a thirtieth of the time."""
    if control.conversions + test.conversions > (control.users + test.users) / 2:
        control, test = _misses(control), _misses(test)
    return _Tables(_smaller(control), _smaller(test)).p_value()


class _Tables:
    """The counts that two arms may have, and how likely the more extreme ones are."""

    def __init__(self, control: Proportion, test: Proportion) -> None:
        import numpy as np

        self._control, self._test = control, test
        self._rates_c, self._rates_t = _plausible(control), _plausible(test)
        self._x_c, self._x_t = _counts(control, self._rates_c), _counts(test, self._rates_t)
        spread_c, spread_t = (_shifted(x, arm.users) for x, arm in ((self._x_c, control), (self._x_t, test)))
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

        low = max(self._rates_c[0], self._rates_t[0] - difference, -difference, 0.0)
        high = min(self._rates_c[1], self._rates_t[1] - difference, 1 - difference, 1.0)
        if low > high:
            return UNLIKELY
        seen = side * (self._seen[0] - difference) / self._seen[1]
        # As numbers: numpy is slow at products with truth values.
        extreme = (side * (self._centre - difference) / self._error >= seen - 1e-9).astype(np.float64)
        # Closer together near 0, where the worst rate of rare events is.
        rates = low + (high - low) * np.linspace(0.0, 1.0, NUISANCE) ** 2
        of_c = _binomial(self._x_c, self._control.users, rates)
        of_t = _binomial(self._x_t, self._test.users, rates + difference)
        return min(1.0, float(((of_c @ extreme) * of_t).sum(axis=1).max()) + UNLIKELY)


def _plausible(arm: Proportion) -> tuple[float, float]:
    interval = clopper_pearson(arm, UNLIKELY)
    assert interval.low is not None
    assert interval.high is not None
    return interval.low, interval.high


def _counts(arm: Proportion, rates: tuple[float, float]) -> Floats:
    """Return the counts that an arm may have under plausible rates."""
    import numpy as np

    reach = [7 * math.sqrt(arm.users * rate * (1 - rate)) + 25 for rate in rates]
    first = max(0, math.floor(arm.users * rates[0] - reach[0]))
    return np.arange(first, min(arm.users, math.ceil(arm.users * rates[1] + reach[1])) + 1, dtype=np.float64)


def _shifted(x: Floats, users: int) -> tuple[Floats, Floats]:
    """Return rates and their squared errors with one conversion and one miss more."""
    rate = (x + 1) / (users + 2)
    return rate, rate * (1 - rate) / (users + 2)


def _binomial(x: Floats, users: int, rates: Floats) -> Floats:
    """Return the chance of each count (columns) at each rate (rows)."""
    import numpy as np
    from scipy import special

    # Not quite 0 or 1, whose logarithms are not finite; no chance differs by more than rounding.
    at = np.clip(rates, 1e-300, 1 - 2.0**-53)
    ways = special.gammaln(users + 1) - special.gammaln(x + 1) - special.gammaln(users - x + 1)
    chances: Floats = np.exp(ways + np.outer(np.log(at), x) + np.outer(np.log1p(-at), users - x))
    return chances


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


def _edge(holds: Callable[[float], bool], inside: float, outside: float) -> float:
    """Return the outermost difference that still holds, from the estimate towards a limit."""
    if holds(outside):
        return outside
    for _ in range(HALVINGS):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if holds(middle) else (inside, middle)
    return inside
