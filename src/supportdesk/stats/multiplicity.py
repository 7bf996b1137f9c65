"""Several p-values at once: adjusted so that they may be held against one alpha."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate

from supportdesk.stats.errors import InvalidInput, count, fraction, open_fraction


def bonferroni(p_values: Sequence[float]) -> tuple[float, ...]:
    """Return min(1, m p): family-wise error under any dependence. Source: Dunn 1961."""
    ps = _checked(p_values)
    return tuple(min(p * len(ps), 1.0) for p in ps)


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Return Holm's step-down in the order given: family-wise error under any dependence, as Bonferroni or stronger.

    Source: Holm 1979, Scandinavian Journal of Statistics 6:65.
    """
    return _step_down(p_values, lambda p, left: min(p * left, 1.0))


def holm_sidak(p_values: Sequence[float]) -> tuple[float, ...]:
    """Return Holm's step-down with Šidák's 1 - (1-p)^k: family-wise error under independence. Source: Holland 1987."""
    return _step_down(p_values, lambda p, left: -math.expm1(left * math.log1p(-p)) if p < 1 else 1.0)


def benjamini_hochberg(p_values: Sequence[float]) -> tuple[float, ...]:
    """Return the step-up of the false discovery rate, under independence.

    Source: Benjamini & Hochberg 1995, JRSS B 57:289.
    """
    return _step_up(p_values, 1.0)


def benjamini_yekutieli(p_values: Sequence[float]) -> tuple[float, ...]:
    """Return the same under any dependence, times 1 + 1/2 + … + 1/m.

    Source: Benjamini & Yekutieli 2001, Theorem 1.3.
    """
    return _step_up(p_values, math.fsum(1 / k for k in range(1, len(p_values) + 1)))


def rejected(adjusted: Sequence[float], alpha: float = 0.05) -> tuple[bool, ...]:
    """Return which adjusted p-values are at most `alpha`; rounding of the adjustment does not decide."""
    limit = open_fraction("alpha", alpha) * (1 + 1e-12)
    return tuple(p <= limit for p in _checked(adjusted))


def alpha_of_each(alpha: float, comparisons: int, correction: str = "bonferroni") -> float:
    """Return the level of each of several comparisons so that all together keep `alpha`: bonferroni, sidak or none."""
    open_fraction("alpha", alpha)
    number_of = count("comparisons", comparisons, least=1)
    match correction:
        case "bonferroni":
            return alpha / number_of
        case "sidak":
            return -math.expm1(math.log1p(-alpha) / number_of)
        case "none":
            return alpha
    raise InvalidInput("correction", correction, "bonferroni, sidak or none")


def _checked(p_values: Sequence[float]) -> list[float]:
    return [fraction("p_value", p) for p in p_values]


def _step_down(p_values: Sequence[float], adjusted: Callable[[float, int], float]) -> tuple[float, ...]:
    ps = _checked(p_values)
    order = sorted(range(len(ps)), key=ps.__getitem__)
    raised = accumulate((adjusted(ps[index], len(ps) - rank) for rank, index in enumerate(order)), max)
    return _in_place(order, raised)


def _step_up(p_values: Sequence[float], factor: float) -> tuple[float, ...]:
    ps = _checked(p_values)
    order = sorted(range(len(ps)), key=ps.__getitem__, reverse=True)
    scaled = (ps[index] * factor * len(ps) / (len(ps) - rank) for rank, index in enumerate(order))
    return _in_place(order, accumulate((min(p, 1.0) for p in scaled), min))


def _in_place(order: list[int], values: Iterable[float]) -> tuple[float, ...]:
    placed = dict(zip(order, values, strict=True))
    return tuple(placed[index] for index in range(len(placed)))
