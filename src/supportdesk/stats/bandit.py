"""Bandits: traffic that follows what is believed of the arms."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from supportdesk.stats.bayes import Beta, beliefs
from supportdesk.stats.errors import InvalidInput, count, fraction, number
from supportdesk.stats.errors import weights as shares_of
from supportdesk.stats.samples import Proportion


@dataclass(frozen=True, slots=True)
class ThompsonRun:
    """What Thompson sampling did, averaged over runs: share of pulls and expected regret.

    `regret` is in conversions lost against always pulling the best arm, `regret_error` its standard error, and
    `lower_bound` Lai & Robbins' coefficient times ln(pulls), 0 when all arms are equal.
    """

    share_of_pulls: tuple[float, ...]
    share_best: float
    regret: float
    regret_error: float
    lower_bound: float


def thompson_weights(arms: Sequence[Proportion], prior: Beta | None = None) -> tuple[float, ...]:
    """Return the traffic that Thompson sampling gives each arm: its probability to be best, exactly.

    Source: Thompson 1933, Biometrika 25:285; Chapelle & Li 2011 (NeurIPS).
    """
    return tuple(belief.probability_best for belief in beliefs(arms, prior))


def floored(weights: Sequence[float], floor: float) -> tuple[float, ...]:
    """Return weights of which none is below `floor` (kept within 0 and 1/n): f + (1 - n f) w, which sums to 1 again."""
    shares = shares_of("weights", weights)
    least = min(max(number("floor", floor), 0.0), 1 / len(shares))
    return tuple(least + (1 - len(shares) * least) * share for share in shares)


def simulate_thompson(
    rates: Sequence[float], pulls: int, prior: Beta | None = None, batch: int = 1, runs: int = 400, seed: int = 7
) -> ThompsonRun:
    """Simulate Thompson sampling on arms with known `rates`; posteriors learn after each `batch` of pulls.

    The same seed gives the same numbers. The bound is Lai & Robbins 1985, Advances in Applied Mathematics 6:4:
    Σ Δ_i / KL(p_i, p*) ln T.
    """
    import numpy as np

    start, step = prior or Beta(), count("batch", batch, least=1)
    total, number_of = count("pulls", pulls, least=1), count("runs", runs, least=1)
    if not rates:
        raise InvalidInput("rates", list(rates), "one rate at least")
    truth = np.array([fraction("rate", rate) for rate in rates])
    random = np.random.default_rng(count("seed", seed))
    size = (number_of, truth.size)
    hits, misses, pulled, every = np.zeros(size), np.zeros(size), np.zeros(size), np.arange(number_of)
    for first in range(0, total, step):
        known_hits, known_misses = hits.copy(), misses.copy()
        for _ in range(min(step, total - first)):
            arm = random.beta(start.alpha + known_hits, start.beta + known_misses).argmax(axis=1)
            converted = random.random(number_of) < truth[arm]
            hits[every, arm] += converted
            misses[every, arm] += ~converted
            pulled[every, arm] += 1
    regret = pulled @ (truth.max() - truth)
    share = pulled.mean(axis=0) / total
    return ThompsonRun(
        tuple(float(part) for part in share),
        float(share[truth.argmax()]),
        float(regret.mean()),
        float(regret.std() / math.sqrt(number_of)),
        sum(_cost(float(rate), float(truth.max())) for rate in truth) * math.log(total),
    )


def _cost(rate: float, best: float) -> float:
    """Return Δ/KL: the regret an arm must cost for each factor e of pulls; one that is ruled out at once costs none."""
    if rate == best or best == 1:
        return 0.0
    divergence = (1 - rate) * (math.log1p(-rate) - math.log1p(-best))
    if rate > 0:
        divergence += rate * math.log(rate / best)
    return (best - rate) / divergence
