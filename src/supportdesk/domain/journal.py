"""The journal: every change of the desk, in order, for ever."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EntryKind(StrEnum):
    """What happened."""

    TICKET_CREATED = "ticket.created"
    TICKET_UPDATED = "ticket.updated"
    TICKETS_IMPORTED = "tickets.imported"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal.

    `seq` grows over the whole desk. Entries of one transaction share `change`, the seq of the first of
    them. `subject` is the id of what was changed and `number` its number, where it has one. `before` and
    `after` hold the fields that changed. `undoes` is the `change` that this entry takes back.
    """

    seq: int
    change: int
    at: datetime
    actor: str
    kind: EntryKind
    subject: str | None
    number: int | None
    before: Mapping[str, str]
    after: Mapping[str, str]
    notes: str
    undoes: int | None
