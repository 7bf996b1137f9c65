"""Single users of experiments: those with too many events, and those who are to be forgotten."""

from __future__ import annotations

from dataclasses import dataclass

from supportdesk.domain.errors import NotFound, quoted
from supportdesk.domain.experiments.assignment import user_identifier
from supportdesk.domain.experiments.experiment import Experiment
from supportdesk.domain.journal import EntryKind
from supportdesk.services.context import Context
from supportdesk.services.experiments import changes as experiment_changes
from supportdesk.services.journal_entries import write_entry
from supportdesk.storage.experiments import people
from supportdesk.storage.experiments.people import BusyUser

EVERYWHERE = "all"
SHOWN = 10
ABSURD = 100
TIMES_AVERAGE = 10


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was removed of a user: how many events, in which experiments."""

    user: str
    events: int
    experiments: tuple[int, ...]


def forget(context: Context, reference: str, user: str) -> Forgotten:
    """Remove a user's assignment and events from an experiment, or from `all`; sums that they are part of stay.

    Raises `NotFound` for a user who is in none of them. Nothing brings them back.
    """
    name = user_identifier(user)
    with context.database.writing():
        only = None
        if reference.strip().lower() != EVERYWHERE:
            only = experiment_changes.get_experiment(context, reference).number
        found = people.assignments_of(context.database, name, only)
        if not found:
            where = "any experiment" if only is None else f"experiment #{only}"
            raise NotFound(f"user: {quoted(name)} is not in {where}", field="user")
        events = 0
        for test, number in found:
            events += people.forget(context.database, test, number, f"forgotten-{context.new_id()}")
            experiment = experiment_changes.get_by_number(context, test)
            # Not who it was: the journal is never changed.
            write_entry(context, EntryKind.EXPERIMENT_USER_FORGOTTEN, experiment)
    return Forgotten(name, events, tuple(test for test, _ in found))


def leave_out_robots(context: Context, experiment: Experiment, user: int | None = None) -> int:
    """Leave out users with more events of a metric than the plan allows, inside the caller's transaction.

    Asked of one user or of all; return how many they are.
    """
    limit = experiment.definition.max_events
    return 0 if limit is None else people.leave_out_above(context.database, experiment.number, limit, user)


def busiest(context: Context, reference: str) -> list[BusyUser]:
    """Return the users whose events are unusually many, most first, without what variant they saw."""
    experiment = experiment_changes.get_experiment(context, reference)
    found, average = people.busiest(context.database, experiment.number, SHOWN)
    return [each for each in found if each.events >= max(ABSURD, TIMES_AVERAGE * average)]
