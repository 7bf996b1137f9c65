"""News: which of the changes that colleagues made is worth a line."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from supportdesk.domain.journal import Entry, EntryKind

SAID = (EntryKind.TICKET_REPLIED, EntryKind.TICKET_NOTED, EntryKind.TICKET_MAIL_RECEIVED)
"""What adds to a conversation."""


def headline(entries: Sequence[Entry], describe: Callable[[Entry], str]) -> str:
    """Return who did what in the newest entry that has words; what was said comes before what went with it."""
    newest_last = sorted(entries, key=lambda entry: (entry.kind in SAID, entry.seq))
    return next((f"{entry.actor}: {words}" for entry in reversed(newest_last) if (words := describe(entry))), "")
