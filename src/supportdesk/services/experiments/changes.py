"""Changes of experiments inside a transaction: the row and its journal entry."""

from __future__ import annotations

from datetime import datetime

from supportdesk.domain.errors import Conflict
from supportdesk.domain.experiments.experiment import Experiment, ExperimentDefinition
from supportdesk.domain.experiments.form import texts_of
from supportdesk.domain.journal import EntryKind, experiment_changed
from supportdesk.domain.moment import to_text
from supportdesk.domain.reference import Reference, parse_reference
from supportdesk.services.context import Context
from supportdesk.services.journal_entries import write_entry
from supportdesk.services.references import get_single
from supportdesk.storage import journal
from supportdesk.storage.experiments import queries as experiments


def get_experiment(context: Context, reference: str) -> Experiment:
    """Return the experiment that a reference names.

    Raises `NotFound`, which says who deleted it, or `AmbiguousReference`.
    """
    wanted = parse_reference(reference)
    found = experiments.find(context.database, wanted)
    return get_single(context, found, wanted, "experiment", deleted=EntryKind.EXPERIMENT_DELETED)


def get_by_number(context: Context, number: int) -> Experiment:
    """Return the experiment of this number, which must exist."""
    return experiments.find(context.database, Reference("", number=number))[0]


def check_version(context: Context, experiment: Experiment, seen: int | None) -> None:
    """Raise `Conflict`, with who changed what, when an experiment is no longer the version that was seen."""
    if seen is None or seen == experiment.version:
        return
    log = journal.of_subject(context.database, experiment.id)
    changed = " ".join(("changed", experiment_changed(log, experiment.version - seen))).rstrip()
    raise Conflict(f"experiment #{experiment.number} was {changed} since you looked; nothing was saved")


def overtaken(experiment: Experiment) -> Conflict:
    """Return the error for a change that somebody else made first."""
    return Conflict(f"experiment #{experiment.number} was changed by somebody else; nothing was saved")


def create(context: Context, definition: ExperimentDefinition, *, notes: str = "") -> Experiment:
    """Store a new draft inside the caller's transaction."""
    experiment = get_by_number(
        context, experiments.insert(context.database, context.new_id(), definition, context.now())
    )
    write_entry(context, EntryKind.EXPERIMENT_CREATED, experiment, after=texts_of(definition), notes=notes)
    return experiment


def edit(
    context: Context, experiment: Experiment, definition: ExperimentDefinition, *, undoes: int | None = None
) -> Experiment:
    """Save a draft inside the caller's transaction; the same definition changes nothing."""
    if definition == experiment.definition:
        return experiment
    if not experiments.update(context.database, experiment, definition, context.now()):
        raise overtaken(experiment)
    old, new = texts_of(experiment.definition), texts_of(definition)
    names = [name for name in new if new[name] != old[name]]
    before, after = ({name: texts[name] for name in names} for texts in (old, new))
    write_entry(context, EntryKind.EXPERIMENT_UPDATED, experiment, before, after, undoes=undoes)
    return get_by_number(context, experiment.number)


def open_phase(context: Context, experiment: Experiment, weights: tuple[float, ...], ramp: float) -> Experiment:
    """Open a phase with other weights or another ramp inside the caller's transaction; the same changes nothing.

    Users that are assigned keep their variant.
    """
    if (weights, ramp) == (experiment.weights, experiment.definition.ramp):
        return experiment
    if not experiments.add_phase(context.database, experiment, weights, ramp, context.now()):
        raise overtaken(experiment)
    opened = get_by_number(context, experiment.number)
    old, new = texts_of(experiment.definition), texts_of(opened.definition)
    names = [name for name in ("weights", "ramp") if old[name] != new[name]]
    write_entry(
        context,
        EntryKind.EXPERIMENT_REWEIGHTED,
        experiment,
        {**{name: old[name] for name in names}, "phase": str(experiment.phase)},
        {**{name: new[name] for name in names}, "phase": str(opened.phase)},
    )
    return opened


def delete(context: Context, experiment: Experiment, *, undoes: int | None = None) -> None:
    """Delete a draft inside the caller's transaction; the journal keeps all of it."""
    experiments.delete(context.database, experiment.number)
    write_entry(
        context,
        EntryKind.EXPERIMENT_DELETED,
        experiment,
        before={
            **texts_of(experiment.definition),
            "created_at": to_text(experiment.created_at),
            "version": str(experiment.version),
        },
        undoes=undoes,
    )


def restore(
    context: Context,
    number: int,
    experiment_id: str,
    definition: ExperimentDefinition,
    *,
    created_at: datetime,
    version: int,
    undoes: int | None,
) -> None:
    """Restore a deleted draft as it was, inside the caller's transaction."""
    experiments.insert(
        context.database,
        experiment_id,
        definition,
        context.now(),
        number=number,
        created_at=created_at,
        version=version,
    )
    write_entry(
        context,
        EntryKind.EXPERIMENT_CREATED,
        get_by_number(context, number),
        after=texts_of(definition),
        undoes=undoes,
    )
