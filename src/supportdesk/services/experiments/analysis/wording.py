"""Figures of an analysis in words."""

from __future__ import annotations

from supportdesk.domain.experiments.metric import Direction, Metric, MetricKind
from supportdesk.domain.experiments.rounding import percent_decimals, significant_digits
from supportdesk.services.experiments.analysis.comparison import Comparison


def amount(metric: Metric, value: float, *, sign: bool = False, digits: int | None = None) -> str:
    """Return a difference of a metric in words: percentage points of a rate, or the metric's own unit."""
    plus = "+" if sign else ""
    if metric.kind is MetricKind.CONVERSION:
        return f"{100 * value:{plus}.{percent_decimals([value]) if digits is None else digits}f} points"
    return f"{value:{plus}.{digits or 4}g}"


def between(metric: Metric, comparison: Comparison) -> str:
    """Return a difference and its interval in words."""
    if comparison.difference is None:
        return "nothing to compare"
    shown = (comparison.difference, comparison.low, comparison.high)
    rates = metric.kind is MetricKind.CONVERSION
    digits = percent_decimals(shown) if rates else significant_digits(shown)
    difference = amount(metric, comparison.difference, sign=True, digits=digits)
    if comparison.low is None or comparison.high is None:
        return difference
    if rates:
        return f"{difference} ({100 * comparison.low:.{digits}f} to {100 * comparison.high:.{digits}f})"
    return f"{difference} ({comparison.low:.{digits}g} to {comparison.high:.{digits}g})"


def percent(share: float) -> str:
    """Return a relative difference in words, with a sign and two digits that count."""
    return f"{100 * share:+.2g} %"


def is_worse(metric: Metric, difference: float | None) -> bool:
    """Return whether a difference is on the wrong side of the control."""
    return (difference or 0.0) < 0 if metric.better is Direction.UP else (difference or 0.0) > 0


def plural(number: int, word: str) -> str:
    """Return a count with its noun."""
    return f"{number:,} {word}{'s' * (number != 1)}"
