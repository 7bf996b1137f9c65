"""Group-sequential bounds: a few looks planned beforehand, sharing one alpha.

Bounds are for z statistics; two-sided ones are symmetric and count either crossing. Probabilities come from the
recursion of Armitage, McPherson & Rowe 1969 with Gauss-Legendre quadrature (Jennison & Turnbull 2000, chapter 19).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from supportdesk.stats.errors import InvalidInput, count, not_negative, number, open_fraction, positive
from supportdesk.stats.normal import above, quantile_above

if TYPE_CHECKING:
    import numpy as np

    Floats = np.ndarray[Any, np.dtype[np.float64]]

MOST_LOOKS = 200
FARTHEST = 9.0
"""Standard deviations beyond which a normal has less than 1e-18."""
LEAST_SPEND = 1e-300
"""A look that may spend less has no bound: nothing is ever rejected there."""


class Spending(StrEnum):
    """How alpha is spent as information comes in."""

    OBRIEN_FLEMING = "obrien-fleming"
    POCOCK = "pocock"
    POWER = "power"


@dataclass(frozen=True, slots=True)
class Bounds:
    """A bound on z for each look, None for a look that can't reject; `nominal_p` says the same as p-values.

    `cumulative_alpha` is what is spent up to each look, both sides together.
    """

    z: tuple[float | None, ...]
    nominal_p: tuple[float, ...]
    cumulative_alpha: tuple[float, ...]


def pocock(looks: int, alpha: float = 0.05, sides: int = 2) -> Bounds:
    """Return the same bound at each of equally spaced looks. Source: Pocock 1977.

    Jennison & Turnbull 2000, table 2.1.
    """
    return _shaped(looks, alpha, sides, lambda _: 1.0)


def obrien_fleming(looks: int, alpha: float = 0.05, sides: int = 2) -> Bounds:
    """Return bounds C sqrt(K/k), hard at first; the last is C.

    Source: O'Brien & Fleming 1979; Jennison & Turnbull 2000, table 2.3.
    """
    return _shaped(looks, alpha, sides, lambda share: 1 / math.sqrt(share))


def lan_demets(
    information: Sequence[float],
    spending: str = "obrien-fleming",
    alpha: float = 0.05,
    sides: int = 2,
    rho: float = 2.0,
) -> Bounds:
    """Return bounds for looks at any rising `information` (shares of the planned) by an alpha-spending function.

    Two-sided bounds spend alpha/2 a side. `rho` is for power spending alone. Source: Lan & DeMets 1983, Biometrika
    70:659; see `alpha_spent`.
    """
    times = _information(information)
    return _spending_bounds(times, times, spending, alpha, sides, rho)


def bounds_at(
    information: Sequence[float],
    shares: Sequence[float],
    spending: str = "obrien-fleming",
    alpha: float = 0.05,
    sides: int = 2,
) -> Bounds:
    """Return bounds for looks at any rising `information`, of which each has spent alpha up to its share.

    The information is the true one, so a last look that overshoots the plan has more than 1 of it, and a share of 1
    spends what is left. Shares may lag behind the information, as when a minimum of days holds back a full sample.
    Source: Lan & DeMets 1989, Biometrics 45:1017 (information and spending on different scales).
    """
    times = _information(information, most=math.inf)
    if len(shares) != len(times):
        raise InvalidInput("shares", list(shares), f"one for each of {len(times)} looks")
    return _spending_bounds(times, shares, spending, alpha, sides, 2.0)


def _spending_bounds(
    times: Sequence[float], shares: Sequence[float], spending: str, alpha: float, sides: int, rho: float
) -> Bounds:
    spent = [alpha_spent(share, spending, alpha, sides, rho) for share in shares]
    walk = _Walk(times, _sides(sides))
    bounds: list[float | None] = []
    for index, total in enumerate(spent):
        bounds.append(walk.bound(total - (spent[index - 1] if index else 0.0)))
        walk.step(bounds[-1])
    return _bounds(bounds, walk.sides, spent)


def alpha_spent(
    time: float, spending: str = "obrien-fleming", alpha: float = 0.05, sides: int = 2, rho: float = 2.0
) -> float:
    """Return the alpha, all sides together, that may be spent up to an information share `time` (at most 1).

    obrien-fleming: 2 - 2Φ(z_{a/2}/√t) a side of level a; pocock: α ln(1 + (e-1)t); power: α t^ρ (Kim & DeMets 1987).
    """
    number_of = _sides(sides)
    _level(alpha, number_of)
    share = min(not_negative("time", time), 1.0)
    match _spending(spending):
        case Spending.OBRIEN_FLEMING:
            side = quantile_above(alpha / number_of / 2)
            return number_of * 2 * above(side / math.sqrt(share)) if share > 0 else 0.0
        case Spending.POCOCK:
            return alpha * math.log1p((math.e - 1) * share)
        case Spending.POWER:
            return alpha * float(share ** positive("rho", rho))


def crossing(z: Sequence[float | None], information: Sequence[float], sides: int = 2) -> tuple[float, ...]:
    """Return the chance, under no effect, that z has crossed its bound by each look."""
    times = _information(information)
    if len(z) != len(times):
        raise InvalidInput("z", list(z), f"one bound for each of {len(times)} looks")
    walk = _Walk(times, _sides(sides))
    crossed: list[float] = []
    for bound in [None if each is None else number("z", each) for each in z]:
        crossed.append((crossed[-1] if crossed else 0.0) + walk.beyond(bound))
        walk.step(bound)
    return tuple(min(share, 1.0) for share in crossed)


def peeking_false_alarms(looks: int, alpha: float = 0.05, sides: int = 2) -> float:
    """Return the false-alarm rate of testing at the plain `alpha` at equally spaced looks, stopping at the first hit.

    Source: Armitage, McPherson & Rowe 1969, table 2: .083 for 2 looks, .193 for 10, .248 for 20.
    """
    number_of, each_side = _looks(looks), open_fraction("alpha", alpha) / _sides(sides)
    _level(alpha, sides)
    return crossing([quantile_above(each_side)] * number_of, _equal(number_of), sides)[-1]


def _shaped(looks: int, alpha: float, sides: int, shape: Callable[[float], float]) -> Bounds:
    """Return bounds of a given shape over the information, scaled so that all looks together keep alpha."""
    from scipy import optimize

    times, number_of = _equal(_looks(looks)), _sides(sides)
    _level(alpha, number_of)

    def surplus(scale: float) -> float:
        return math.log(crossing([scale * shape(time) for time in times], times, number_of)[-1] / alpha)

    one_look, each_look = quantile_above(alpha / number_of), quantile_above(alpha / number_of / len(times))
    scale = one_look
    if len(times) > 1:
        scale = float(optimize.brentq(surplus, max(one_look - 1e-6, 0.0), each_look + 1e-6, xtol=1e-12, rtol=1e-14))
    bounds = [scale * shape(time) for time in times]
    return _bounds(bounds, number_of, crossing(bounds, times, number_of))


def _bounds(z: Sequence[float | None], sides: int, spent: Sequence[float]) -> Bounds:
    return Bounds(tuple(z), tuple(0.0 if bound is None else sides * above(bound) for bound in z), tuple(spent))


class _Walk:
    """The score S = z√t of a test that has not crossed yet: its density over nodes, look after look."""

    def __init__(self, times: Sequence[float], sides: int) -> None:
        import numpy as np

        self.times, self.sides = times, sides
        self._look = 0
        self._nodes: Floats = np.zeros(1)
        self._mass: Floats = np.ones(1)
        """Density times quadrature weight; before the first look all of it is at 0."""

    def beyond(self, bound: float | None) -> float:
        """Return the chance to cross `bound` at this look, not having crossed before."""
        from scipy import special

        if bound is None:
            return 0.0
        limit, step = bound * math.sqrt(self.times[self._look]), self._step_length(self._look)
        upper = float(self._mass @ special.ndtr((self._nodes - limit) / step))
        return upper if self.sides == 1 else upper + float(self._mass @ special.ndtr((-limit - self._nodes) / step))

    def bound(self, spend: float) -> float | None:
        """Return the bound that is crossed at this look with the chance `spend`."""
        from scipy import optimize

        if spend < LEAST_SPEND:
            return None
        if self._look == 0:
            return quantile_above(spend / self.sides)
        low = -40.0 if self.sides == 1 else 0.0
        if self.beyond(low) <= spend:
            return low
        return float(
            optimize.brentq(lambda z: math.log(max(self.beyond(z), 1e-320) / spend), low, 40.0, xtol=1e-12, rtol=1e-14)
        )

    def step(self, bound: float | None) -> None:
        """Go on to the next look with what has not crossed `bound`."""
        import numpy as np

        time, length = self.times[self._look], self._step_length(self._look)
        farthest = FARTHEST * math.sqrt(time)
        high = farthest if bound is None else min(bound * math.sqrt(time), farthest)
        low = min(-farthest, high) if self.sides == 1 else -high
        self._look += 1
        if self._look == len(self.times):
            return
        finest = min(length, self._step_length(self._look))
        points, weights = _gauss(min(max(1, math.ceil((high - low) / finest / 16)), 64) * 48)
        nodes = (high + low) / 2 + (high - low) / 2 * points
        kernel = np.exp(-(((nodes[:, None] - self._nodes) / length) ** 2) / 2) / (length * math.sqrt(2 * math.pi))
        self._mass = kernel @ self._mass * weights * (high - low) / 2
        self._nodes = nodes

    def _step_length(self, look: int) -> float:
        return math.sqrt(self.times[look] - (self.times[look - 1] if look else 0.0))


@cache
def _gauss(nodes: int) -> tuple[Floats, Floats]:
    import numpy as np

    return np.polynomial.legendre.leggauss(nodes)


def _information(information: Sequence[float], most: float = 1.0) -> list[float]:
    times = [positive("information", time) for time in information]
    if not times or len(times) > MOST_LOOKS:
        raise InvalidInput("information", list(information), f"1 to {MOST_LOOKS} looks")
    rising = all(late - early > 1e-6 * late for early, late in pairwise(times))
    if not rising or times[-1] > most + 1e-12:
        raise InvalidInput(
            "information", list(information), f"rising from look to look, by a millionth at least, up to {most:g}"
        )
    return times


def _equal(looks: int) -> list[float]:
    return [(look + 1) / looks for look in range(looks)]


def _looks(looks: int) -> int:
    number_of = count("looks", looks, least=1)
    if number_of > MOST_LOOKS:
        raise InvalidInput("looks", looks, f"at most {MOST_LOOKS}")
    return number_of


def _sides(sides: int) -> int:
    if sides not in (1, 2):
        raise InvalidInput("sides", sides, "1 or 2")
    return int(sides)


def _level(alpha: float, sides: int) -> None:
    open_fraction("alpha", alpha)
    if alpha / sides >= 0.5:
        raise InvalidInput("alpha", alpha, "below 0.5 a side")


def _spending(value: str) -> Spending:
    try:
        return Spending(value)
    except ValueError:
        raise InvalidInput("spending", value, "obrien-fleming, pocock or power") from None
