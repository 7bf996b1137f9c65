"""The journal: every change of the desk, in order, forever."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from supportdesk.domain.agent import who
from supportdesk.domain.journal.kinds import EntryKind, KindRow, Subject, parse_kind

__all__ = ["Entry", "EntryKind", "KindRow", "Subject", "experiment_changed", "parse_kind"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal.

    `seq` grows over the whole desk. Entries of one transaction share `change`, the seq of the first of
    them. `subject` is the id of what was changed and `number` its number, where it has one. `before` and
    `after` hold the fields that changed. `undoes` is the `change` that this
    entry reverses. `actor` is the name that was claimed, and `login` the account that claimed it; empty where an
    older program did not record it.
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
    login: str = ""

    @property
    def who(self) -> str:
        """Who acted: `bob`, or `bob (as ann)` when the account bob claimed another name."""
        return who(self.actor, self.login)

    @property
    def about(self) -> str:
        """What was changed, as people say it: `#12`, `FAQ #3`, `experiment #4`, an address; empty for an import."""
        return (
            {**self.before, **self.after}.get("email", "")
            if self.number is None
            else f"{self.kind.row.subject}{self.number}"
        )

    @property
    def fields(self) -> frozenset[str]:
        """The names of the fields that it concerns."""
        return frozenset({*self.before, *self.after})

    @property
    def summary(self) -> str:
        """What happened, in one line."""
        row = self.kind.row
        what = row.words(self.before, self.after) if callable(row.words) else row.words
        return f"{what} ({self.notes})" if self.notes else what

    @property
    def undone(self) -> str:
        """What its undo does, in one line: its fields change from what it made them to what they were."""
        if not self.before or not self.before.keys() <= self.after.keys():
            return self.summary
        return replace(self, before=self.after, after={**self.after, **self.before}).summary

    def concerns(self, subject: Subject) -> bool:
        """Return whether screens that show this subject have to read it again."""
        row = self.kind.row
        return subject is row.subject or subject in row.refreshes


def experiment_changed(log: Sequence[Entry], versions: int) -> str:
    """Return who changed what in the newest versions of an experiment, as in "by bob (name, metric)".

    `log` is all of its entries. Empty where the log does not tell.
    """
    made = [entry for entry in log if entry.kind.row.is_version][-versions:] if versions > 0 else []
    if not made:
        return ""
    words = [word for entry in made for word in entry.after or [entry.summary]]
    return f"by {made[-1].actor} ({', '.join(dict.fromkeys(words))})"
