"""One plot of an analysis as data: curves, axes with even ticks, and what of a curve lies on the plot."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

TICKS = 6


class Role(StrEnum):
    """What a curve stands for."""

    ARM = "arm"
    REACH = "interval"
    EDGE = "always-valid band"
    ZERO = "no difference"


@dataclass(frozen=True, slots=True)
class Curve:
    """Points of one thing, `joined` by lines or alone; of an arm, `arm` is its place."""

    role: Role
    arm: int
    x: Sequence[float]
    y: Sequence[float]
    joined: bool = True


@dataclass(frozen=True, slots=True)
class Chart:
    """One plot: its curves, the names and limits of its axes, ticks with their texts, and a legend.

    Without `y_ticks`, `y_limits` are what is to be seen, and whoever draws chooses round limits around it (`axis`).
    """

    title: str
    legend: Sequence[tuple[Role, int, str]]
    curves: Sequence[Curve]
    x_name: str
    x_limits: tuple[float, float]
    y_limits: tuple[float, float]
    x_ticks: Mapping[float, str] = field(default_factory=dict)
    y_ticks: Mapping[float, str] = field(default_factory=dict)


def room_for(values: Iterable[float]) -> tuple[float, float]:
    """Return limits with all values between them, apart from each other also where the values are not."""
    shown = list(values)
    low, high = min(shown), max(shown)
    if high > low:
        return low, high
    away = abs(low) / 10 or 1.0
    return low - away, high + away


def axis(low: float, high: float, rows: int = 0) -> tuple[tuple[float, float], dict[float, str], int]:
    """Return round limits around two values that are ticks themselves, the ticks, and how many rows to use.

    Ticks stand at even distances: on `rows` rows, as many are used as give each pair the same number between them.
    """
    best: tuple[float, int, int, float, int] | None = None
    for step in _steps(low, high):
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        parts = last - first
        if not 2 <= parts <= min(TICKS + 1, max(rows - 1, 2) if rows else TICKS + 1):
            continue
        used = (rows - 1) // parts * parts + 1 if rows > parts else rows
        # Room is lost beside the values and by rows that are not used; three parts read better than two.
        score = (high - low) / (parts * step) * (used / rows if rows else 1.0) * (0.85 if parts < 3 else 1.0)
        if best is None or score > best[0]:
            best = score, first, last, step, used
    if best is None:
        return (low, high), {low: f"{low:.4g}", high: f"{high:.4g}"}, rows
    _, first, last, step, used = best
    ticks = _marked(first, last, step)
    return (min(ticks), max(ticks)), ticks, used


def ticks_between(low: float, high: float) -> dict[float, str]:
    """Return round numbers between two others, with as many digits as tell them apart."""
    step = _step(low, high)
    return _marked(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9), step)


def _steps(low: float, high: float) -> list[float]:
    """Return round distances of ticks that suit a span."""
    power = math.floor(math.log10(high - low))
    return [factor * 10.0**exponent for exponent in (power - 1, power) for factor in (1, 2, 5)]


def _step(low: float, high: float) -> float:
    return next(step for step in _steps(low, high) if (high - low) / step <= TICKS)


def _marked(first: int, last: int, step: float) -> dict[float, str]:
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    return {each * step: f"{each * step:,.{digits}f}" for each in range(first, last + 1)}


def clipped(curve: Curve, limits: tuple[float, float]) -> list[Curve]:
    """Return the parts of a curve that lie between two heights, each cut where it crosses them."""
    low, high = limits
    parts: list[list[tuple[float, float]]] = [[]]
    points = list(zip(curve.x, curve.y, strict=True))
    if len(points) == 1:
        return [curve] if low <= points[0][1] <= high else []
    for (x0, y0), (x1, y1) in pairwise(points):
        inside = _cut((x0, y0), (x1, y1), low, high)
        if inside is None:
            continue
        start, end = inside
        if not parts[-1] or parts[-1][-1] != start:
            parts.append([start])
        parts[-1].append(end)
    return [Curve(curve.role, curve.arm, [x for x, _ in part], [y for _, y in part]) for part in parts if part]


def _cut(
    start: tuple[float, float], end: tuple[float, float], low: float, high: float
) -> tuple[tuple[float, float], tuple[float, float]] | None:
    (x0, y0), (x1, y1) = start, end
    if max(y0, y1) < low or min(y0, y1) > high:
        return None
    steps = [0.0, 1.0]
    if y1 != y0:
        at = sorted(((low - y0) / (y1 - y0), (high - y0) / (y1 - y0)))
        steps = [max(0.0, at[0]), min(1.0, at[1])]
    points = [(x0 + t * (x1 - x0), min(max(y0 + t * (y1 - y0), low), high)) for t in steps]
    return points[0], points[1]
