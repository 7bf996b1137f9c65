"""What interim analyses cost: the power of sequential bounds, and by how much more users keep it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from supportdesk.stats.errors import count, open_fraction
from supportdesk.stats.group_sequential import alpha_spent, bounds_at
from supportdesk.stats.normal import quantile_above

if TYPE_CHECKING:
    import numpy as np

    Floats = np.ndarray[Any, np.dtype[np.float64]]

NODES = 8
REACH = 6.0
"""Standard deviations beyond which nothing counts: one in a billion."""
MOST = 30
"""Looks; more cost less than half a per cent of users more."""


def inflation(looks: int, alpha: float = 0.05, power: float = 0.8, sides: int = 2) -> float:
    """Return how many times the users of a single analysis keep the power with equally spaced interim analyses.

    Bounds are those of `bounds_at` in the shape of O'Brien and Fleming; only the effect's own side counts.
    Source: Jennison & Turnbull 2000, section 2.3.2 and chapter 19.
    """
    number_of = min(count("looks", looks, least=1), MOST)
    open_fraction("power", power)
    # Refuses what is no level or number of sides.
    alpha_spent(1.0, alpha=alpha, sides=sides)
    return _inflation(number_of, alpha, power, sides)


@cache
def _inflation(looks: int, alpha: float, power: float, sides: int) -> float:
    from scipy import optimize

    once = quantile_above(alpha / sides) - quantile_above(power)
    if looks == 1 or once <= 0:
        return 1.0
    times = [(look + 1) / looks for look in range(looks)]
    bounds = bounds_at(times, times, alpha=alpha, sides=sides).z
    drift = optimize.brentq(lambda each: crossing_power(bounds, times, each) - power, once * 0.999, 2 * once, xtol=1e-6)
    return float(max(drift / once, 1.0) ** 2)


def crossing_power(bounds: Sequence[float | None], times: Sequence[float], drift: float) -> float:
    """Return the chance to cross an upper bound at any look when z has the mean `drift` at the full information."""
    import numpy as np
    from scipy import special

    points, weights = np.polynomial.legendre.leggauss(NODES)
    nodes: Floats = np.zeros(1)
    mass: Floats = np.ones(1)
    crossed = 0.0
    for (before, time), bound in zip(pairwise([0.0, *times]), bounds, strict=True):
        length, shift = math.sqrt(time - before), drift * (time - before)
        reach = REACH * math.sqrt(time)
        limit = drift * time + reach if bound is None else min(bound * math.sqrt(time), drift * time + reach)
        crossed += float(mass @ special.ndtr((nodes + shift - limit) / length))
        low = min(drift * time - reach, limit - length)
        panels = math.ceil((limit - low) / length / 1.5)
        edges = np.linspace(low, limit, panels + 1)
        half = (edges[1] - edges[0]) / 2
        fresh = (edges[:-1, None] + half + half * points).ravel()
        kernel = np.exp(-(((fresh[:, None] - nodes - shift) / length) ** 2) / 2) / (length * math.sqrt(2 * math.pi))
        mass = kernel @ mass * np.tile(weights * half, panels)
        nodes = fresh
    return min(crossed, 1.0)
