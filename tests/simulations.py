"""Error rates and power of the rules that decide experiments: `python -m tests.simulations [NAME]`.

Each claim draws many experiments day by day, seeded, and asks the program's own analysis for the verdict. Who looks and
when is no part of it: the interim analyses are the days of the data.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product

import numpy as np
from scipy import stats as scipy_stats

from supportdesk.domain.experiments.experiment import Direction, Metric, MetricKind, MetricRole, Phase
from supportdesk.services.experiments.analysis.figures import Figures, with_days
from supportdesk.services.experiments.analysis.health import broken_days, health
from supportdesk.services.experiments.analysis.interim import interims
from supportdesk.services.experiments.analysis.proof import proven_harm, proven_target
from supportdesk.services.experiments.analysis.verdict import Proven, decide
from supportdesk.stats import Proportion, sample_size_two_proportions
from supportdesk.stats.exact import exact_p_value
from supportdesk.storage.experiments.daily import NO_VALUES, Day

START = date(2026, 1, 5)
DECIDED = ("ship", "keep-control")


@dataclass(frozen=True)
class World:
    """How experiments come about: users an arm and day, rates of the arms, and what is planned."""

    users: int
    days: int
    rates: tuple[float, ...] = (0.1, 0.1)
    planned: int = 0
    minimum_days: int = 0
    kind: MetricKind = MetricKind.CONVERSION
    guardrails: int = 0


def draw(world: World, random: np.random.Generator) -> Figures:
    """Return the figures of one experiment at its end."""
    target = Metric(("did",), world.kind)
    others = [Metric((f"g{n}",), role=MetricRole.GUARDRAIL, better=Direction.DOWN) for n in range(world.guardrails)]
    arms = len(world.rates)
    figures = Figures(
        variants=tuple(f"v{arm}" for arm in range(arms)),
        metrics=(target, *others),
        confidence_level=0.95,
        planned=world.planned or world.users * world.days,
        minimum_days=world.minimum_days,
        phases=(Phase(1, (1 / arms,) * arms, None),),
        users=(),
        samples=(),
        today=START + timedelta(days=world.days),
    )
    days = [_day(world, random, day, arm) for day in range(world.days) for arm in range(arms)]
    return with_days(figures, days)


def _day(world: World, random: np.random.Generator, day: int, arm: int) -> Day:
    rates = (world.rates[arm], *(0.1,) * world.guardrails)
    converted = tuple(int(random.binomial(world.users, rate)) for rate in rates)
    values: list[tuple[int, float, float]] = [NO_VALUES] * len(rates)
    if world.kind is not MetricKind.CONVERSION:
        spent = random.lognormal(3.0, 1.0, converted[0])
        values[0] = (converted[0], float(spent.sum()), float((spent * spent).sum()))
    return Day((START + timedelta(days=day)).isoformat(), 1, arm, world.users, 0, converted, tuple(values))


def state(figures: Figures) -> tuple[str, str]:
    """Return state and rule of the verdict."""
    analyses = interims(figures)
    proven = Proven(analyses, proven_target(analyses), proven_harm(analyses))
    said, _ = decide(figures, health(figures), proven)
    return said.state, said.rule


def share(runs: int, world: World, hit: Callable[[tuple[str, str]], bool]) -> float:
    """Return the share of experiments whose verdict is a hit."""
    random = np.random.default_rng(13)
    return sum(hit(state(draw(world, random))) for _ in range(runs)) / runs


def decided(said: tuple[str, str]) -> bool:
    return said[0] in DECIDED


def power(days: int, minimum_days: int) -> float:
    planned = sample_size_two_proportions(0.1, 0.12).users_per_arm or 0
    world = World(-(-planned // days), days, (0.1, 0.12), planned, minimum_days)
    return share(600, world, lambda said: said[0] == "ship")


def blocked(runs: int = 1_000, days: int = 30) -> float:
    """Return the share of healthy splits that were blocked on any day."""
    random, hits = np.random.default_rng(13), 0
    for _ in range(runs):
        figures = draw(World(100, 1), random)
        first = figures.days[0]
        uneven = []
        for day in range(days):
            control = int(random.binomial(200, 0.5))
            at = (START + timedelta(days=day)).isoformat()
            for arm, users in enumerate((control, 200 - control)):
                uneven.append(replace_day(first, at, arm, users))
        hits += bool(broken_days(with_days(replace(figures), uneven)))
    return hits / runs


def replace_day(day: Day, at: str, arm: int, users: int) -> Day:
    return day._replace(day=at, variant=arm, users=users, converted=(0,))


def few_conversions(users: int = 100, rate: float = 0.02) -> float:
    """Return the exact chance that two arms alike, with few conversions, are told apart."""
    chances = scipy_stats.binom(users, rate).pmf(range(13))
    return sum(
        float(chances[c] * chances[t])
        for c, t in product(range(13), repeat=2)
        if c != t and exact_p_value(Proportion(c, users), Proportion(t, users)) < 0.05
    )


LEVEL, POWER = "at most 5.5 %", "at least 78 %"
CLAIMS: dict[str, tuple[str, str, Callable[[], float], Callable[[float], bool]]] = {
    name: (what, target, run, holds)
    for name, what, target, run, holds in (
        (
            "aa-20",
            "A/A, 20 days: an effect",
            LEVEL,
            lambda: share(1_000, World(100, 20), decided),
            lambda x: x <= 0.055,
        ),
        ("aa-60", "A/A, 60 days: an effect", LEVEL, lambda: share(400, World(50, 60), decided), lambda x: x <= 0.055),
        (
            "aa-revenue",
            "A/A, revenue, 20 days: an effect",
            LEVEL,
            lambda: share(1_000, World(100, 20, kind=MetricKind.REVENUE), decided),
            lambda x: x <= 0.055,
        ),
        (
            "aa-three",
            "A/A of three variants: an effect",
            LEVEL,
            lambda: share(600, World(100, 14, (0.1, 0.1, 0.1)), decided),
            lambda x: x <= 0.055,
        ),
        (
            "overshoot",
            "A/A, sample full on day 1 of 7",
            LEVEL,
            lambda: share(5_000, World(1_000, 7, planned=1_000, minimum_days=7), decided),
            lambda x: x <= 0.055,
        ),
        (
            "small",
            "A/A of 100 users with 2 %",
            LEVEL,
            few_conversions,
            lambda x: x <= 0.055,
        ),
        ("power-days", "planned effect, 14 days", POWER, lambda: power(14, 0), lambda x: x >= 0.78),
        (
            "power-week",
            "planned effect, 14 days of which 7 must pass",
            POWER,
            lambda: power(14, 7),
            lambda x: x >= 0.78,
        ),
        (
            "guardrails",
            "three harmless guardrails: got worse",
            LEVEL,
            lambda: share(600, World(200, 14, minimum_days=7, guardrails=3), lambda said: said[1] == "guardrail"),
            lambda x: x <= 0.055,
        ),
        ("split", "healthy splits, 30 days: blocked", "at most 0.2 %", blocked, lambda x: x <= 0.002),
    )
}


def main(names: list[str]) -> int:
    """Print a table of the claims; return 1 if one does not hold."""
    unknown = [name for name in names if name not in CLAIMS]
    if unknown:
        print(f"no claim is called {unknown[0]}; there are {', '.join(CLAIMS)}")
        return 2
    failed = 0
    for name in names or CLAIMS:
        what, target, run, holds = CLAIMS[name]
        found = run()
        failed += not holds(found)
        print(
            f"{'ok  ' if holds(found) else 'FAIL'}  {name:<12} {what:<46} {target:<14} {100 * found:.2f} %", flush=True
        )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
