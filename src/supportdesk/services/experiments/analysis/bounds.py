"""When evidence that is looked at again and again is enough: sequential bounds, shared among hypotheses.

Bounds are those of Lan and DeMets in the shape of O'Brien and Fleming, for the true information of each analysis: the
variance of the summed difference, which grows with late outcomes as well as with users (Lan & DeMets 1989, Biometrics
45:1017). Several hypotheses share alpha by Holm's steps: what one has proven it leaves to the others (Ye et al. 2013,
Statistics in Medicine 32:1112).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from supportdesk.stats import alpha_spent, bounds_at

Name = TypeVar("Name")
LEAST_STEP = 1e-5
"""The share by which information grows at least: an analysis may bring days and no users."""
LEAST = 1e-9
"""Of the last analysis: what an analysis has in which nothing varies yet."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The p-value of one hypothesis at each analysis, and the information; None and 0 where nothing varies."""

    p_values: tuple[float | None, ...]
    information: tuple[float, ...]


def nominal_p(information: Sequence[float], shares: Sequence[float], alpha: float, sides: int) -> tuple[float, ...]:
    """Return the bound on p at each analysis, whose share says how much of alpha may be spent by then."""
    if len(shares) == 1 and shares[0] >= 1:
        return (alpha,)
    return _bounds(_rising(information), tuple(shares), alpha, sides)


def first_crossings(
    family: Mapping[Name, Evidence], shares: Sequence[float], alpha: float, sides: int
) -> dict[Name, int]:
    """Return the analysis at which each hypothesis is proven, by Holm's steps; without those that are not."""
    places: dict[Name, int] = {}
    while len(places) < len(family):
        level = alpha / (len(family) - len(places))
        # What is left over by others is had once they have proven something.
        since = max(places.values(), default=0)
        firsts = {of: _first(each, shares, level, sides) for of, each in family.items() if of not in places}
        more = {of: max(first, since) for of, first in firsts.items() if first is not None}
        if not more:
            break
        places |= more
    return places


def _first(evidence: Evidence, shares: Sequence[float], alpha: float, sides: int) -> int | None:
    """Return the first analysis that crosses its bound."""
    places = range(len(shares))
    # No bound is above what may be spent by then, which is cheap to know.
    near = [
        p is not None and p < _spent(share, alpha, sides) for p, share in zip(evidence.p_values, shares, strict=True)
    ]
    if not any(near):
        return None
    bounds = nominal_p(evidence.information, shares, alpha, sides)
    return next((place for place in places if near[place] and (evidence.p_values[place] or 0.0) < bounds[place]), None)


def _rising(information: Sequence[float]) -> tuple[float, ...]:
    """Return information as shares of the last, each above the one before."""
    last, found = max(information) or 1.0, list[float]()
    for each in information:
        least = found[-1] * (1 + LEAST_STEP) if found else LEAST
        found.append(max(each / last, least))
    return tuple(found)


@lru_cache(maxsize=256)
def _spent(share: float, alpha: float, sides: int) -> float:
    return alpha_spent(share, alpha=alpha, sides=sides)


@lru_cache(maxsize=64)
def _bounds(information: tuple[float, ...], shares: tuple[float, ...], alpha: float, sides: int) -> tuple[float, ...]:
    return bounds_at(information, shares, alpha=alpha, sides=sides).nominal_p
