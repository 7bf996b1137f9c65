"""The journal service: history of the desk, and undo."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, NamedTuple

from supportdesk.domain.agent import looks_like
from supportdesk.domain.errors import Conflict, NotAllowed
from supportdesk.domain.journal import Entry, EntryKind
from supportdesk.domain.page import Count, RowKey, Seek
from supportdesk.domain.ticket import Ticket
from supportdesk.services.context import Context
from supportdesk.services.journal_entries import Undo, write_entry
from supportdesk.storage import journal


class UndoPreview(NamedTuple):
    """What an undo is about to do.

    `entries` are those of the change, newest first; `passed_over` the newer ones that cannot be undone. `told` has the
    addresses that mail about the change has left for; `tells_again` is whether they get another one about the undo.
    """

    change: int
    entries: Sequence[Entry]
    passed_over: Sequence[Entry]
    told: Sequence[str]
    tells_again: bool

    @property
    def warning(self) -> str:
        """Who was told of the change, and whether they are told of its undo; empty when nobody was."""
        if not self.told:
            return ""
        people = self.told[0] if len(self.told) == 1 else f"{len(self.told):,} requesters"
        verb = "was" if len(self.told) == 1 else "were"
        return f"{people} {verb} told and will {'be told again' if self.tells_again else 'not be told of the undo'}"

    @property
    def summary(self) -> str:
        """What is undone, in a line."""
        return _words_of(self.entries)

    @property
    def redone(self) -> str:
        """What is redone, in a line, when these are the entries of an undo."""
        return f"{self.entries[-1].about}: {self.entries[-1].undone}".removeprefix(": ")

    @property
    def passed(self) -> str:
        """The newest change that is passed over, in a line; empty when it is the newest of all that is undone."""
        return _words_of([entry for entry in self.passed_over if entry.change == self.passed_over[0].change])


class UndoResult(NamedTuple):
    """What was undone or redone: the entries of that change, newest first, and its tickets as they are now.

    `passed_over` has the newer entries that cannot be undone, newest first.
    """

    entries: Sequence[Entry]
    tickets: Sequence[Ticket]
    passed_over: Sequence[Entry]


class UndoBlocked(Conflict):
    """A change cannot be undone, since somebody has changed the same since; nothing was undone."""

    def __init__(self, change: int, reason: str) -> None:
        super().__init__(reason)
        self.change = change

    @property
    def reason(self) -> str:
        """What somebody has changed, in words that something else may follow."""
        return self.message.removesuffix("; nothing was undone")


class Journal:
    """Use cases on the journal."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._database = context.database

    def last_seq(self) -> int:
        """Return the seq of the newest entry."""
        return journal.last_seq(self._database)

    def after(self, seq: int, limit: int = 1_000) -> list[Entry]:
        """Return up to `limit` entries after `seq`, oldest first."""
        return journal.after(self._database, seq, limit)

    def page(self, seek: Seek, limit: int) -> list[Entry]:
        """Return up to `limit` entries, newest first."""
        return journal.page(self._database, seek, limit)

    def count(self) -> Count:
        """Return how many entries there are: the last seq, since none is ever removed."""
        return Count(self.last_seq())

    def position(self, key: RowKey) -> int:
        """Return how many entries precede this one, newest first."""
        return self.last_seq() - int(key[0])

    def similar_actor(self) -> str:
        """Return the name of an earlier agent that the actor's name can be mistaken for; empty when there is none."""
        actor = self._context.actor
        actors = journal.actors(self._database)
        since = actors.get(actor, sys.maxsize)
        similar = (name for name, first in actors.items() if first < since and looks_like(name, actor))
        return next(similar, "")

    def preview_undo(self, blocked: Sequence[UndoBlocked] = ()) -> UndoPreview:
        """Return what `undo` would do, and who hears of it, where some changes turned out to be blocked.

        Raises `NotAllowed` when there is nothing to undo, and the first of the blocked when nothing else is left.
        """
        with self._database.reading():
            return self._preview(blocked)

    def undo(self, *, change: int | None = None, blocked: Sequence[UndoBlocked] = ()) -> UndoResult:
        """Undo the actor's last change that can be undone; history keeps both.

        Passes over changes of kinds that cannot be undone, and those that turned out to be blocked. Mail about the
        change that has not left yet is withdrawn, and nobody is told of the change and its undo. All of a change is
        undone or nothing. Raises `NotAllowed` when there is nothing to undo, `UndoBlocked` when somebody has changed
        the same fields since, and `Conflict` when it would not be the `change` that was previewed.
        """
        with self._database.writing():
            preview = self._preview(blocked)
            if change not in (None, preview.change):
                raise Conflict("your last change is another one by now; nothing was undone")
            # Lazy import: keeps start-up fast.
            from supportdesk.services.mail import outbox

            undo = Undo(self._context, preview.change, outbox.withdraw(self._context, preview.change))
            try:
                for entry in preview.entries:
                    _inverse_of(entry.kind)(undo, entry)
            except Conflict as conflict:
                raise UndoBlocked(preview.change, conflict.message) from None
            return UndoResult(preview.entries, undo.tickets, preview.passed_over)

    def preview_redo(self) -> UndoPreview:
        """Return what `redo` would do, and who hears of it; raises like it."""
        with self._database.reading():
            return self._preview_redo()

    def redo(self, *, change: int | None = None) -> UndoResult:
        """Do again what the actor undid last, as a change of its own that can be undone.

        Mail goes out as if it were done for the first time. Raises `NotAllowed` when nothing was undone since the
        actor's last change, or when it cannot be done again; `Conflict` when somebody has changed the same since, or
        when it would not be the undo (its `change`) that was previewed.
        """
        with self._database.writing():
            preview = self._preview_redo()
            if change not in (None, preview.change):
                raise Conflict("your last undo is another one by now; nothing was redone")
            # Lazy import: keeps start-up fast.
            from supportdesk.services.mail import outbox

            redo = Undo(self._context, None, outbox.withdraw(self._context, preview.change))
            try:
                for entry in preview.entries:
                    _inverse_of(entry.kind)(redo, entry)
            except Conflict as conflict:
                raise Conflict(conflict.message.replace("nothing was undone", "nothing was redone")) from None
            change = redo.change or self.last_seq()
            made = journal.of_change(self._database, change)[::-1]
            write_entry(self._context, EntryKind.CHANGE_REDONE, change=change)
            return UndoResult(made, redo.tickets, ())

    def _preview_redo(self) -> UndoPreview:
        entries = journal.last_undo(self._database, self._context.actor, self._context.account)
        if not entries:
            raise NotAllowed("there is nothing to redo: you have undone nothing since your last change")
        kept = next((entry for entry in entries if not entry.kind.row.redoable), None)
        if kept is not None:
            raise NotAllowed(f"this cannot be redone: {kept.about}: {kept.summary}")
        return self._preview_of(entries, ())

    def _preview(self, blocked: Sequence[UndoBlocked]) -> UndoPreview:
        return self._preview_of(*self._last_undoable(blocked))

    def _preview_of(self, entries: Sequence[Entry], passed_over: Sequence[Entry]) -> UndoPreview:
        change = entries[0].change
        # Lazy import: keeps start-up fast.
        from supportdesk.storage.mail.outbox import told_of

        tells_again = any("status" in entry.before for entry in entries)
        return UndoPreview(change, entries, passed_over, told_of(self._database, change), tells_again)

    def _last_undoable(self, blocked: Sequence[UndoBlocked]) -> tuple[list[Entry], list[Entry]]:
        """Return the entries of the last change that can be undone, newest first, and those that were passed over."""
        passed_over: list[Entry] = []
        before: int | None = None
        stay = {each.change for each in blocked}
        actor, account = self._context.actor, self._context.account
        while (change := journal.last_change(self._database, actor, account, before)) is not None:
            entries = journal.of_change(self._database, change)[::-1]
            # That it was redone is nothing that an undo could take back.
            entries = [entry for entry in entries if entry.kind is not EntryKind.CHANGE_REDONE]
            possible = all(self._can_undo(entry) and not _is_built_on(entry, passed_over) for entry in entries)
            if possible and change not in stay:
                return entries, passed_over
            passed_over += entries
            before = change
        raise blocked[0] if blocked else NotAllowed(_nothing_to_undo(passed_over))

    def _can_undo(self, entry: Entry) -> bool:
        row = entry.kind.row
        if not row.inverse:
            return False
        possible: Callable[[Context, Entry], bool] | None = _function(row.possible) if row.possible else None
        return possible is None or possible(self._context, entry)


def _words_of(entries: Sequence[Entry]) -> str:
    """Return the entries of one change, newest first, as what began it and how much more there is."""
    if not entries:
        return ""
    entry, more = entries[-1], f" and {len(entries) - 1} more" if len(entries) > 1 else ""
    return f"{entry.about}{more}: {entry.summary}".removeprefix(": ")


def _is_built_on(entry: Entry, kept: Sequence[Entry]) -> bool:
    """Return whether a newer change that stays was made on this one, which cannot be undone either then."""
    for later in kept:
        by_field = entry.kind.row.by_field and later.kind.row.by_field
        apart = by_field and entry.fields.isdisjoint(later.fields)
        if later.subject == entry.subject is not None and not later.kind.row.possible and not apart:
            return True
    return False


def _nothing_to_undo(passed_over: Sequence[Entry]) -> str:
    if not passed_over:
        return "there is no change of yours to undo"
    # The newest change has the reason, though maybe not in its last entry.
    newest = [entry for entry in passed_over if entry.change == passed_over[0].change]
    entry = next((entry for entry in newest if entry.kind.row.instead), newest[0])
    instead = entry.kind.row.instead
    return f"your last change cannot be undone: {' '.join((entry.about, entry.summary)).strip()}" + (
        f"; {instead}" if instead else ""
    )


def _inverse_of(kind: EntryKind) -> Callable[[Undo, Entry], None]:
    inverse: Callable[[Undo, Entry], None] = _function(kind.row.inverse)
    return inverse


def _function(name: str) -> Any:
    # Lazy import: who undoes nothing need not pay for FAQs and experiments.
    module, _, function = name.partition(":")
    return getattr(import_module(f"supportdesk.services.{module}"), function)
