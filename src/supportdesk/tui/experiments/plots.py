"""An experiment as plots: plotext draws, in plain characters; every arm has a marker of its own, and then a colour.

Imports plotext (a sixth of a second), so it is imported itself only where a plot is shown.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from statistics import NormalDist

import plotext
from rich.style import Style
from rich.text import Text

from supportdesk.domain.experiment_analysis import Analysis, ArmResult, SeriesDay
from supportdesk.tui import style
from supportdesk.tui.experiments.figures import ARM_SIGNS, arm_sign, arm_style

ZERO, EDGE, REACH = "╌", "·", "━"
CURVE_POINTS = 120
TICKS = 6
NOT_COMPARABLE = "Shares over time are not drawn: phases with different weights cannot be compared in them."
LEAST_WIDTH, LEAST_HEIGHT = 30, 8


@dataclass(frozen=True, slots=True)
class Curve:
    """Points to join by one marker."""

    sign: str
    x: Sequence[float]
    y: Sequence[float]
    joined: bool = True


@dataclass(frozen=True, slots=True)
class Chart:
    """What one plot shows: curves, the names of the axes, ticks with their texts, and a legend under the title."""

    title: str
    legend: Sequence[tuple[str, str]]
    curves: Sequence[Curve]
    x_name: str
    x_ticks: Mapping[float, str] = field(default_factory=dict)
    y_ticks: Mapping[float, str] = field(default_factory=dict)
    y_limits: tuple[float, float] | None = None


def plots(analysis: Analysis, width: int, height: int) -> list[Text]:
    """Return the lines of all plots of an analysis, each `height` lines high: over time, intervals, band, beliefs."""
    charts = [*over_time(analysis), *intervals(analysis), *bands(analysis), *beliefs(analysis)]
    lines: list[Text] = [Text(NOT_COMPARABLE, style.DIM)] if analysis.target.adjusted else []
    for chart in charts:
        lines += draw(chart, max(width, LEAST_WIDTH), max(height, LEAST_HEIGHT))
    return lines or [Text("Nothing to draw yet: no users have come.", style.DIM)]


def over_time(analysis: Analysis) -> list[Chart]:
    """Return the share of users who converted so far, day by day, one curve for each variant."""
    if analysis.target.adjusted:
        return []
    series = analysis.series
    names = [arm.variant for arm in analysis.target.variants]
    curves = []
    for arm in range(len(names)):
        points = [
            (day, 100 * each.arms[arm].conversions / each.arms[arm].users)
            for day, each in zip(_day_numbers(series), series, strict=True)
            if each.arms[arm].users
        ]
        if points:
            curves.append(Curve(arm_sign(arm), [x for x, _ in points], [y for _, y in points]))
    if not curves:
        return []
    shown = [value for curve in curves for value in curve.y]
    return [
        Chart(
            f"{analysis.target.metric}: share of users so far, %",
            _arms_legend(names),
            # The control last: where curves meet, it is the one to see.
            curves[::-1],
            "day",
            _days(series),
            _ticks(min(shown), max(shown)),
        )
    ]


def intervals(analysis: Analysis) -> list[Chart]:
    """Return each variant's value of the target with its interval, one below the other."""
    target = analysis.target
    scale = 100 if target.kind == "conversion" else 1
    arms = target.variants
    curves = []
    for place, arm in enumerate(arms):
        y = len(arms) - place
        if arm.value is None:
            continue
        if arm.lower is not None and arm.upper is not None:
            curves.append(Curve(REACH, (scale * arm.lower, scale * arm.upper), (y, y)))
        curves.append(Curve(arm_sign(place), (scale * arm.value,), (y,), joined=False))
    if not curves:
        return []
    shown = [value for curve in curves for value in curve.x]
    unit = ", %" if scale == 100 else ""
    return [
        Chart(
            f"{target.metric}: each variant with its {_per_cent(analysis.confidence_level)} interval",
            _arms_legend([arm.variant for arm in arms]),
            curves,
            f"{'share of users' if scale == 100 else 'mean'}{unit}",
            _ticks(min(shown), max(shown)),
            {len(arms) - place: _short(arm.variant) for place, arm in enumerate(arms)},
            (0.4, len(arms) + 0.6),
        )
    ]


def bands(analysis: Analysis) -> list[Chart]:
    """Return each test variant's difference from the control, in the band that holds at every look."""
    series, charts = analysis.series, []
    for arm, name in enumerate(_names(analysis)[1:], 1):
        days = [(day, each.arms[arm]) for day, each in zip(_day_numbers(series), series, strict=True)]
        known = [(day, each.band) for day, each in days if each.band is not None]
        if not known:
            continue
        x = [day for day, _ in known]
        low, middle, high = ([100 * band[place] for _, band in known] for place in range(3))
        # The first days know nothing: a band as wide as they have it would leave no room for the rest.
        room = 1.5 * max(high[-1] - low[-1], 1e-9)
        limits = (min(middle[-1] - room, -room / 3), max(middle[-1] + room, room / 3))
        curves = [Curve(ZERO, (x[0], max(x[-1], x[0] + 1)), (0.0, 0.0))]
        curves += [_within(Curve(EDGE, x, edge), limits) for edge in (low, high)]
        curves.append(_within(Curve(arm_sign(arm), x, middle), limits))
        charts.append(
            Chart(
                f"{name} minus {_names(analysis)[0]}, points: a band that is valid at every look",
                [(arm_sign(arm), "difference"), (EDGE, "always-valid band"), (ZERO, "no difference")],
                [curve for curve in curves if curve.x],
                "day",
                _days(series),
                _ticks(*limits),
                limits,
            )
        )
    return charts


def beliefs(analysis: Analysis) -> list[Chart]:
    """Return how probable each value of each variant is, after all that was seen; a flat prior for rates."""
    target = analysis.target
    arms, limits = target.variants, [arm.limits for arm in target.variants if arm.users and arm.limits]
    if len(limits) < len(arms):
        return []
    rates = target.kind == "conversion"
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
        curves.append(Curve(arm_sign(place), [scale * each for each in at], dense))
    says = analysis.belief.says
    chances = {row.variant: row.probability_best for row in analysis.belief.variants} if says else {}
    legend = [
        (sign, f"{name} best: {_per_cent(chances[name])}" if name in chances else name)
        for sign, name in _arms_legend([arm.variant for arm in arms])
    ]
    return [
        Chart(
            f"{target.metric}: how probable each {'share' if rates else 'mean'} is",
            legend,
            curves[::-1],
            "share of users, %" if rates else "mean",
            _ticks(scale * low, scale * high),
            {0: "0", max(max(curve.y) for curve in curves): "most"},
        )
    ]


def draw(chart: Chart, width: int, height: int) -> list[Text]:
    """Return a chart as exactly `height` lines of `width` cells: title, legend, plot, axis name, and a blank line."""
    figure = plotext.figure
    figure.clear()
    figure.theme("colorless")
    figure.plot_size(width, height - 3)
    figure.label(chart.x_name, "x")
    if chart.x_ticks:
        figure.ruler("x").ticks(list(chart.x_ticks), list(chart.x_ticks.values()))
    if chart.y_ticks:
        figure.ruler("y").ticks(list(chart.y_ticks), list(chart.y_ticks.values()))
    if chart.y_limits:
        figure.ruler("y").lim(*chart.y_limits)
    for curve in chart.curves:
        signal = figure.signal(list(curve.x), list(curve.y), marker=curve.sign)
        figure.draw(signal.lines(curve.joined and len(curve.x) > 1))
    plain = figure.build().string(colorless=True).rstrip("\n").split("\n")
    legend = Text("   ").join(Text.assemble((sign, _sign_style(sign)), " ", Text(name)) for sign, name in chart.legend)
    lines = [Text(chart.title, style.BOLD), legend, *map(_coloured, plain[: height - 3])]
    for line in lines:
        line.truncate(width, overflow="ellipsis")
        line.no_wrap = True
    return [*lines, *[Text()] * (height - len(lines))]


def _coloured(line: str) -> Text:
    """Return a drawn line: the frame dim, every marker in its colour."""
    text = Text()
    for character in line:
        text.append(character, _sign_style(character))
    return text


def _sign_style(sign: str) -> Style:
    if sign in ARM_SIGNS:
        return arm_style(ARM_SIGNS.index(sign))
    return style.DIM if sign in "┌┐└┘─│┤┬" + EDGE + ZERO else style.PLAIN


def _within(curve: Curve, limits: tuple[float, float]) -> Curve:
    """Return the part of a curve that lies on the plot."""
    points = [(x, y) for x, y in zip(curve.x, curve.y, strict=True) if limits[0] <= y <= limits[1]]
    return replace(curve, x=[x for x, _ in points], y=[y for _, y in points])


def _names(analysis: Analysis) -> list[str]:
    return [arm.variant for arm in analysis.target.variants]


def _arms_legend(names: Iterable[str]) -> list[tuple[str, str]]:
    return [(arm_sign(arm), name) for arm, name in enumerate(names)]


def _short(name: str) -> str:
    return style.fit(name, 12).rstrip()


def _per_cent(share: float) -> str:
    return f"{100 * share:.3g} %"


def _day_numbers(series: Sequence[SeriesDay]) -> list[int]:
    """Return the days counted from the first, which is 1; days without anybody count too."""
    days = [date.fromisoformat(each.day) for each in series]
    return [(day - days[0]).days + 1 for day in days]


def _days(series: Sequence[SeriesDay]) -> dict[float, str]:
    """Return the first day, the last day and some between, as `03-14`."""
    first, last = date.fromisoformat(series[0].day), _day_numbers(series)[-1]
    every = max(1, -(-(last - 1) // (TICKS - 1)))
    days = {*range(1, last + 1, every), last}
    # The last two must not run into each other.
    days -= {day for day in days if 0 < last - day < every / 2}
    return {float(day): f"{first + timedelta(day - 1):%m-%d}" for day in sorted(days)}


def _ticks(low: float, high: float) -> dict[float, str]:
    """Return round numbers between two others, with as many digits as tell them apart."""
    span = high - low
    if span <= 0:
        return {low: f"{low:.4g}"}
    step = 10.0 ** math.floor(math.log10(span / 4))
    step *= next(factor for factor in (1, 2, 5, 10) if span / (step * factor) <= TICKS)
    digits = max(0, -math.floor(math.log10(step)))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return {each * step: f"{each * step:.{digits}f}" for each in range(first, last + 1)}


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
