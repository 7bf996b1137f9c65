"""A plot as SVG: shapes and text only, so that nothing runs and nothing is loaded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from html import escape

from supportdesk.services.experiments.analysis.chart import Chart, Curve, Role, axis, clipped

WIDTH, HEIGHT = 720, 300
LEFT, RIGHT, TOP, BOTTOM = 110, 20, 56, 44
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#8c6d00")
"""Colours that also people with colour blindness tell apart (Okabe and Ito 2008)."""
DASHES = ("", "8 3", "2 3", "10 3 2 3")
NAME_LIMIT = 16


def svg(chart: Chart) -> str:
    """Return a plot as one SVG element."""
    if not chart.y_ticks:
        limits, ticks, _ = axis(*chart.y_limits)
        chart = replace(chart, y_limits=limits, y_ticks=ticks)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'role="img" font-family="sans-serif" font-size="12">',
        f"<title>{escape(chart.title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        _text(LEFT, 18, chart.title, bold=True),
        *_legend(chart),
        *_axes(chart),
        *(part for curve in chart.curves for each in clipped(curve, chart.y_limits) for part in _curve(chart, each)),
        "</svg>",
    ]
    return "".join(parts)


def _legend(chart: Chart) -> Iterator[str]:
    x = float(LEFT)
    for role, arm, text in chart.legend:
        shown = _short(text, 40)
        yield f'<line x1="{x:g}" y1="34" x2="{x + 22:g}" y2="34" {_stroke(role, arm)}/>'
        yield _text(x + 28, 38, shown)
        x += 48 + 7 * len(shown)


def _axes(chart: Chart) -> Iterator[str]:
    for at, text in chart.y_ticks.items():
        y = _y(chart, at)
        yield f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="#e4e4e4"/>'
        yield _text(LEFT - 8, y + 4, _short(text, NAME_LIMIT), anchor="end")
    for at, text in chart.x_ticks.items():
        x = _x(chart, at)
        yield f'<line x1="{x:.1f}" y1="{HEIGHT - BOTTOM}" x2="{x:.1f}" y2="{HEIGHT - BOTTOM + 5}" stroke="#666666"/>'
        yield _text(x, HEIGHT - BOTTOM + 18, text, anchor="middle")
    yield (f'<path d="M{LEFT} {TOP}V{HEIGHT - BOTTOM}H{WIDTH - RIGHT}" fill="none" stroke="#666666"/>')
    yield _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, chart.x_name, anchor="middle")


def _curve(chart: Chart, curve: Curve) -> Iterator[str]:
    points = [(_x(chart, x), _y(chart, y)) for x, y in zip(curve.x, curve.y, strict=True)]
    if not points:
        return
    if curve.joined and len(points) > 1:
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        yield f'<polyline points="{path}" fill="none" {_stroke(curve.role, curve.arm)}/>'
    if curve.role is Role.ARM and (len(points) < 40 or not curve.joined):
        colour = COLOURS[curve.arm % len(COLOURS)]
        yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in points)


def _stroke(role: Role, arm: int) -> str:
    colour = COLOURS[arm % len(COLOURS)]
    dash = DASHES[arm // len(COLOURS) % len(DASHES)]
    match role:
        case Role.ZERO:
            return 'stroke="#333333" stroke-width="1.5" stroke-dasharray="6 4"'
        case Role.EDGE:
            return f'stroke="{colour}" stroke-width="1.5" stroke-dasharray="2 3"'
        case Role.REACH:
            return f'stroke="{colour}" stroke-width="5" stroke-opacity="0.45"'
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'stroke="{colour}" stroke-width="2"{dashed}'


def _x(chart: Chart, at: float) -> float:
    low, high = chart.x_limits
    return LEFT + (at - low) / (high - low) * (WIDTH - LEFT - RIGHT)


def _y(chart: Chart, at: float) -> float:
    low, high = chart.y_limits
    return HEIGHT - BOTTOM - (at - low) / (high - low) * (HEIGHT - TOP - BOTTOM)


def _text(x: float, y: float, text: str, *, anchor: str = "start", bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{weight} fill="#222222">{escape(text)}</text>'


def _short(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
