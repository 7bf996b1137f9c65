"""An experiment as plots in characters; every arm has a marker of its own, and then a colour."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from supportdesk.domain.experiments.analysis import Analysis
from supportdesk.services.experiments.analysis.chart import Chart, Curve, Role, axis, clipped
from supportdesk.services.experiments.analysis.charts import charts
from supportdesk.tui import style
from supportdesk.tui.experiments.canvas import ACROSS, DOWN, Canvas
from supportdesk.tui.experiments.figures import arm_sign, arm_style

ZERO, EDGE, REACH = "╌", "⠒", "━"
NOT_COMPARABLE = "Values over time are not drawn: phases with different weights cannot be compared in them."
LEAST_WIDTH, LEAST_HEIGHT = 30, 8
AROUND = 5
"""Lines of a plot that are not drawn on: title, legend, axis, its texts, and a blank line."""
LABEL_LIMIT = 12
SIGNS_APART = 12
"""Cells between two markers on a curve."""


def plots(analysis: Analysis, width: int, height: int) -> list[Text]:
    """Return the lines of all plots of an analysis, each `height` lines high: over time, intervals, band, beliefs."""
    lines: list[Text] = [Text(NOT_COMPARABLE, style.DIM)] if analysis.target.adjusted else []
    for chart in charts(analysis):
        lines += draw(chart, max(width, LEAST_WIDTH), max(height, LEAST_HEIGHT))
    return lines or [Text("Nothing to draw yet: no users have come.", style.DIM)]


def draw(chart: Chart, width: int, height: int) -> list[Text]:
    """Return a chart as exactly `height` lines of at most `width` cells."""
    rows_to_use = height - AROUND
    if not chart.y_ticks:
        limits, ticks, rows_to_use = axis(*chart.y_limits, rows_to_use)
        chart = replace(chart, y_limits=limits, y_ticks=ticks)
    labels = {at: style.fit(text, LABEL_LIMIT).rstrip() for at, text in chart.y_ticks.items()}
    left = max((cell_len(text) for text in labels.values()), default=0)
    canvas = Canvas(max(width - left - 2, 10), rows_to_use)
    place = _Places(chart, canvas)
    for curve in chart.curves:
        for part in clipped(curve, chart.y_limits):
            _draw_curve(canvas, place, part)
    at_row = {place.row(at): text for at, text in labels.items()}
    rows = []
    for number, drawn in enumerate(canvas.rows()):
        label = at_row.get(number)
        frame = f"{label or '':>{left}}" if label is None else " " * (left - cell_len(label)) + label
        rows.append(Text.assemble((f"{frame} {'┤' if label else '│'}", style.DIM), drawn))
    lines = [Text(chart.title, style.BOLD), _legend(chart), *rows, *_x_axis(chart, place, left, canvas.width)]
    for line in lines:
        line.truncate(width, overflow="ellipsis")
        line.no_wrap = True
    return [*lines, *[Text()] * (height - len(lines))]


class _Places:
    """Where values stand on a canvas: the limits in the middle of its outermost rows."""

    def __init__(self, chart: Chart, canvas: Canvas) -> None:
        self._x, self._y = chart.x_limits, chart.y_limits
        self._dots_across = canvas.width * ACROSS - 1
        self._rows_down = canvas.height - 1

    def dot(self, x: float, y: float) -> tuple[int, int]:
        """Return the dot of a point."""
        down = (self._y[1] - y) / (self._y[1] - self._y[0]) * self._rows_down
        return round(self._share(x) * self._dots_across), round(down * DOWN + (DOWN - 1) / 2)

    def column(self, x: float) -> int:
        """Return the column of a value."""
        return round(self._share(x) * self._dots_across) // ACROSS

    def row(self, y: float) -> int:
        """Return the row of a value."""
        return round((self._y[1] - y) / (self._y[1] - self._y[0]) * self._rows_down)

    def _share(self, x: float) -> float:
        return (x - self._x[0]) / (self._x[1] - self._x[0])


def _draw_curve(canvas: Canvas, place: _Places, curve: Curve) -> None:
    points = list(zip(curve.x, curve.y, strict=True))
    if not points:
        return
    match curve.role:
        case Role.ZERO:
            for column in range(canvas.width):
                canvas.sign(column, place.row(curve.y[0]), ZERO, style.DIM, behind=True)
        case Role.REACH:
            row, of_arm = place.row(curve.y[0]), arm_style(curve.arm)
            first, last = place.column(curve.x[0]), place.column(curve.x[-1])
            for column in range(first, last + 1):
                canvas.sign(column, row, REACH, of_arm)
            if last > first:
                canvas.sign(first, row, "├", of_arm)
                canvas.sign(last, row, "┤", of_arm)
        case Role.EDGE:
            _draw_line(canvas, place, curve, style.DIM, every=3)
        case Role.ARM:
            if curve.joined:
                _draw_line(canvas, place, curve, arm_style(curve.arm))
            _draw_signs(canvas, place, curve)


def _draw_line(canvas: Canvas, place: _Places, curve: Curve, look: Style, every: int = 1) -> None:
    dots = [place.dot(x, y) for x, y in zip(curve.x, curve.y, strict=True)]
    for start, end in pairwise(dots):
        canvas.line(start, end, look, every)
    if len(dots) == 1:
        canvas.dot(*dots[0], look)


def _draw_signs(canvas: Canvas, place: _Places, curve: Curve) -> None:
    """Put the marker of an arm on its curve: at the end, and now and then on the way there."""
    taken = canvas.width + SIGNS_APART
    for x, y in list(zip(curve.x, curve.y, strict=True))[::-1]:
        column = min(place.column(x), canvas.width - 1)
        if taken - column >= SIGNS_APART:
            canvas.sign(column, place.row(y), arm_sign(curve.arm), arm_style(curve.arm))
            taken = column


def _legend(chart: Chart) -> Text:
    parts = []
    for role, arm, text in chart.legend:
        sign = {Role.ARM: arm_sign(arm), Role.ZERO: ZERO, Role.EDGE: EDGE, Role.REACH: REACH}[role]
        parts.append(Text.assemble((sign, arm_style(arm) if role is Role.ARM else style.DIM), " ", Text(text)))
    return Text("   ").join(parts)


def _x_axis(chart: Chart, place: _Places, left: int, width: int) -> list[Text]:
    """Return the axis with its ticks, and below it their texts and the name of the axis."""
    columns = {min(place.column(at), width - 1): text for at, text in chart.x_ticks.items()}
    axis_line = "".join("┬" if column in columns else "─" for column in range(width))
    texts = _spread(columns, width + left + 2, left + 2)
    named = _named(texts, chart.x_name)
    # Where the texts leave no room, the name takes the blank line.
    more = [] if chart.x_name in named else [Text(f"{chart.x_name:^{width + left + 2}}".rstrip(), style.DIM)]
    return [Text(" " * (left + 1) + "└" + axis_line, style.DIM), Text(named, style.DIM), *more]


def _spread(columns: Mapping[int, str], width: int, offset: int) -> str:
    """Return texts centred below their columns; one that would touch another is left out."""
    line = [" "] * width
    free_from = 0
    for column, text in sorted(columns.items()):
        start = min(max(offset + column - len(text) // 2, 0), width - len(text))
        if start >= free_from:
            line[start : start + len(text)] = text
            free_from = start + len(text) + 1
    return "".join(line)


def _named(line: str, name: str) -> str:
    """Return a line with a name in the last gap that has room for it."""
    gaps = [gap for gap in re.finditer(" +", line) if len(gap[0]) >= len(name) + 2 and gap.start()]
    if not gaps:
        return line.rstrip()
    start = gaps[-1].start() + (len(gaps[-1][0]) - len(name)) // 2
    return (line[:start] + name + line[start + len(name) :]).rstrip()
