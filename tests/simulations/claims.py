"""What is claimed of the rules, and the simulation of each claim."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from supportdesk.domain.experiments.metric import MetricKind
from supportdesk.services.experiments.analysis.guardrails import SAFE, WORSE
from supportdesk.services.experiments.analysis.planning import Setting, guardrail_plan, plan
from tests.simulations.found import SEED, Found
from tests.simulations.measures import NULL, planned
from tests.simulations.oddities import WRONG
from tests.simulations.others import (
    MARGIN,
    both_weights,
    few_conversions,
    healthy_splits,
    margins,
    unequal_revenue,
)
from tests.simulations.rules import NEVER, Outcome, outcomes
from tests.simulations.worlds import VALUE, World, draw

PORTION = 1_000
LEVEL, WITHIN = 0.055, 0.02
NOVELTY = 0.15
"""A single test of the whole week would see an effect in 13 %, all of it for the better."""
POWER = 0.8
KINDS = {
    "conversion": World(100, 20),
    "mean": World(100, 20, (0.5, 0.5), kind=MetricKind.MEAN),
    "revenue": World(100, 20, kind=MetricKind.REVENUE),
}
WHAT = {
    "window": "conversions within 7 days",
    "cap": "capped revenue",
    "before": "revenue adjusted by values from before",
    "ratio": "a ratio",
}
STRATEGIES = ("every day", "50 times a minute", "only when the live p is below .05", "once at the end")


@dataclass(frozen=True)
class Claim:
    """A name, what is looked at, the shares that are allowed, and the simulation."""

    name: str
    what: str
    least: float
    most: float
    measure: Callable[[], Iterator[Found]]

    @property
    def target(self) -> str:
        """The target in words."""
        return f"at most {100 * self.most:g} %" if self.least == 0 else f"at least {100 * self.least:g} %"


def false_effects(world: World, runs: int) -> Iterator[Found]:
    """Yield how often somebody sees an effect that is not there, by when they look."""
    seen = dict.fromkeys(STRATEGIES, 0)
    for found in _portions(world, runs):
        days = np.arange(world.days)
        decided = found.decided[:, None] <= days
        tempted = decided[:, world.window : world.window + found.live.shape[1]] & (found.live < 0.05)
        # A day that lasts changes nothing (a test asks the program): any moment sees what some day's end has decided.
        daily = decided.any(axis=1)
        for name, hits in zip(STRATEGIES, (daily, daily, tempted.any(axis=1), decided[:, -1]), strict=True):
            seen[name] += int(hits.sum())
    yield from (Found(name, hits / runs, runs) for name, hits in seen.items())


def shipped(world: World, runs: int) -> Iterator[Found]:
    """Yield how often the last arm ships."""
    hits = sum(int((each.ships == len(world.rates) - 1).sum()) for each in _portions(world, runs))
    yield Found("", hits / runs, runs)


def shipped_measure(name: str, runs: int) -> Iterator[Found]:
    """Yield how often the last arm ships of a metric that is measured in an unusual way."""
    yield from shipped(planned(name, POWER), runs)


def harmed(world: World, runs: int) -> Iterator[Found]:
    """Yield how often a guardrail is said to have got worse."""
    hits = sum(int((each.harmed < NEVER).sum()) for each in _portions(world, runs))
    yield Found("", hits / runs, runs)


def _portions(world: World, runs: int) -> Iterator[Outcome]:
    random = np.random.default_rng(SEED)
    for start in range(0, runs, PORTION):
        yield outcomes(world, draw(world, min(PORTION, runs - start), random))


def _planned(kind: MetricKind, days: int, minimum_days: int, *, arms: int = 2) -> World:
    """Return a world with a true effect, and the users that the program's own plan gives it."""
    shares = (1 / arms,) * arms
    setting = Setting(POWER, shares=shares, looks=days)
    null = (0.1,) * (arms - 1)
    match kind:
        case MetricKind.CONVERSION:
            users = plan(0.1, 0.02, setting).users_per_arm
            return World(-(-users // days), days, (*null, 0.12), users, minimum_days)
        case MetricKind.MEAN:
            # Half of the users report a value.
            users = plan(VALUE[0], 0.5, setting, deviation=VALUE[1]).users_per_arm * 2
            return World(-(-users // days), days, (0.5, 0.5), users, minimum_days, kind, gain=0.5)
        case _:
            mean, deviation = _spent(0.1)
            gain = 0.25
            # The gain widens what users of the test arm spend.
            wider = deviation * math.sqrt((1 + (1 + gain) ** 2) / 2)
            users = plan(mean, gain * mean, setting, deviation=wider).users_per_arm
            return World(-(-users // days), days, (0.1, 0.1), users, minimum_days, kind, gain=gain)


def _spent(rate: float) -> tuple[float, float]:
    """Return mean and deviation of what a user brings, of whom a share spends a lognormal sum."""
    first, second = math.exp(3.5), math.exp(8.0)
    return rate * first, math.sqrt(rate * second - (rate * first) ** 2)


def _guarded(guardrails: int, *, worse: float) -> World:
    """Return a world whose last guardrail rises, with the users that find it among all of them."""
    # One-sided at a level is two-sided at twice of it.
    confidence = 1 - 2 * 0.05 / guardrails
    users = plan(0.1, 0.02, Setting(POWER, confidence, looks=14)).users_per_arm
    rates = (*(0.1,) * (guardrails - 1), 0.1 + worse)
    return World(-(-users // 14), 14, planned=users, minimum_days=7, guardrails=rates)


def _false(name: str, what: str, world: World, runs: int = 20_000) -> Claim:
    return Claim(name, what, 0.0, LEVEL, partial(false_effects, world, runs))


def _power(name: str, what: str, world: World, runs: int = 5_000) -> Claim:
    return Claim(name, what, POWER - WITHIN, 1.0, partial(shipped, world, runs))


MARGIN_USERS = -(-guardrail_plan(0.2, MARGIN, Setting(POWER, looks=10)).users_per_arm // 10)
"""A day and arm, for ten days."""
CLAIMS = (
    *(_false(f"aa-20-{name}", f"A/A of a {name}, 20 days: an effect", world) for name, world in KINDS.items()),
    *(
        _false(f"aa-60-{name}", f"A/A of a {name}, 60 days: an effect", World(50, 60, world.rates, kind=world.kind))
        for name, world in KINDS.items()
    ),
    _false("aa-late", "A/A, conversions take 10 days: an effect", World(100, 20, late=10.0)),
    _false("aa-reported", "A/A, 30 % reported 1 to 3 days late: an effect", World(100, 20, reported_late=0.3)),
    _false(
        "aa-repeats",
        "A/A of revenue, users buy again: an effect",
        World(30, 20, kind=MetricKind.REVENUE, repeats=0.05),
        10_000,
    ),
    _false("aa-three", "A/A of three variants: an effect", World(100, 20, (0.1, 0.1, 0.1))),
    _false("aa-five", "A/A of five variants: an effect", World(100, 20, (0.1,) * 5)),
    _false("aa-small", "A/A of 15 users a day and 4 %: an effect", World(15, 14, (0.04, 0.04))),
    _false("overshoot", "A/A, sample full on day 1 of 7", World(1_000, 9, planned=1_000, minimum_days=7)),
    Claim(
        "novelty",
        "a gain of 3 points on day 1 alone, sample full then, 7 days",
        0.0,
        NOVELTY,
        partial(shipped, World(1_000, 9, planned=1_000, minimum_days=7, novelty=0.03), 20_000),
    ),
    *(Claim(f"odd-{name}", *of) for name, of in WRONG.items()),
    *(_false(f"aa-{name}", f"A/A, {WHAT[name]}: an effect", world) for name, world in NULL.items()),
    Claim("small", "A/A of 100 users with 2 %, all possible counts", 0.0, LEVEL, few_conversions),
    Claim("unequal", "A/A of revenue, 900 users against 100", 0.0, LEVEL, unequal_revenue),
    Claim("phases", "A/A, 90/10 turned to 20/80 while the rate falls", 0.0, LEVEL, both_weights),
    *(
        _power(f"power-{kind}", f"planned effect of a {kind}, 14 days", _planned(MetricKind(kind), 14, 0))
        for kind in KINDS
    ),
    *(
        Claim(
            f"power-{name}", f"planned effect, {WHAT[name]}", POWER - WITHIN, 1.0, partial(shipped_measure, name, 5_000)
        )
        for name in NULL
    ),
    _power("power-week", "planned effect, 14 days of which 7 must pass", _planned(MetricKind.CONVERSION, 14, 7)),
    _power(
        "power-reported",
        "planned effect, 30 % reported 1 to 3 days late",
        replace(_planned(MetricKind.CONVERSION, 14, 0), reported_late=0.3),
    ),
    _power("power-three", "planned effect of one of two test variants", _planned(MetricKind.CONVERSION, 14, 0, arms=3)),
    _power("power-five", "planned effect of one of four test variants", _planned(MetricKind.CONVERSION, 14, 0, arms=5)),
    *(
        Claim(
            f"guardrails-{many}",
            f"{many} guardrail{'s' * (many > 1)} without harm: got worse",
            0.0,
            LEVEL,
            partial(harmed, _guarded(many, worse=0.0), 10_000),
        )
        for many in (1, 3, 9)
    ),
    *(
        Claim(
            f"harm-{many}",
            f"planned harm of one of {many} guardrail{'s' * (many > 1)}",
            POWER - WITHIN,
            1.0,
            partial(harmed, _guarded(many, worse=0.02), 5_000),
        )
        for many in (1, 9)
    ),
    Claim("margin-worse", "a guardrail worse by its margin: beyond it", 0.0, LEVEL, partial(margins, MARGIN, WORSE)),
    Claim("margin-safe", "a guardrail worse by its margin: within it", 0.0, LEVEL, partial(margins, MARGIN, SAFE)),
    Claim(
        "margin-power",
        "planned users of an unharmed guardrail: within its margin",
        POWER - WITHIN,
        1.0,
        partial(margins, 0.0, SAFE, users=MARGIN_USERS),
    ),
    Claim("split", "healthy splits, 30 days: blocked", 0.0, 0.002, healthy_splits),
)
"""In the order in which they are printed."""
