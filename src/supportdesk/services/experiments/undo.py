"""Undo of changes of draft experiments; what has started cannot be undone."""

from __future__ import annotations

from supportdesk.domain.errors import Conflict, InvalidValue, NotAllowed
from supportdesk.domain.experiment import Experiment, ExperimentStatus
from supportdesk.domain.experiment_form import changed, new_experiment, texts_of
from supportdesk.domain.journal import Entry, EntryKind
from supportdesk.domain.moment import from_text
from supportdesk.domain.reference import Reference
from supportdesk.services.context import Context
from supportdesk.services.experiments import changes as experiment_changes
from supportdesk.services.journal_entries import unreadable_entry
from supportdesk.storage import journal
from supportdesk.storage.experiments import queries as experiments

WAYS_ON = {
    EntryKind.EXPERIMENT_PAUSED: "start the experiment to let it go on",
    EntryKind.EXPERIMENT_REWEIGHTED: "set it back, which opens another phase",
    EntryKind.EXPERIMENT_COMPLETED: "clone the experiment to run it again",
}
"""The alternative to the undo of a step that users may have seen."""


def undo_entry(context: Context, done: Entry, *, undoes: int) -> None:
    """Undo one entry about an experiment inside the caller's transaction.

    Raises `Conflict` when somebody has changed the draft since, `NotAllowed` for a step that cannot be undone, and
    `Unavailable` for an entry that no desk wrote.
    """
    try:
        match done.kind:
            case EntryKind.EXPERIMENT_CREATED:
                experiment_changes.delete(context, _unchanged(context, done), undoes=undoes)
            case EntryKind.EXPERIMENT_UPDATED:
                draft = _unchanged(context, done)
                experiment_changes.edit(context, draft, changed(draft.about, done.before), undoes=undoes)
            case EntryKind.EXPERIMENT_DELETED:
                _put_back(context, done, undoes)
            case _:
                way = WAYS_ON.get(done.kind, "pause the experiment, or complete it and clone it")
                raise NotAllowed(
                    f"your last change of {done.about} ({done.summary}) cannot be undone: users may have seen it; {way}"
                )
    except (KeyError, ValueError, InvalidValue) as error:
        raise unreadable_entry(done) from error


def _unchanged(context: Context, done: Entry) -> Experiment:
    """Return the draft if it still has what the change gave it, and nobody has set the same since."""
    found = experiments.find(context.database, Reference("", number=done.number or 0))
    later = journal.in_force_after(context.database, done)
    who = later[-1].actor if later else "somebody"
    if not found or found[0].id != done.subject:
        raise Conflict(f"{done.about} was deleted by {who} since; nothing was undone")
    if found[0].status is not ExperimentStatus.DRAFT:
        raise Conflict(f"{done.about} is {found[0].status} by now; only a draft goes back, nothing was undone")
    now = texts_of(found[0].about)
    for name, value in done.after.items():
        if now[name] != value or any(name in entry.after for entry in later):
            raise Conflict(f"{done.about} has changed since: {who} changed its {name}; nothing was undone")
    return found[0]


def _put_back(context: Context, done: Entry, undoes: int) -> None:
    if done.number is None or done.subject is None:
        raise KeyError("number")
    texts = dict(done.before)
    created_at, version = from_text(texts.pop("created_at")), int(texts.pop("version"))
    experiment_changes.restore(
        context,
        done.number,
        done.subject,
        new_experiment(texts),
        created_at=created_at,
        version=version,
        undoes=undoes,
    )
