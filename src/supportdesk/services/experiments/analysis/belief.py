"""How probable it is that each variant is the best, and what choosing it loses."""

from __future__ import annotations

import math
from collections.abc import Sequence

from supportdesk.domain.experiments.analysis import Belief, BeliefRow
from supportdesk.domain.experiments.metric import Direction, MetricKind
from supportdesk.services.experiments.analysis.comparison import phase_weights
from supportdesk.services.experiments.analysis.figures import Figures
from supportdesk.services.experiments.analysis.health import FEW_USERS
from supportdesk.services.experiments.analysis.statistic import mean_of
from supportdesk.services.experiments.analysis.sums import Sample
from supportdesk.services.experiments.analysis.wording import amount
from supportdesk.stats import Normal, Proportion, beliefs, normal_beliefs


def belief(figures: Figures) -> Belief:
    """Return the beliefs about the target: of rates by their posteriors, else by about normal means over phases.

    Phases are weighted alike for all variants, so that a change of weights favours none.
    """
    if not all(figures.arms):
        return Belief()
    phases = sum(any(users) for users in figures.users)
    if figures.metrics[0].kind is MetricKind.CONVERSION and phases == 1:
        rows = _of_rates(figures)
    else:
        rows = _of_means(figures)
    return Belief(tuple(rows), _says(figures, rows)) if rows else Belief()


def _of_rates(figures: Figures) -> list[BeliefRow]:
    down = figures.metrics[0].better is Direction.DOWN
    arms = [_pooled(arm, down=down) for arm in figures.samples[0]]
    found = beliefs(arms, credibility=figures.confidence_level)
    return [
        BeliefRow(
            name,
            each.probability_best,
            each.expected_loss,
            1 - each.high if down else each.low,
            1 - each.low if down else each.high,
        )
        for name, each in zip(figures.variants, found, strict=True)
    ]


def _of_means(figures: Figures) -> list[BeliefRow]:
    """Return the beliefs about values over phases; none where they are too few to be about normal."""
    weights = phase_weights(figures.samples[0])
    sign = -1.0 if figures.metrics[0].better is Direction.DOWN else 1.0
    arms = []
    for arm in figures.samples[0]:
        means = [mean_of(each) for each in arm]
        variance = math.fsum(w * w * each.squared_error for w, each in zip(weights, means, strict=True))
        if variance <= 0 or sum(each.users for each in means) < FEW_USERS:
            return []
        value = math.fsum(w * each.mean for w, each in zip(weights, means, strict=True))
        arms.append(Normal(sign * value, variance))
    return [
        BeliefRow(name, each.probability_best, each.expected_loss, None, None)
        for name, each in zip(figures.variants, normal_beliefs(arms), strict=True)
    ]


def _says(figures: Figures, rows: Sequence[BeliefRow]) -> str:
    metric = figures.metrics[0]
    best = max(rows, key=lambda row: row.probability_best)
    shown = "over 99.9 %" if best.probability_best > 0.999 else f"{100 * best.probability_best:.1f} %"
    loss = amount(metric, best.expected_loss)
    return (
        f"{best.variant} is the best with a probability of {shown}; "
        f"choosing it loses {loss} of {metric.name} on average, counting the cases in which it is the best as 0"
    )


def _pooled(arm: Sequence[Sample], *, down: bool) -> Proportion:
    converted = sum(each.conversions for each in arm if isinstance(each, Proportion))
    users = sum(each.users for each in arm if isinstance(each, Proportion))
    return Proportion(users - converted if down else converted, users)
