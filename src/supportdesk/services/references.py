"""Resolving of references to a single object."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from supportdesk.domain.errors import AmbiguousReference, NotFound
from supportdesk.domain.journal import EntryKind
from supportdesk.domain.reference import Reference
from supportdesk.services.context import Context
from supportdesk.services.journal_entries import Numbered
from supportdesk.storage import journal

Thing = TypeVar("Thing", bound=Numbered)


def get_single(
    context: Context, found: Sequence[Thing], wanted: Reference, noun: str, *, deleted: EntryKind | None = None
) -> Thing:
    """Return the only match of a reference; raises `NotFound` or `AmbiguousReference`, which lists some matches.

    `deleted` is the kind of journal entry that records who deleted such an object.
    """
    if not found:
        gone = journal.deletion(context.database, deleted, wanted) if deleted else None
        who = f"; {gone.actor} deleted it" if gone else ""
        raise NotFound(f"there is no {noun} {wanted.text}{who}", field="reference")
    if len(found) > 1:
        matches = ", ".join(f"#{thing.number} {thing.id}" for thing in found)
        raise AmbiguousReference(f"reference: {wanted.text} matches several {noun}s: {matches}", field="reference")
    return found[0]
