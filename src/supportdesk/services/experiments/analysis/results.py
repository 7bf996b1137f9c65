"""Results of an experiment: calculated and kept, or read as they were."""

from __future__ import annotations

from datetime import datetime

from supportdesk.domain.errors import NotAllowed
from supportdesk.domain.experiments.analysis import Analysis
from supportdesk.domain.experiments.experiment import Experiment, ExperimentStatus
from supportdesk.domain.experiments.look import Look, VariantResult
from supportdesk.services.context import Context
from supportdesk.services.experiments import changes as experiment_changes
from supportdesk.services.experiments.analysis.figures import gather
from supportdesk.services.experiments.analysis.report import analyse
from supportdesk.stats import Proportion, alpha_of, wilson
from supportdesk.storage.experiments import looks as experiment_looks


def calculate(context: Context, reference: str, *, keep: bool = True) -> Look:
    """Analyse an experiment and keep the results, unless told not to; raises `NotAllowed` for a draft.

    Nothing is locked meanwhile: the analysis is of the moment at which its figures were read.
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
        figures = gather(context, experiment)
    at = context.now()
    analysis = analyse(figures)
    results = tuple(_results(experiment, analysis, at))
    look = analysis.look
    if keep:
        with context.database.writing():
            ids = [context.new_id() for _ in results]
            look = experiment_looks.store(context.database, experiment, ids, results, analysis, context.actor, at)
    return Look(look, at, context.actor, results, analysis)


def _results(experiment: Experiment, analysis: Analysis, at: datetime) -> list[VariantResult]:
    """Return the rows as the original stores them: who converted on the target; z and p against the control."""
    alpha = alpha_of(experiment.confidence_level)
    rows = []
    for arm, each in zip(analysis.target.variants, (None, *analysis.target.comparisons), strict=True):
        interval = wilson(Proportion(arm.conversions, arm.users), alpha)
        rows.append(
            VariantResult(
                variant=arm.variant,
                sample_size=arm.users,
                conversion_count=arm.conversions,
                conversion_rate=arm.conversions / arm.users if arm.users else 0.0,
                confidence_interval_lower=interval.low,
                confidence_interval_upper=interval.high,
                z_score=each.z_score if each else None,
                p_value=each.p_value if each else None,
                is_statistically_significant=bool(each and each.significant),
                calculated_at=at,
            )
        )
    return rows
