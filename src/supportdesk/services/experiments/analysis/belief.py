"""How probable it is that each variant is the best, and what choosing it loses."""

from __future__ import annotations

from collections.abc import Sequence

from supportdesk.domain.experiment_analysis import Belief, BeliefRow
from supportdesk.domain.experiments.experiment import Direction, MetricKind
from supportdesk.services.experiments.analysis.comparison import Comparison
from supportdesk.services.experiments.analysis.figures import Figures, Sample
from supportdesk.services.experiments.analysis.wording import amount, points_digits
from supportdesk.stats import Proportion, beliefs, normal_losses
from supportdesk.stats.normal import below


def belief(figures: Figures, compared: Sequence[Comparison]) -> Belief:
    """Return the beliefs about the target: of rates by their posteriors, else of two arms by their difference.

    The difference is compared phase by phase, and so is what is believed of it.
    """
    if not all(figures.arms):
        return Belief()
    phases = sum(any(users) for users in figures.users)
    if figures.metrics[0].kind is MetricKind.CONVERSION and phases == 1:
        rows = _of_rates(figures)
    elif len(compared) == 1 and compared[0].difference is not None and compared[0].z:
        rows = _of_difference(figures, compared[0].difference, compared[0].z)
    else:
        return Belief()
    return Belief(tuple(rows), _says(figures, rows))


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


def _of_difference(figures: Figures, difference: float, z: float) -> list[BeliefRow]:
    error = abs(difference / z)
    better, losses = below(difference / error), normal_losses(difference, error)
    if figures.metrics[0].better is Direction.DOWN:
        better, losses = 1 - better, (losses[1], losses[0])
    return [
        BeliefRow(name, probability, loss, None, None)
        for name, probability, loss in zip(figures.variants, (1 - better, better), losses, strict=True)
    ]


def _says(figures: Figures, rows: Sequence[BeliefRow]) -> str:
    metric = figures.metrics[0]
    best = max(rows, key=lambda row: row.probability_best)
    shown = "over 99.9 %" if best.probability_best > 0.999 else f"{100 * best.probability_best:.1f} %"
    loss = amount(metric, best.expected_loss, digits=points_digits(best.expected_loss))
    return (
        f"{best.variant} is the best with a probability of {shown}; "
        f"choosing it loses {loss} of {metric.name} on average, counting the cases in which it is the best as 0"
    )


def _pooled(arm: Sequence[Sample], *, down: bool) -> Proportion:
    converted = sum(each.conversions for each in arm if isinstance(each, Proportion))
    users = sum(each.users for each in arm if isinstance(each, Proportion))
    return Proportion(users - converted if down else converted, users)
