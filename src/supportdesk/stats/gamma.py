"""The gamma function of large arguments, taken apart so that differences of logarithms keep their digits."""

from __future__ import annotations

import math

_SERIES = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156)


def stirling_error(x: float) -> float:
    """Return log Γ(x) - ((x - 1/2) log x - x + log(2π)/2), for x above 0.

    Source: Loader 2000, "Fast and Accurate Computation of Binomial Probabilities"; Abramowitz & Stegun 6.1.41.
    """
    if x < 10:
        return math.lgamma(x) - ((x - 0.5) * math.log(x) - x + math.log(2 * math.pi) / 2)
    return math.fsum(term / x ** (2 * power + 1) for power, term in enumerate(_SERIES))
