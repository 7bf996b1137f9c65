"""The steps of an experiment's life."""

from __future__ import annotations

from supportdesk.domain.errors import NotAllowed
from supportdesk.domain.experiments.experiment import Decision, Experiment, ExperimentStatus, check_step
from supportdesk.domain.journal import EntryKind
from supportdesk.domain.text import optional_line
from supportdesk.services.context import Context
from supportdesk.services.experiments import changes as experiment_changes
from supportdesk.services.experiments import checklist as experiment_checklist
from supportdesk.services.journal_entries import write_entry
from supportdesk.storage.experiments import queries as experiments


def start(context: Context, experiment: Experiment, reason: str) -> Experiment:
    """Start a draft, or resume a paused experiment, inside the caller's transaction."""
    check_step(experiment, ExperimentStatus.RUNNING)
    clash = experiment_checklist.clash(context, experiment)
    if clash.state == experiment_checklist.REFUSED:
        raise NotAllowed(f"surface: {clash.says}", field="surface")
    began = experiment.status is ExperimentStatus.DRAFT
    kind = EntryKind.EXPERIMENT_STARTED if began else EntryKind.EXPERIMENT_RESUMED
    return _step(context, experiment, ExperimentStatus.RUNNING, kind, reason)


def pause(context: Context, experiment: Experiment, reason: str) -> Experiment:
    """Pause an experiment inside the caller's transaction: no new users are enrolled."""
    check_step(experiment, ExperimentStatus.PAUSED)
    return _step(context, experiment, ExperimentStatus.PAUSED, EntryKind.EXPERIMENT_PAUSED, reason)


def complete(context: Context, experiment: Experiment, decision: Decision, reason: str) -> Experiment:
    """End an experiment with a decision and the sentence for it, inside the caller's transaction."""
    check_step(experiment, ExperimentStatus.COMPLETED)
    reason = optional_line("reason", reason)
    if not experiments.save_status(
        context.database, experiment, ExperimentStatus.COMPLETED, context.now(), decision=decision, reason=reason
    ):
        raise experiment_changes.overtaken(experiment)
    write_entry(
        context,
        EntryKind.EXPERIMENT_COMPLETED,
        experiment,
        {"status": experiment.status},
        {"status": ExperimentStatus.COMPLETED, "decision": decision},
        notes=reason,
    )
    return experiment_changes.get_by_number(context, experiment.number)


def _step(
    context: Context, experiment: Experiment, status: ExperimentStatus, kind: EntryKind, reason: str
) -> Experiment:
    notes = optional_line("reason", reason)
    if not experiments.save_status(context.database, experiment, status, context.now()):
        raise experiment_changes.overtaken(experiment)
    write_entry(context, kind, experiment, {"status": experiment.status}, {"status": status}, notes=notes)
    return experiment_changes.get_by_number(context, experiment.number)
