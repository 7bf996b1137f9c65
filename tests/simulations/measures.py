"""Worlds of metrics that are measured in an unusual way, with the users that a plan gives them."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from supportdesk.domain.experiments.metric import MetricKind
from supportdesk.services.experiments.analysis.planning import Setting, plan
from tests.simulations.found import SEED
from tests.simulations.rules import measured
from tests.simulations.worlds import World, draw

MANY = 1_000_000
DAYS = 14
NULL = {
    "window": World(100, 27, late=3.0, window=7),
    "cap": World(100, 20, kind=MetricKind.REVENUE, cap=40.0),
    "before": World(100, 20, kind=MetricKind.REVENUE, before=True),
    "ratio": World(100, 20, kind=MetricKind.RATIO),
}
"""Without any difference, by what is unusual."""
EFFECTS = {"window": {"rates": (0.1, 0.125)}, "cap": {"gain": 0.3}, "before": {"gain": 0.1}, "ratio": {"gain": 0.15}}


def planned(name: str, power: float) -> World:
    """Return a world with an effect, and the users that find it by the program's own plan."""
    world = replace(NULL[name], days=DAYS + NULL[name].window, **EFFECTS[name])
    setting = Setting(power, looks=DAYS)
    # What is known before the start: mean and deviation of many users.
    lots = replace(world, users=MANY, days=1 + world.window)
    control, test = measured(world, draw(lots, 1, np.random.default_rng(SEED))[0])
    if world.kind is MetricKind.CONVERSION:
        rates = [float(arm.converted[0, -1] / arm.users[0, -1]) for arm in (control, test)]
        users = plan(rates[0], rates[1] - rates[0], setting).users_per_arm
    else:
        means = [float(arm.total[0, -1] / MANY) for arm in (control, test)]
        spread = sum(
            float(arm.squares[0, -1] / MANY) - mean**2 for arm, mean in zip((control, test), means, strict=True)
        )
        users = plan(means[0], means[1] - means[0], setting, deviation=math.sqrt(spread / 2)).users_per_arm
    return replace(world, users=-(-users // DAYS), planned=users)
