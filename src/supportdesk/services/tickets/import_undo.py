"""Undo of an import of tickets."""

from __future__ import annotations

from supportdesk.domain.errors import Conflict
from supportdesk.domain.journal import Entry
from supportdesk.services.context import Context
from supportdesk.services.journal_entries import Undo, unreadable_entry
from supportdesk.storage.tickets import publishing


def is_undoable(context: Context, done: Entry) -> bool:
    """Return whether the desk knows which tickets an import brought: those of older versions recorded it nowhere."""
    return "import" in done.after


def undo_import(undo: Undo, done: Entry) -> None:
    """Delete the tickets of an import, unless something was done with one of them since."""
    try:
        import_id, first, last = done.after["import"], int(done.after["first"]), int(done.after["last"])
    except (KeyError, ValueError) as error:
        raise unreadable_entry(done) from error
    database = undo.context.database
    number = publishing.touched(database, import_id, first, last)
    if number is not None:
        raise Conflict(f"#{number} of the import has changed since; nothing was undone")
    publishing.delete_import(database, import_id, first, last, undo.context.now())
    undo.write_inverse(done.kind, done)
