"""News: which of the changes that colleagues made is worth a line."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from supportdesk.domain.journal import Entry, EntryKind

MAIL = EntryKind.TICKET_MAIL_RECEIVED
SAID = (EntryKind.TICKET_REPLIED, EntryKind.TICKET_NOTED, MAIL)
"""What adds to a conversation."""


def headline(entries: Sequence[Entry], describe: Callable[[Entry], str]) -> str:
    """Return who did what in the newest entry that has words; what was said comes before what went with it."""
    newest_last = sorted(entries, key=lambda entry: (entry.kind in SAID, entry.seq))
    told = ((entry, words) for entry in reversed(newest_last) if (words := describe(entry)))
    # Whoever files the mail that comes in has not written it.
    return next((words if entry.kind is MAIL else f"{entry.actor}: {words}" for entry, words in told), "")
