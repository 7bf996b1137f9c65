"""The journal as people read it."""

from __future__ import annotations

from supportdesk.domain import moment
from supportdesk.domain.journal import Entry

ENTRY_HEADINGS = ("SEQ", "WHEN", "WHO", "ABOUT", "WHAT")


def entry_row(entry: Entry) -> tuple[str, ...]:
    """Return a journal entry as a row of a list."""
    return (str(entry.seq), moment.local(entry.at), entry.who, entry.about, entry.summary)


def entry_words(entry: Entry) -> str:
    """Return what an entry is about and what happened: `#12: status new → resolved`."""
    return f"{entry.about}: {entry.summary}" if entry.about else entry.summary


def undone_words(entry: Entry) -> str:
    """Return what the undo of an entry did: `#12: status resolved → new`."""
    return f"{entry.about}: {entry.undone}" if entry.about else entry.undone
