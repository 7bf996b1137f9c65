"""The steps of an experiment's life, and what to know before the first one."""

from __future__ import annotations

from math import ceil

from supportdesk.domain.errors import NotAllowed
from supportdesk.domain.experiment import (
    SURFACE_EVENTS,
    Check,
    Decision,
    Experiment,
    ExperimentStatus,
    check_step,
)
from supportdesk.domain.journal import EntryKind
from supportdesk.domain.text import optional_line
from supportdesk.services import experiment_changes
from supportdesk.services.context import Context
from supportdesk.services.entries import write_entry
from supportdesk.storage import experiment_daily, experiments

OK, WARNING, REFUSED = "ok", "warning", "refused"


def checklist(context: Context, experiment: Experiment) -> list[Check]:
    """What to know before an experiment starts; a refused check lets it not start."""
    return [
        _hypothesis(experiment),
        _metric(context, experiment),
        _sample(context, experiment),
        _clash(context, experiment),
    ]


def start(context: Context, experiment: Experiment, reason: str) -> Experiment:
    """Starts a draft or lets a paused one go on, inside the caller's transaction."""
    check_step(experiment, ExperimentStatus.RUNNING)
    clash = _clash(context, experiment)
    if clash.state == REFUSED:
        raise NotAllowed(f"surface: {clash.says}", field="surface")
    began = experiment.status is ExperimentStatus.DRAFT
    kind = EntryKind.EXPERIMENT_STARTED if began else EntryKind.EXPERIMENT_RESUMED
    return _step(context, experiment, ExperimentStatus.RUNNING, kind, reason)


def pause(context: Context, experiment: Experiment, reason: str) -> Experiment:
    """Lets nobody new in, inside the caller's transaction; who is in stays in and counts."""
    check_step(experiment, ExperimentStatus.PAUSED)
    return _step(context, experiment, ExperimentStatus.PAUSED, EntryKind.EXPERIMENT_PAUSED, reason)


def complete(context: Context, experiment: Experiment, decision: Decision, reason: str) -> Experiment:
    """Ends an experiment with a decision and the sentence for it, inside the caller's transaction."""
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
    return experiment_changes.numbered(context, experiment.number)


def _step(
    context: Context, experiment: Experiment, status: ExperimentStatus, kind: EntryKind, reason: str
) -> Experiment:
    notes = optional_line("reason", reason)
    if not experiments.save_status(context.database, experiment, status, context.now()):
        raise experiment_changes.overtaken(experiment)
    write_entry(context, kind, experiment, {"status": experiment.status}, {"status": status}, notes=notes)
    return experiment_changes.numbered(context, experiment.number)


def _hypothesis(experiment: Experiment) -> Check:
    if experiment.hypothesis:
        return Check("hypothesis", OK, experiment.hypothesis)
    return Check("hypothesis", WARNING, "there is none: write down what you expect before you see any data")


def _metric(context: Context, experiment: Experiment) -> Check:
    reported = SURFACE_EVENTS[experiment.surface] if experiment.surface else ()
    unknown = [
        name
        for name in experiment.target.events
        if name not in reported and not experiments.is_event_known(context.database, name)
    ]
    if not unknown:
        return Check("metric", OK, f"{experiment.target_metric} has been seen or is reported by the surface")
    names = ", ".join(unknown)
    return Check("metric", WARNING, f"nobody has reported {names} yet: make sure that it is spelled as it is sent")


def _sample(context: Context, experiment: Experiment) -> Check:
    arms = len(experiment.variants)
    planned = f"{experiment.minimum_sample_size:,} users an arm, {experiment.minimum_sample_size * arms:,} in all"
    daily = experiment_daily.users_a_day(context.database, experiment)
    if not daily:
        return Check("sample", WARNING, f"{planned}; nobody knows how long that takes: there was no traffic here yet")
    # The smallest arm is full last.
    days = ceil(experiment.minimum_sample_size / min(experiment.weights) / (daily * experiment.about.ramp / 100))
    return Check(
        "sample", OK, f"{planned}: about {max(days, experiment.about.minimum_days)} days at {daily:,.0f} users a day"
    )


def _clash(context: Context, experiment: Experiment) -> Check:
    if experiment.surface is None:
        return Check("surface", OK, "it changes no surface of this program, so it is in nobody's way")
    running = experiments.on_surface(
        context.database, experiment.surface, ExperimentStatus.RUNNING, ExperimentStatus.PAUSED
    )
    others = [each for each in running if each.number != experiment.number]
    if not others:
        return Check("surface", OK, f"no other experiment is on {experiment.surface}")
    other = others[0]
    return Check(
        "surface",
        REFUSED,
        f"experiment #{other.number} {other.name} is {other.status} on {experiment.surface}; complete it first",
    )
