"""The rules of the verdict on many experiments at once: p and information by numpy, bounds by the program itself.

What differs from the program's own analysis is the arithmetic alone; a test draws experiments and asks both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy import special

from supportdesk.domain.experiments.metric import MetricKind
from supportdesk.services.experiments.analysis.bounds import Evidence, first_crossings
from supportdesk.services.experiments.analysis.interim import STEP
from supportdesk.stats import Proportion
from supportdesk.stats.exact import EXPECTED, exact_p_value
from tests.simulations.worlds import Array, Sums, World

NEVER = 10_000
ALPHA = 0.05
HOPELESS = 1e-7
"""No exact p-value is below it, so that bounds below it need none."""


@dataclass(frozen=True)
class Outcome:
    """The verdict of each run: the day (from 0) that decided, and which arm ships (0: none), by target or guardrail.

    `live` is the plain p of the last arm at the end of each day.
    """

    decided: Array
    ships: Array
    harmed: Array
    live: Array


@dataclass(frozen=True)
class Plan:
    """The days with an analysis, the share of alpha that may be spent by each, and which judge the target."""

    days: list[int]
    shares: list[float]
    judged: list[int]


def outcomes(world: World, metrics: Sequence[Sequence[Sums]]) -> Outcome:
    """Return the verdicts of all runs."""
    plan = analyses(world)
    kinds = [world.kind, *(MetricKind.CONVERSION for _ in metrics[1:])]
    metrics = [[*measured(world, metrics[0])], *metrics[1:]]
    tests = [
        [compared(kind, arms[0], arm, plan.days) for arm in arms[1:]] for kind, arms in zip(kinds, metrics, strict=True)
    ]
    runs = metrics[0][0].users.shape[0]
    decided, ships, harmed = np.full(runs, NEVER), np.zeros(runs, dtype=int), np.full(runs, NEVER)
    near = _near(tests)
    for run in np.flatnonzero(near):
        harm = first_crossings(_harm(tests[1:], run), plan.shares, ALPHA, sides=1)
        harmed[run] = min((plan.days[place] for place in harm.values()), default=NEVER)
        target = first_crossings(_target(tests[0], run, plan), [plan.shares[i] for i in plan.judged], ALPHA, sides=2)
        decided[run], ships[run] = _effect(target, tests[0], run, plan, len(tests[0]))
    return Outcome(decided, ships, harmed, tests[0][-1][1])


def analyses(world: World) -> Plan:
    """Return the analyses there are, as `interims` has them of users that come evenly."""
    days, shares, judged = [], [], []
    for day in range(world.window, world.days):
        run = day + 1 - world.window
        users = world.users * run
        last = users >= world.sample and run >= world.minimum_days
        part = min(users / world.sample, run / world.minimum_days if world.minimum_days else 1.0, 1.0)
        share = 1.0 if last else part
        if last or not shares or share >= shares[-1] + STEP:
            if last or run >= world.minimum_days:
                judged.append(len(days))
            days.append(day)
            shares.append(share)
        if last:
            break
    return Plan(days, shares, judged)


def measured(world: World, arms: Sequence[Sums]) -> Sequence[Sums]:
    """Return arms of which the sums are of ratios, or of values adjusted by those from before."""
    if world.kind is MetricKind.RATIO:
        return [_ratio(each) for each in arms]
    return _adjusted(arms) if world.before else arms


def _ratio(arm: Sums) -> Sums:
    n, below = arm.users, arm.total_x
    ratio = arm.total / below
    spread = arm.squares - 2 * ratio * arm.products + ratio**2 * arm.squares_x
    return _of_mean(arm, ratio, spread / (n - 1) * (n / below) ** 2)


def _adjusted(arms: Sequence[Sums]) -> list[Sums]:
    n = sum(each.users for each in arms)
    mean_x, mean_y = (sum(getattr(each, name) for each in arms) / n for name in ("total_x", "total"))
    covered = sum(each.products for each in arms) - n * mean_x * mean_y
    theta = covered / (sum(each.squares_x for each in arms) - n * mean_x**2)
    found = []
    for each in arms:
        m, x, y = each.users, each.total_x / each.users, each.total / each.users
        parts = (each.squares - m * y * y, each.products - m * x * y, each.squares_x - m * x * x)
        variance = (parts[0] - 2 * theta * parts[1] + theta**2 * parts[2]) / (m - 1)
        found.append(_of_mean(each, y - theta * (x - mean_x), variance))
    return found


def _of_mean(arm: Sums, mean: Array, variance: Array) -> Sums:
    return Sums(arm.users, arm.converted, arm.users * mean, (arm.users - 1) * variance + arm.users * mean**2)


def compared(kind: MetricKind, control: Sums, test: Sums, days: Sequence[int]) -> tuple[Array, Array, Array]:
    """Return z, the two-sided p and the information at each of some days; 0, 1 and 0 where nothing varies."""
    c, t = ([each[:, days] for each in (arm.users, arm.converted, arm.total, arm.squares)] for arm in (control, test))
    with np.errstate(divide="ignore", invalid="ignore"):
        size = 1 / (1 / c[0] + 1 / t[0])
        if kind is MetricKind.CONVERSION:
            pooled = (c[1] + t[1]) / (c[0] + t[0])
            variance = pooled * (1 - pooled) / size
            z = (t[1] / t[0] - c[1] / c[0]) / np.sqrt(variance)
            p = special.erfc(np.abs(z) / np.sqrt(2))
            _exactly(p, c, t, pooled)
        else:
            mean_c, mean_t = c[2] / c[0], t[2] / t[0]
            error_c, error_t = ((s[3] - s[2] * m) / (s[0] - 1) / s[0] for s, m in ((c, mean_c), (t, mean_t)))
            common = (error_c * c[0] * (c[0] - 1) + error_t * t[0] * (t[0] - 1)) / (c[0] + t[0] - 2) / size
            apart = error_c + error_t
            variance = np.maximum(apart, common)
            z = (mean_t - mean_c) / np.sqrt(variance)
            df = apart**2 / (error_c**2 / (c[0] - 1) + error_t**2 / (t[0] - 1))
            p = 2 * special.stdtr(df, -np.abs(z))
    known = np.isfinite(z) & np.isfinite(p)
    return np.where(known, z, 0.0), np.where(known, p, 1.0), np.where(known, variance * size**2, 0.0)


def _exactly(p: Array, c: list[Array], t: list[Array], pooled: Array) -> None:
    """Replace the p-values of few conversions by exact ones."""
    few = np.minimum(c[0], t[0]) * np.minimum(pooled, 1 - pooled) < EXPECTED
    # An exact p-value of what the normal approximation finds likely is no smaller.
    for place in np.argwhere(few & (p < 0.2)):
        at = tuple(place)
        p[at] = _exact(int(c[1][at]), int(c[0][at]), int(t[1][at]), int(t[0][at]))


@cache
def _exact(hits_c: int, users_c: int, hits_t: int, users_t: int) -> float:
    return exact_p_value(Proportion(hits_c, users_c), Proportion(hits_t, users_t))


def _near(tests: Sequence[Sequence[tuple[Array, Array, Array]]]) -> Array:
    """Return which runs have a p-value anywhere that could be enough."""
    found = np.zeros(tests[0][0][1].shape[0], dtype=bool)
    for place, arms in enumerate(tests):
        for _, p, _ in arms:
            found |= (p < (2 if place else 1) * ALPHA).any(axis=1)
    return found


def _evidence(p: Array, information: Array) -> Evidence:
    return Evidence(
        tuple(None if v == 0 else float(each) for each, v in zip(p, information, strict=True)),
        tuple(map(float, information)),
    )


def _target(tests: Sequence[tuple[Array, Array, Array]], run: int, plan: Plan) -> dict[int, Evidence]:
    return {
        arm: _evidence(p[run, plan.judged], information[run, plan.judged])
        for arm, (_, p, information) in enumerate(tests, 1)
    }


def _harm(tests: Sequence[Sequence[tuple[Array, Array, Array]]], run: int) -> dict[tuple[int, int], Evidence]:
    """Return the evidence that a rate of which less is better rose."""
    return {
        (place, arm): _evidence(np.where(z[run] > 0, p[run] / 2, 1 - p[run] / 2), information[run])
        for place, arms in enumerate(tests)
        for arm, (z, p, information) in enumerate(arms)
    }


def _effect(
    proven: dict[int, int], tests: Sequence[tuple[Array, Array, Array]], run: int, plan: Plan, arms: int
) -> tuple[int, int]:
    """Return the day that decides and the arm that ships: the first for the better, or none once all are worse."""
    better = {arm: at for arm, at in proven.items() if tests[arm - 1][0][run, plan.judged[at]] > 0}
    if better:
        first = min(better.values())
        among = [arm for arm, at in better.items() if at == first]
        return plan.days[plan.judged[first]], max(among, key=lambda arm: tests[arm - 1][0][run, plan.judged[first]])
    if len(proven) == arms:
        return plan.days[plan.judged[max(proven.values())]], 0
    return NEVER, 0
