"""Simulations that ask functions of the program one by one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product

import numpy as np
from scipy import stats as scipy_stats

from supportdesk.domain.experiments.experiment import Phase
from supportdesk.domain.experiments.metric import Direction, Metric, MetricRole
from supportdesk.services.experiments.analysis.figures import Figures, with_days
from supportdesk.services.experiments.analysis.guardrails import guardrail_results
from supportdesk.services.experiments.analysis.health import broken_days
from supportdesk.services.experiments.analysis.interim import interims
from supportdesk.services.experiments.analysis.proof import proven_harm
from supportdesk.services.experiments.analysis.statistic import statistic
from supportdesk.stats import Mean, Proportion
from supportdesk.stats.exact import exact_p_value
from supportdesk.storage.experiments.daily import NO_VALUES, Day
from tests.simulations.found import SEED, Found

MARGIN = 0.1


def few_conversions(users: int = 100, rate: float = 0.02) -> Iterator[Found]:
    """Yield the exact chance that two arms alike, with few conversions, are told apart."""
    chances = scipy_stats.binom(users, rate).pmf(range(13))
    share = sum(
        float(chances[c] * chances[t])
        for c, t in product(range(13), repeat=2)
        if c != t and exact_p_value(Proportion(c, users), Proportion(t, users)) < 0.05
    )
    yield Found("counted, not drawn", share, 0)


def unequal_revenue(runs: int = 20_000) -> Iterator[Found]:
    """Yield how often arms of unequal size are told apart of which a tenth spends."""
    random, hits = np.random.default_rng(SEED), 0
    for _ in range(runs):
        arms = [Mean.of(_revenue(random, users)) for users in (900, 100)]
        found = statistic(*([each] for each in arms))
        hits += found is not None and found.p_value < 0.05
    yield Found("", hits / runs, runs)


def _revenue(random: np.random.Generator, users: int) -> np.ndarray:  # type: ignore[type-arg]
    spent = np.zeros(users)
    buyers = int(random.binomial(users, 0.1))
    spent[:buyers] = random.lognormal(3.0, 1.0, buyers)
    return spent


def both_weights(runs: int = 20_000) -> Iterator[Found]:
    """Yield how often arms alike are told apart whose weights change while all rates fall."""
    random, hits = np.random.default_rng(SEED), 0
    for _ in range(runs):
        control, test = (
            [Proportion(int(random.binomial(users, rate)), users) for users, rate in zip(many, (0.2, 0.1), strict=True)]
            for many in ((1_800, 400), (200, 1_600))
        )
        found = statistic(control, test)
        hits += found is not None and found.p_value < 0.05
    yield Found("", hits / runs, runs)


def margins(worse: float, state: str, runs: int = 1_500, days: int = 10, users: int = 400) -> Iterator[Found]:
    """Yield how often a guardrail with a margin of 10 % is ever said to be in a state, by the analyses of its days."""
    random, hits = np.random.default_rng(SEED), 0
    guardrail = Metric(("hurt",), role=MetricRole.GUARDRAIL, better=Direction.DOWN, margin=MARGIN)
    phases = (Phase(1, (0.5, 0.5), None),)
    figures = Figures(("a", "b"), (Metric(("did",)), guardrail), 0.95, days * users, 0, phases, (), ())
    for _ in range(runs):
        each = []
        for day in range(days):
            at = (date(2026, 1, 5) + timedelta(days=day)).isoformat()
            for arm, rate in enumerate((0.2, 0.2 * (1 + worse))):
                hurt = int(random.binomial(users, rate))
                each.append(Day(at, 1, arm, users, 0, (users // 10, hurt), (NO_VALUES, NO_VALUES)))
        analyses = interims(with_days(figures, each))
        found = guardrail_results(figures.metrics, figures.variants, analyses, proven_harm(analyses))
        hits += any(row.state == state for row in found)
    yield Found("", hits / runs, runs)


def healthy_splits(runs: int = 5_000, days: int = 30) -> Iterator[Found]:
    """Yield the share of healthy splits that were blocked on any day."""
    random, hits, start = np.random.default_rng(SEED), 0, date(2026, 1, 5)
    figures = Figures(("a", "b"), (Metric(("did",)),), 0.95, 1, 0, (Phase(1, (0.5, 0.5), None),), (), ())
    dates = [(start + timedelta(days=day)).isoformat() for day in range(days)]
    for controls in random.binomial(200, 0.5, (runs, days)).tolist():
        each = [
            Day(at, 1, arm, users, 0, (0,), (NO_VALUES,))
            for at, control in zip(dates, controls, strict=True)
            for arm, users in enumerate((control, 200 - control))
        ]
        hits += bool(broken_days(with_days(figures, each)))
    yield Found("", hits / runs, runs)
