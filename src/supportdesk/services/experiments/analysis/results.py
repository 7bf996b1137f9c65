"""Looking at the results of an experiment: calculated and kept, or read as they were."""

from __future__ import annotations

from typing import Any

from supportdesk.domain.errors import NotAllowed
from supportdesk.domain.experiment import Experiment, ExperimentStatus
from supportdesk.domain.experiment_look import Look, VariantResult
from supportdesk.services.context import Context
from supportdesk.services.experiments import changes as experiment_changes
from supportdesk.services.experiments.analysis.figures import gathered
from supportdesk.services.experiments.analysis.report import analyse
from supportdesk.stats import Proportion, alpha_of, wilson
from supportdesk.storage.experiments import looks as experiment_looks


def calculate(context: Context, reference: str, *, keep: bool = True) -> Look:
    """Analyse an experiment and keeps the look, unless told not to; raises `NotAllowed` for a draft.

    Nothing is locked while it is computed: the look is of the moment at which its figures were read.
    """
    with context.database.reading():
        experiment = experiment_changes.get_experiment(context, reference)
        if experiment.status is ExperimentStatus.DRAFT:
            number = experiment.number
            raise NotAllowed(
                f"experiment #{number} is a draft, so there is nothing to calculate; "
                f"supportdesk experiment start {number} starts it",
                field="status",
            )
        figures = gathered(context, experiment)
    at = context.now()
    analysis = analyse(figures)
    results = tuple(_results(experiment, analysis, at))
    plain = {**analysis, "series": [_plain(day) for day in analysis["series"]]}
    look = len(figures.looks) + 1
    if keep:
        with context.database.writing():
            ids = [context.new_id() for _ in results]
            look = experiment_looks.store(context.database, experiment, ids, results, plain, context.actor, at)
    return Look(look, at, context.actor, results, plain)


def _results(experiment: Experiment, analysis: dict[str, Any], at: Any) -> list[VariantResult]:
    """Return the rows as the original stores them: who converted on the target.

    Z and p of the target against the control.
    """
    target, alpha = analysis["metrics"][0], alpha_of(experiment.confidence_level)
    compared = [None, *target["comparisons"]]
    rows = []
    for arm, each in zip(target["variants"], compared, strict=True):
        converted = arm["conversions"]
        interval = wilson(Proportion(converted, arm["users"]), alpha)
        rows.append(
            VariantResult(
                variant=arm["variant"],
                sample_size=arm["users"],
                conversion_count=converted,
                conversion_rate=converted / arm["users"] if arm["users"] else 0.0,
                confidence_interval_lower=interval.low,
                confidence_interval_upper=interval.high,
                z_score=each["z_score"] if each else None,
                p_value=each["p_value"] if each else None,
                is_statistically_significant=bool(each and each["significant"]),
                calculated_at=at,
            )
        )
    return rows


def _plain(day: dict[str, Any]) -> dict[str, Any]:
    """Return a day of the series as JSON can hold it."""
    arms = []
    for arm in day["arms"]:
        look = arm["always_valid"]
        band = {"difference": None, "lower": None, "upper": None}
        if look is not None:
            band = {"difference": look.estimate, "lower": look.low, "upper": look.high}
        arms.append({"users": arm["users"], "conversions": arm["conversions"], **band})
    return {"day": day["day"], "arms": arms}
