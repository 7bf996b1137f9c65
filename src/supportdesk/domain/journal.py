"""The journal: every change of the desk, in order, for ever."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from supportdesk.domain.preference import LABELS


class EntryKind(StrEnum):
    """What happened."""

    TICKET_CREATED = "ticket.created"
    TICKET_UPDATED = "ticket.updated"
    TICKETS_IMPORTED = "tickets.imported"
    FAQ_CREATED = "faq.created"
    FAQ_UPDATED = "faq.updated"
    FAQ_DELETED = "faq.deleted"
    FAQ_USED = "faq.used"
    FAQ_VOTED = "faq.voted"
    FAQ_WORDING_KEPT = "faq.wording_kept"
    FAQ_WORDING_FORGOTTEN = "faq.wording_forgotten"
    FAQS_IMPORTED = "faqs.imported"
    PREFERENCE_CHANGED = "preference.changed"
    PREFERENCES_IMPORTED = "preferences.imported"
    NOTIFICATION_RETRIED = "notification.retried"
    EXPERIMENT_CREATED = "experiment.created"
    EXPERIMENT_UPDATED = "experiment.updated"
    EXPERIMENT_DELETED = "experiment.deleted"
    EXPERIMENT_STARTED = "experiment.started"
    EXPERIMENT_PAUSED = "experiment.paused"
    EXPERIMENT_RESUMED = "experiment.resumed"
    EXPERIMENT_REWEIGHTED = "experiment.reweighted"
    EXPERIMENT_COMPLETED = "experiment.completed"
    EXPERIMENT_IMPORTED = "experiment.imported"


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

    @property
    def about(self) -> str:
        """What was changed, as people say it: `#12`, `FAQ #3`, `experiment #4`, an address; nothing for an import."""
        if self.number is None:
            return self.after.get("email", "")
        if self.kind.startswith("experiment"):
            return f"experiment #{self.number}"
        return f"FAQ #{self.number}" if self.kind.startswith("faq") else f"#{self.number}"

    @property
    def summary(self) -> str:
        """What happened, in one line."""
        match self.kind:
            case EntryKind.TICKET_CREATED:
                what = f"created: {self.after.get('title', '')}"
            case EntryKind.FAQ_CREATED:
                what = f"created: {self.after.get('question', '')}"
            case EntryKind.FAQ_DELETED:
                what = f"deleted: {self.before.get('question', '')}"
            case EntryKind.FAQ_USED:
                what = "answered somebody before a ticket was filed"
            case EntryKind.FAQ_VOTED:
                voted = "not helpful" if "unhelpful" in {*self.before, *self.after} else "helpful"
                what = f"vote taken back: {voted}" if self.before else f"voted {voted}"
            case EntryKind.FAQ_WORDING_KEPT:
                what = "learned the wording of a ticket"
            case EntryKind.FAQ_WORDING_FORGOTTEN:
                what = "forgot a wording"
            case EntryKind.TICKETS_IMPORTED:
                what = f"imported {self.after.get('tickets', 'some')} tickets"
            case EntryKind.FAQS_IMPORTED:
                what = f"imported {self.after.get('faqs', 'some')} FAQs"
            case EntryKind.PREFERENCES_IMPORTED:
                what = f"imported {self.after.get('preferences', 'some')} preferences"
            case EntryKind.PREFERENCE_CHANGED:
                # Whose they are stands beside it.
                said = ({LABELS.get(name, name): value for name, value in side.items() if name != "email"}
                        for side in (self.before, self.after))  # fmt: skip
                what = difference(*said)
            case EntryKind.NOTIFICATION_RETRIED:
                what = f"mail to be sent again, after it {self.before.get('status', 'failed')}"
            case EntryKind.TICKET_UPDATED:
                what = difference(self.before, self.after)
            case EntryKind.FAQ_UPDATED | EntryKind.EXPERIMENT_UPDATED:
                what = f"edited: {', '.join(self.after)}"
            case EntryKind.EXPERIMENT_CREATED:
                what = f"created: {self.after.get('name', '')}"
            case EntryKind.EXPERIMENT_DELETED:
                what = f"deleted: {self.before.get('name', '')}"
            case EntryKind.EXPERIMENT_REWEIGHTED:
                what = difference(self.before, self.after)
            case EntryKind.EXPERIMENT_COMPLETED:
                what = f"completed: {self.after.get('decision', '')}"
            case EntryKind.EXPERIMENT_IMPORTED:
                what = f"imported {self.after.get('users', '0')} users and {self.after.get('events', '0')} events"
            case _:
                # Steps of an experiment: started, paused, resumed.
                what = self.kind.rpartition(".")[2]
        return f"{what} ({self.notes})" if self.notes else what


_EXPERIMENT_VERSIONS = frozenset(
    {
        EntryKind.EXPERIMENT_UPDATED,
        EntryKind.EXPERIMENT_STARTED,
        EntryKind.EXPERIMENT_PAUSED,
        EntryKind.EXPERIMENT_RESUMED,
        EntryKind.EXPERIMENT_REWEIGHTED,
        EntryKind.EXPERIMENT_COMPLETED,
    }
)
"""What makes another version of an experiment."""


def experiment_changed(log: Sequence[Entry], versions: int) -> str:
    """Who changed what in the newest versions of an experiment, as in "by bob (name, metric)"; `log` is all of it.

    Empty where the log does not tell.
    """
    made = [entry for entry in log if entry.kind in _EXPERIMENT_VERSIONS][-versions:] if versions > 0 else []
    if not made:
        return ""
    words = [word for entry in made for word in entry.after or [entry.kind.rpartition(".")[2]]]
    return f"by {made[-1].actor} ({', '.join(dict.fromkeys(words))})"


def difference(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """A change in words: `status new → resolved, priority low → high`."""
    return ", ".join(f"{name} {before.get(name, '')} → {now}" for name, now in after.items())
