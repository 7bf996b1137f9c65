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
    FAQ_CREATED = "faq.created"
    FAQ_UPDATED = "faq.updated"
    FAQ_DELETED = "faq.deleted"
    FAQ_USED = "faq.used"
    FAQ_WORDING_KEPT = "faq.wording_kept"
    FAQ_WORDING_FORGOTTEN = "faq.wording_forgotten"
    FAQS_IMPORTED = "faqs.imported"


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
