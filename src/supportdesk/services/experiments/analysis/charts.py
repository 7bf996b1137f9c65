"""What the plots of an analysis show, for whoever draws them: in a terminal or as a picture."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from statistics import NormalDist

from supportdesk.domain.experiments.analysis import Analysis, ArmResult, SeriesDay
from supportdesk.domain.experiments.metric import MetricKind
from supportdesk.services.experiments.analysis.chart import TICKS, Chart, Curve, Role, axis, room_for, ticks_between

CURVE_POINTS = 120
SETTLED = 0.5
"""The part of the days, from the end, whose band a plot has room for."""


def charts(analysis: Analysis) -> list[Chart]:
    """Return the plots of an analysis: over time, intervals, bands, beliefs; those for which there are data."""
    return [*over_time(analysis), *intervals(analysis), *bands(analysis), *beliefs(analysis)]


def over_time(analysis: Analysis) -> list[Chart]:
    """Return the rate or mean of all users so far, day by day, one curve for each variant."""
    # Values of phases with different weights cannot be compared as they are.
    if analysis.target.adjusted:
        return []
    rates, series = _is_rate(analysis), analysis.series
    scale = 100 if rates else 1
    curves = []
    for arm in range(len(analysis.target.variants)):
        points = [
            (float(day), scale * value)
            for day, each in zip(_day_numbers(series), series, strict=True)
            if (value := _value(each, arm, rates)) is not None
        ]
        if points:
            curves.append(Curve(Role.ARM, arm, [x for x, _ in points], [y for _, y in points]))
    if not curves:
        return []
    what = "share of users so far, %" if rates else "mean so far"
    # The control last: where curves meet, it is the one to see.
    return [
        Chart(
            f"{analysis.target.metric}: {what}",
            _arms_legend(_names(analysis)),
            curves[::-1],
            "day",
            _day_limits(series),
            room_for(value for curve in curves for value in curve.y),
            _days(series),
        )
    ]


def intervals(analysis: Analysis) -> list[Chart]:
    """Return each variant's value of the target with its interval, one below the other."""
    target, rates = analysis.target, _is_rate(analysis)
    scale = 100 if rates else 1
    arms, curves = target.variants, []
    for place, arm in enumerate(arms):
        y = float(len(arms) - place)
        if arm.value is None:
            continue
        if arm.lower is not None and arm.upper is not None:
            curves.append(Curve(Role.REACH, place, (scale * arm.lower, scale * arm.upper), (y, y)))
        curves.append(Curve(Role.ARM, place, (scale * arm.value,), (y,), joined=False))
    if not curves:
        return []
    x_limits, x_ticks, _ = axis(*room_for(value for curve in curves for value in curve.x))
    return [
        Chart(
            f"{target.metric}: each variant with its {per_cent(analysis.confidence_level)} interval",
            _arms_legend(_names(analysis)),
            curves,
            "share of users, %" if rates else "mean",
            x_limits,
            (0.4, len(arms) + 0.6),
            x_ticks,
            {float(len(arms) - place): arm.variant for place, arm in enumerate(arms)},
        )
    ]


def bands(analysis: Analysis) -> list[Chart]:
    """Return each test variant's difference from the control, in the band that holds at every look."""
    series, found, rates = analysis.series, [], _is_rate(analysis)
    scale = 100 if rates else 1
    for arm, name in enumerate(_names(analysis)[1:], 1):
        days = [(float(day), each.arms[arm].band) for day, each in zip(_day_numbers(series), series, strict=True)]
        known = [(day, band) for day, band in days if band is not None]
        if not known:
            continue
        x = [day for day, _ in known]
        low, middle, high = ([scale * band[place] for _, band in known] for place in range(3))
        settled = slice(int(len(x) * SETTLED), None)
        x_limits = _day_limits(series)
        curves = [Curve(Role.ZERO, 0, x_limits, (0.0, 0.0)), *(Curve(Role.EDGE, arm, x, edge) for edge in (low, high))]
        curves.append(Curve(Role.ARM, arm, x, middle))
        found.append(
            Chart(
                f"{name} minus {_names(analysis)[0]}{', points' if rates else ''}: a band that is valid at every look",
                [(Role.ARM, arm, "difference"), (Role.EDGE, arm, Role.EDGE), (Role.ZERO, 0, Role.ZERO)],
                curves,
                "day",
                x_limits,
                # The first days know too little to have room: their lines leave the plot at its edge.
                room_for([0.0, *low[settled], *high[settled], *middle[settled]]),
                _days(series),
            )
        )
    return found


def beliefs(analysis: Analysis) -> list[Chart]:
    """Return how probable each value of each variant is, after all that was seen; a flat prior for rates."""
    target, rates = analysis.target, _is_rate(analysis)
    arms, limits = target.variants, [arm.limits for arm in target.variants if arm.users and arm.limits]
    if len(limits) < len(arms):
        return []
    scale = 100 if rates else 1
    low = min(least - (most - least) / 2 for least, _, most in limits)
    high = max(most + (most - least) / 2 for least, _, most in limits)
    if rates:
        low, high = max(low, 0.0), min(high, 1.0)
    if not high > low:
        return []
    step = (high - low) / CURVE_POINTS
    at = [low + step * (n + 0.5) for n in range(CURVE_POINTS)]
    curves = []
    for place, (arm, known) in enumerate(zip(arms, limits, strict=True)):
        plain = rates and not target.adjusted
        dense = _beta(arm, at) if plain else _normal(known, at, analysis.confidence_level)
        curves.append(Curve(Role.ARM, place, [scale * each for each in at], dense))
    chances = {row.variant: row.probability_best for row in analysis.belief.variants} if analysis.belief.says else {}
    legend = [
        (role, place, f"{name} best: {per_cent(chances[name])}" if name in chances else name)
        for role, place, name in _arms_legend(_names(analysis))
    ]
    x_limits = scale * low, scale * high
    most = max(max(curve.y) for curve in curves)
    return [
        Chart(
            f"{target.metric}: how probable each {'share' if rates else 'mean'} is",
            legend,
            curves[::-1],
            "share of users, %" if rates else "mean",
            x_limits,
            (0.0, most),
            ticks_between(*x_limits),
            {0.0: "0", most: "most"},
        )
    ]


def per_cent(share: float) -> str:
    """Return a share in words."""
    return f"{100 * share:.3g} %"


def _is_rate(analysis: Analysis) -> bool:
    return analysis.target.kind == MetricKind.CONVERSION


def _value(day: SeriesDay, arm: int, rates: bool) -> float | None:
    each = day.arms[arm]
    if rates:
        return each.conversions / each.users if each.users else None
    return each.value


def _names(analysis: Analysis) -> list[str]:
    return [arm.variant for arm in analysis.target.variants]


def _arms_legend(names: Iterable[str]) -> list[tuple[Role, int, str]]:
    return [(Role.ARM, arm, name) for arm, name in enumerate(names)]


def _day_numbers(series: Sequence[SeriesDay]) -> list[int]:
    """Return the days counted from the first, which is 1; days without anybody count too."""
    days = [date.fromisoformat(each.day) for each in series]
    return [(day - days[0]).days + 1 for day in days]


def _day_limits(series: Sequence[SeriesDay]) -> tuple[float, float]:
    return 1.0, float(max(_day_numbers(series)[-1], 2))


def _days(series: Sequence[SeriesDay]) -> dict[float, str]:
    """Return the first day and others at even distances, as `03-14`."""
    first, last = date.fromisoformat(series[0].day), _day_numbers(series)[-1]
    every = max(1, -(-(last - 1) // (TICKS - 1)))
    return {float(day): f"{first + timedelta(day - 1):%m-%d}" for day in range(1, last + 1, every)}


def _beta(arm: ArmResult, at: Sequence[float]) -> list[float]:
    """Return the Beta(1 + conversions, 1 + others) density, in logarithms, since its parts overflow."""
    hits, misses = arm.conversions, arm.users - arm.conversions
    whole = math.lgamma(hits + misses + 2) - math.lgamma(hits + 1) - math.lgamma(misses + 1)
    return [math.exp(min(whole + hits * math.log(x) + misses * math.log1p(-x), 700.0)) for x in at]


def _normal(limits: tuple[float, float, float], at: Sequence[float], confidence: float) -> list[float]:
    """Return the normal density whose interval is the arm's."""
    low, value, high = limits
    belief = NormalDist(value, (high - low) / 2 / NormalDist().inv_cdf((1 + confidence) / 2))
    return [belief.pdf(x) for x in at]
