"""Undo of changes of draft experiments; what has started cannot be undone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from supportdesk.domain.errors import Conflict, InvalidValue
from supportdesk.domain.experiments.experiment import Experiment, ExperimentStatus
from supportdesk.domain.experiments.form import changed, new_experiment, texts_of
from supportdesk.domain.journal import Entry
from supportdesk.domain.moment import from_text
from supportdesk.domain.reference import Reference
from supportdesk.services.context import Context
from supportdesk.services.experiments import changes as experiment_changes
from supportdesk.services.journal_entries import Undo, unreadable_entry
from supportdesk.storage import journal
from supportdesk.storage.experiments import queries as experiments


def undo_creation(undo: Undo, done: Entry) -> None:
    """Delete a draft that was created, unless somebody has changed it since."""
    with _readable(done):
        experiment_changes.delete(undo.context, _unchanged(undo.context, done), undoes=undo.undoes)


def undo_update(undo: Undo, done: Entry) -> None:
    """Restore the definition of a draft, unless somebody has changed it since."""
    with _readable(done):
        draft = _unchanged(undo.context, done)
        definition = changed(draft.definition, done.before)
        experiment_changes.edit(undo.context, draft, definition, undoes=undo.undoes)


def undo_deletion(undo: Undo, done: Entry) -> None:
    """Restore a deleted draft."""
    with _readable(done):
        _restore(undo.context, done, undo.undoes)


@contextmanager
def _readable(done: Entry) -> Iterator[None]:
    """Raise `Unavailable` for an entry that no desk wrote."""
    try:
        yield
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
    now = texts_of(found[0].definition)
    for name, value in done.after.items():
        if now[name] != value or any(name in entry.after for entry in later):
            raise Conflict(f"{done.about} has changed since: {who} changed its {name}; nothing was undone")
    return found[0]


def _restore(context: Context, done: Entry, undoes: int | None) -> None:
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
