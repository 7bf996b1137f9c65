"""What the interim analyses prove, with the error that they were planned for.

Bounds are those of Lan and DeMets in the shape of O'Brien and Fleming, for the true information of each analysis.
Several hypotheses share alpha by Holm's steps: what one has proven it leaves to the others (Ye et al. 2013, Statistics
in Medicine 32:1112).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, lru_cache, partial

from supportdesk.domain.experiments.experiment import Direction, MetricRole
from supportdesk.services.experiments.analysis.interim import Interim
from supportdesk.stats import bounds_at

Hypothesis = tuple[int, int]
"""The places of a metric and of a test variant."""


def proven_target(analyses: Sequence[Interim]) -> dict[Hypothesis, Interim]:
    """Return which test variants differ on the target, and the analysis that proved it; two-sided.

    Days that are not full cannot decide, so they spend nothing.
    """
    judged = [each for each in analyses if each.days_full]
    if not judged:
        return {}
    family = [(0, arm) for arm in range(1, len(judged[0].figures.variants))]

    def p_value(at: Interim, of: Hypothesis) -> float | None:
        found = at.statistic(*of)
        return found and found[1]

    return _proven(judged, family, p_value, sides=2)


def proven_harm(analyses: Sequence[Interim]) -> dict[Hypothesis, Interim]:
    """Return which test variants harm which guardrail, and the analysis that proved it; one-sided, from day 1 on.

    Guardrails are a family of their own: what else is measured does not make them blind.
    """
    if not analyses:
        return {}
    figures = analyses[0].figures
    places = [place for place, metric in enumerate(figures.metrics) if metric.role is MetricRole.GUARDRAIL]
    family = [(place, arm) for place in places for arm in range(1, len(figures.variants))]
    harm = {place: -1 if figures.metrics[place].better is Direction.UP else 1 for place in places}

    def p_value(at: Interim, of: Hypothesis) -> float | None:
        found = at.statistic(*of)
        if found is None:
            return None
        z, two_sided = found
        return two_sided / 2 if z * harm[of[0]] > 0 else 1 - two_sided / 2

    return _proven(analyses, family, p_value, sides=1)


def nominal_p(analyses: Sequence[Interim], alpha: float, sides: int) -> tuple[float, ...]:
    """Return the bound on p at each analysis."""
    if len(analyses) == 1 and analyses[0].is_last:
        return (alpha,)
    information: list[float] = []
    for each in analyses:
        # An analysis may bring days and no users.
        least = information[-1] * (1 + 1e-5) if information else 0.0
        information.append(max(each.information, least))
    return _bounds(tuple(information), tuple(each.share for each in analyses), alpha, sides)


@lru_cache(maxsize=64)
def _bounds(information: tuple[float, ...], shares: tuple[float, ...], alpha: float, sides: int) -> tuple[float, ...]:
    return bounds_at(information, shares, alpha=alpha, sides=sides).nominal_p


def _proven(
    analyses: Sequence[Interim],
    family: Sequence[Hypothesis],
    p_value: Callable[[Interim, Hypothesis], float | None],
    sides: int,
) -> dict[Hypothesis, Interim]:
    cached = cache(lambda of, place: p_value(analyses[place], of))
    places: dict[Hypothesis, int] = {}
    while len(places) < len(family):
        alpha = analyses[0].figures.alpha / (len(family) - len(places))
        bounds = nominal_p(analyses, alpha, sides)
        # What is left over by others is had once they have proven something.
        since = max(places.values(), default=0)
        firsts = {of: _first(partial(cached, of), bounds) for of in family if of not in places}
        more = {of: max(first, since) for of, first in firsts.items() if first is not None}
        if not more:
            break
        places |= more
    return {of: analyses[place] for of, place in places.items()}


def _first(p_value: Callable[[int], float | None], bounds: Sequence[float]) -> int | None:
    """Return the first analysis that crosses its bound."""
    for place, bound in enumerate(bounds):
        found = p_value(place)
        if found is not None and found < bound:
            return place
    return None
