"""What agents save under a name, such as macros and views: kept in the journal, and undone by what it was before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from supportdesk.domain.errors import Conflict
from supportdesk.domain.journal import Entry, EntryKind
from supportdesk.services.context import Context
from supportdesk.services.journal_entries import Undo, unreadable_entry, write_entry
from supportdesk.storage import journal

State = Mapping[str, str]
"""What is saved under a name, as the journal keeps it; empty for nothing."""


@dataclass(frozen=True, slots=True)
class SavedKind:
    """One kind of what is saved: its noun, its journal entries, and how it is read and stored.

    `find` returns what is saved under a name, `owner` is whose it is and empty for the team's; `store` replaces one
    state by another one.
    """

    noun: str
    saved: EntryKind
    deleted: EntryKind
    find: Callable[[Context, str, str], State]
    store: Callable[[Context, State, State], None]


def record(context: Context, kind: SavedKind, before: State, after: State, *, change: int | None = None) -> int | None:
    """Append the journal entry of what was saved or deleted, inside the caller's transaction.

    Return the change that it belongs to: the given one, else its own; None where nothing was.
    """
    if before == after:
        return change
    return write_entry(
        context,
        kind.saved if after else kind.deleted,
        before=before,
        after=after,
        change=change,
        subject=f"{kind.noun}:{_named(before, after)}",
    )


def undo_saved(undo: Undo, done: Entry, kind: SavedKind) -> None:
    """Restore what was saved under a name before; raises `Conflict` when somebody has changed it since."""
    context, either = undo.context, {**done.before, **done.after}
    if "name" not in either:
        raise unreadable_entry(done)
    later = journal.in_force_after(context.database, done)
    if later or kind.find(context, either.get("owner", ""), either["name"]) != done.after:
        who = f": {later[-1].who} ({later[-1].summary})" if later else ""
        raise Conflict(f"{kind.noun} {either['name']} has changed since{who}; nothing was undone")
    try:
        kind.store(context, done.after, done.before)
    except (KeyError, ValueError) as error:
        raise unreadable_entry(done) from error
    undo.write_inverse(kind.saved if done.before else kind.deleted, done)


def _named(before: State, after: State) -> str:
    either = {**before, **after}
    return ":".join(filter(None, (either.get("owner", ""), either["name"].casefold())))
