"""The normal distribution, from the standard library alone: it is all that a z-test and most intervals need."""

from __future__ import annotations

import math
from enum import StrEnum
from statistics import NormalDist

from supportdesk.stats.errors import InvalidInput, open_fraction

_STANDARD = NormalDist()
_ROOT_2 = math.sqrt(2)
_ROOT_2_PI = math.sqrt(2 * math.pi)


class Alternative(StrEnum):
    """What a test looks for: any difference, or test above (below) control."""

    TWO_SIDED = "two-sided"
    LARGER = "larger"
    SMALLER = "smaller"


def parse_alternative(value: str) -> Alternative:
    """Return one of the alternatives by its name; raises `InvalidInput` for other words."""
    try:
        return Alternative(value)
    except ValueError:
        raise InvalidInput("alternative", value, "two-sided, larger or smaller") from None


def density(z: float) -> float:
    """Return φ(z)."""
    return math.exp(-z * z / 2) / _ROOT_2_PI


def below(z: float) -> float:
    """Return Φ(z), to full relative accuracy in the lower tail."""
    return math.erfc(-z / _ROOT_2) / 2


def above(z: float) -> float:
    """Return 1 - Φ(z), to full relative accuracy in the upper tail."""
    return math.erfc(z / _ROOT_2) / 2


def quantile_above(tail: float) -> float:
    """Return the z above which `tail` (between 0 and 1) of the distribution lies: 1.96 for .025."""
    return -_STANDARD.inv_cdf(tail)


def critical_z(alpha: float, alternative: Alternative = Alternative.TWO_SIDED) -> float:
    """Return the z that a test at level `alpha` asks for: 1.96 for .05 two-sided, 1.645 one-sided."""
    open_fraction("alpha", alpha)
    return quantile_above(alpha / 2 if alternative is Alternative.TWO_SIDED else alpha)


def p_value_of(z: float, alternative: Alternative) -> float:
    """Return the p-value of a z statistic (test minus control)."""
    match alternative:
        case Alternative.TWO_SIDED:
            return 2 * above(abs(z))
        case Alternative.LARGER:
            return above(z)
        case Alternative.SMALLER:
            return below(z)
