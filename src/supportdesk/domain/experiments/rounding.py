"""Rounding of figures in which an estimate and its limits never look alike, and nothing but 0 looks like it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from math import ceil, floor, log10

MOST = 12


def percent_decimals(shares: Iterable[float | None], least: int = 2) -> int:
    """Return the decimals of per cent that tell these shares, and 0, apart."""
    gap = 100 * _smallest_gap(shares)
    return least if gap == 0 or gap >= 2 * 10.0**-least else min(ceil(-log10(gap)) + 1, MOST)


def significant_digits(values: Iterable[float | None], least: int = 4) -> int:
    """Return the significant digits that tell these numbers apart."""
    known = [each for each in values if each is not None]
    gap, largest = _smallest_gap(known), max(map(abs, known), default=0.0)
    return max(least, min(floor(log10(largest / gap)) + 2, MOST)) if gap else least


def _smallest_gap(values: Iterable[float | None]) -> float:
    known = sorted({0.0, *(each for each in values if each is not None)})
    # What differs by rounding errors alone is the same.
    gaps = [high - low for low, high in pairwise(known)]
    largest = max(map(abs, known))
    return min((gap for gap in gaps if gap > 1e-9 * largest), default=0.0)
