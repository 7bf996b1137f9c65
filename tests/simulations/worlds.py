"""Worlds in which experiments come about, and many experiments of one drawn at once, day by day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from supportdesk.domain.experiments.metric import MetricKind

Array = np.ndarray[Any, np.dtype[np.float64]]
SPENT = (3.0, 1.0)
"""Mean and deviation of the logarithm of what a user spends: a few spend much."""
VALUE = (10.0, 4.0)
"""Mean and deviation of what a user reports."""


@dataclass(frozen=True)
class World:
    """How experiments come about.

    `users` are those of each arm a day, `rates` the shares that convert, spend or report. `late` is the mean of the
    days that a conversion takes, `reported_late` the share of those that come to be known one to three days after.
    `repeats` is how often a user buys on each day from the first on. `novelty` is added to
    the last arm's rate on the first day. `gain` is added to
    what the last arm reports or multiplies what it spends. `guardrails` are rates of the last arm; the control has 0.1.
    A `window` of days, a `cap` and values from `before` are those of the metric.
    """

    users: int
    days: int
    rates: tuple[float, ...] = (0.1, 0.1)
    planned: int = 0
    minimum_days: int = 0
    kind: MetricKind = MetricKind.CONVERSION
    late: float = 0.0
    reported_late: float = 0.0
    repeats: float = 0.0
    novelty: float = 0.0
    gain: float = 0.0
    guardrails: tuple[float, ...] = ()
    window: int = 0
    cap: float | None = None
    before: bool = False

    @property
    def sample(self) -> int:
        """The users that each arm is planned to have."""
        return self.planned or self.users * (self.days - self.window)


@dataclass(frozen=True)
class Sums:
    """What one arm of each run has of a metric by the end of each day (columns); x is from before, or stands below."""

    users: Array
    converted: Array
    total: Array
    squares: Array
    total_x: Array | None = None
    squares_x: Array | None = None
    products: Array | None = None


def draw(world: World, runs: int, random: np.random.Generator) -> list[list[Sums]]:
    """Return the sums of each metric, by arm: the target, then the guardrails."""
    found = [[_target(world, arm, runs, random) for arm in range(len(world.rates))]]
    for rate in world.guardrails:
        rates = (*(0.1,) * (len(world.rates) - 1), rate)
        found.append([_converted(world, each, runs, random) for each in rates])
    return found


def _target(world: World, arm: int, runs: int, random: np.random.Generator) -> Sums:
    gain = world.gain if arm == len(world.rates) - 1 else 0.0
    if world.kind is MetricKind.CONVERSION:
        novelty = world.novelty if arm == len(world.rates) - 1 else 0.0
        return _converted(world, world.rates[arm], runs, random, novelty)
    if world.before or world.kind is MetricKind.RATIO:
        return _of_pairs(world, gain, runs, random)
    if world.repeats:
        return _bought_again(world, runs, random)
    many = random.binomial(world.users, world.rates[arm], (runs, world.days))
    if world.kind is MetricKind.MEAN:
        values = random.normal(VALUE[0] + gain, VALUE[1], int(many.sum()))
    else:
        values = random.lognormal(*SPENT, int(many.sum())) * (1 + gain)
    if world.cap is not None:
        values = np.minimum(values, world.cap)
    where = np.repeat(np.arange(many.size), many.ravel())
    total, squares = (np.bincount(where, each, many.size).reshape(many.shape) for each in (values, values * values))
    users = many if world.kind is MetricKind.MEAN else np.full(many.shape, world.users)
    return Sums(*(each.astype(float).cumsum(axis=1) for each in (users, many, total, squares)))


def _of_pairs(world: World, gain: float, runs: int, random: np.random.Generator) -> Sums:
    """Return sums of two values of each user: spent and spent before, or clicks and views."""
    shape = (runs, world.days, world.users)
    if world.kind is MetricKind.RATIO:
        # Who views much clicks at a rate of their own.
        x = 1.0 + random.poisson(random.gamma(1.0, 4.0, shape))
        y = random.binomial(x.astype(int), random.beta(2 * (1 + gain), 8, shape)).astype(float)
    else:
        habit = random.normal(0.0, 0.8, shape)
        x = np.exp(3.0 + habit) * (random.random(shape) < 0.8)
        y = np.exp(3.0 + habit + random.normal(0.0, 0.4, shape)) * (random.random(shape) < 0.7) * (1 + gain)
    daily = (
        np.full(shape[:2], world.users),
        (y > 0).sum(axis=2),
        *(each.sum(axis=2) for each in (y, y * y, x, x * x, x * y)),
    )
    return Sums(*(each.astype(float).cumsum(axis=1) for each in daily))


def _converted(world: World, rate: float, runs: int, random: np.random.Generator, novelty: float = 0.0) -> Sums:
    rates = np.where(np.arange(world.days) == 0, rate + novelty, rate)
    hits = random.binomial(world.users, rates, (runs, world.days)).astype(np.int64)
    if world.window:
        return _within(world, hits, random)
    if world.late:
        waiting = np.zeros(runs, dtype=np.int64)
        for day in range(world.days):
            waiting += hits[:, day]
            hits[:, day] = random.binomial(waiting, 1 / (1 + world.late))
            waiting -= hits[:, day]
    if world.reported_late:
        hits = _known(hits, world.reported_late, random)
    converted = hits.cumsum(axis=1).astype(float)
    users = np.full((runs, world.days), float(world.users)).cumsum(axis=1)
    return Sums(users, converted, converted, converted)


def _known(hits: Array, share: float, random: np.random.Generator) -> Array:
    """Return conversions by the day on which they came to be known: days that were judged do not change any more."""
    late = random.binomial(hits.astype(np.int64), share)
    known = hits - late
    for delay, of_late in enumerate(np.moveaxis(random.multinomial(late, (1 / 3,) * 3), -1, 0), 1):
        known[:, delay:] += of_late[:, :-delay]
    return known


def _within(world: World, hits: Array, random: np.random.Generator) -> Sums:
    """Return conversions in a window, on the day on which it closes."""
    in_time = random.binomial(hits.astype(np.int64), 1 - (1 - 1 / (1 + world.late)) ** (world.window + 1))
    converted, users = np.zeros(hits.shape), np.zeros(hits.shape)
    converted[:, world.window :] = in_time[:, : world.days - world.window].cumsum(axis=1)
    users[:, world.window :] = world.users * np.arange(1, world.days - world.window + 1)
    return Sums(users, converted, converted, converted)


def _bought_again(world: World, runs: int, random: np.random.Generator) -> Sums:
    """Return what users bring in sum who buy again and again, so that their sums go on growing."""
    shape = (runs, world.days)
    users = np.full(shape, float(world.users)).cumsum(axis=1)
    converted, total, squares = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for run in range(runs):
        brought = np.zeros(world.users * world.days)
        for day in range(world.days):
            active = world.users * (day + 1)
            buyers = random.integers(0, active, random.poisson(world.repeats * active))
            np.add.at(brought, buyers, random.lognormal(*SPENT, len(buyers)))
            total[run, day], squares[run, day] = brought.sum(), brought @ brought
            converted[run, day] = np.count_nonzero(brought)
    return Sums(users, converted, total, squares)
