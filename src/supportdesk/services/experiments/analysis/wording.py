"""Figures of an analysis in words."""

from __future__ import annotations

from math import floor, log10

from supportdesk.domain.experiments.experiment import Direction, Metric, MetricKind
from supportdesk.services.experiments.analysis.comparison import Comparison


def amount(metric: Metric, value: float, *, sign: bool = False, digits: int = 2) -> str:
    """Return a difference of a metric in words: percentage points of a rate, or the metric's own unit."""
    plus = "+" if sign else ""
    if metric.kind is MetricKind.CONVERSION:
        return f"{100 * value:{plus}.{digits}f} points"
    return f"{value:{plus}.4g}"


def between(metric: Metric, comparison: Comparison) -> str:
    """Return a difference and its interval in words."""
    if comparison.difference is None:
        return "nothing to compare"
    digits = points_digits(comparison.difference, comparison.low, comparison.high)
    difference = amount(metric, comparison.difference, sign=True, digits=digits)
    if comparison.low is None or comparison.high is None:
        return difference
    if metric.kind is MetricKind.CONVERSION:
        return f"{difference} ({100 * comparison.low:.{digits}f} to {100 * comparison.high:.{digits}f})"
    return f"{difference} ({comparison.low:.4g} to {comparison.high:.4g})"


def percent(share: float) -> str:
    """Return a relative difference in words, with a sign and two digits that count."""
    return f"{100 * share:+.2g} %"


def points_digits(*shares: float | None) -> int:
    """Return the decimals in points with which no share that is not 0 looks as if it were."""
    smallest = min((abs(100 * each) for each in shares if each), default=1.0)
    return 2 if smallest >= 0.005 else min(2 - floor(log10(smallest) + 2.3), 9)


def is_worse(metric: Metric, difference: float | None) -> bool:
    """Return whether a difference is on the wrong side of the control."""
    return (difference or 0.0) < 0 if metric.better is Direction.UP else (difference or 0.0) > 0


def plural(number: int, word: str) -> str:
    """Return a count with its noun."""
    return f"{number:,} {word}{'s' * (number != 1)}"
