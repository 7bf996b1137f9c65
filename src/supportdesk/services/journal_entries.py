"""Writing of journal entries by the services."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from supportdesk.domain.errors import Unavailable
from supportdesk.domain.journal import Entry, EntryKind
from supportdesk.domain.ticket import Ticket
from supportdesk.services.context import Context
from supportdesk.storage import journal


class Numbered(Protocol):
    """An object with a number and an id: a ticket, an FAQ, an experiment."""

    @property
    def number(self) -> int:
        """The number, for people."""

    @property
    def id(self) -> str:
        """The id, for programs."""


def write_entry(
    context: Context,
    kind: EntryKind,
    thing: Numbered | None = None,
    before: Mapping[str, str] | None = None,
    after: Mapping[str, str] | None = None,
    *,
    at: datetime | None = None,
    notes: str = "",
    undoes: int | None = None,
    change: int | None = None,
    subject: str | None = None,
) -> int:
    """Append an entry of the actor about an object, or about none; return the `change` that it belongs to."""
    return journal.add(
        context.database,
        at=at or context.now(),
        actor=context.actor,
        account=context.account,
        kind=kind,
        subject=subject if thing is None else thing.id,
        number=None if thing is None else thing.number,
        before=before,
        after=after,
        notes=notes,
        undoes=undoes,
        change=change,
    )


@dataclass
class Undo:
    """An undo in progress, or a redo: what the inverses of its entries share.

    `undoes` is the change that is reversed, None for a redo, which is a change like any other; `change` is the one that
    the inverse entries make, and `untold` has the ids of tickets whose requester was told nothing of it, since the mail
    was withdrawn.
    """

    context: Context
    undoes: int | None
    untold: Set[str]
    change: int | None = None
    tickets: list[Ticket] = field(default_factory=list)

    def write_inverse(self, kind: EntryKind, done: Entry) -> None:
        """Append the entry that reverses another one."""
        self.change = journal.add(
            self.context.database,
            at=self.context.now(),
            actor=self.context.actor,
            account=self.context.account,
            kind=kind,
            subject=done.subject,
            number=done.number,
            before=done.after,
            after=done.before,
            undoes=self.undoes,
            change=self.change,
        )


def unreadable_entry(entry: Entry) -> Unavailable:
    """Return the error for an entry that no desk wrote and that cannot be undone."""
    return Unavailable(f"the desk's file holds a change that cannot be read: number {entry.seq} of the journal")
