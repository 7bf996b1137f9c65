"""Assignment and event tracking; hot path."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from supportdesk.domain.errors import DeskError, InvalidValue, NotAllowed, Unavailable, quoted
from supportdesk.domain.experiments.assignment import NOTHING_KNOWN, Assignment, UserFacts, user_identifier
from supportdesk.domain.experiments.event import CLOCK_SKEW, Event, NewEvent
from supportdesk.domain.experiments.experiment import Experiment, ExperimentStatus
from supportdesk.domain.experiments.surface import Surface
from supportdesk.domain.moment import from_text, to_text
from supportdesk.services.context import Context
from supportdesk.services.experiments import assignment as assigning
from supportdesk.services.experiments import changes as experiment_changes
from supportdesk.services.experiments.users import leave_out_robots
from supportdesk.storage.experiments import queries as experiments
from supportdesk.storage.experiments import reported
from supportdesk.storage.experiments import traffic as experiment_traffic
from supportdesk.storage.experiments.traffic import Assigned, StoredEvent

REMEMBERED = 10_000
"""Assignments that a session keeps at hand; they never change."""
TOGETHER = 1_000
"""Users whose assignments are stored in one transaction, when there are many."""


class Traffic:
    """Assigns users and takes their events; remembers experiments while nobody changes anything."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._database = context.database
        self._experiments: dict[str, Experiment] = {}
        self._seen = -1
        self._assignments: OrderedDict[tuple[str, str], Assignment] = OrderedDict()

    def forget(self) -> None:
        """Forget the experiments known, because one has changed."""
        self._seen = -1

    def forget_users(self) -> None:
        """Forget the assignments known, because one was removed."""
        self._assignments.clear()

    def assign(self, reference: str, user: str, facts: UserFacts = NOTHING_KNOWN) -> Assignment:
        """Return the variant a user sees, stored forever when the experiment runs.

        See `Assignment` for when it is not.

        When the desk cannot be read or written, the rule alone decides, and the assignment says so.
        """
        name = user_identifier(user)
        try:
            return self._assigned(reference, name, facts)
        except (Unavailable, NotAllowed) as error:
            if reference not in self._experiments:
                raise
            return assigning.preview_assignment(
                self._context, self._experiments[reference], name, f"not stored: {error.message}"
            )

    def assign_many(self, reference: str, users: Iterable[str]) -> Iterator[Assignment]:
        """Return the variants of many users, in their order, stored a thousand at a time."""
        waiting = iter(users)
        while names := [user_identifier(user) for user in islice(waiting, TOGETHER)]:
            yield from self._assigned_together(reference, names)

    def on_surface(self, surface: Surface, user: str) -> Assignment | None:
        """Return what a user sees on a surface of this program.

        None, which is the control, without a running experiment.

        Never raises: a fault of an experiment must not keep anybody from the form.
        """
        try:
            running = experiments.on_surface(self._database, surface, ExperimentStatus.RUNNING)
            return self.assign(str(running[0].number), user) if running else None
        except DeskError:
            return None

    def track(self, reference: str, user: str, event: NewEvent) -> Event:
        """Store an event of a user; one whose `event_id` is known is given back as it was, and nothing changes.

        Raises `NotAllowed` for a draft and a completed experiment, `InvalidValue` for a user without an assignment,
        for an event before it, and for one from the future; these are counted for the experiment's health.
        """
        name = user_identifier(user)
        with self._database.writing():
            experiment = self._experiment(reference)
            if event.event_id is not None:
                known = experiment_traffic.event_of(self._database, experiment.number, event.event_id)
                if known is not None and known.user_identifier != name:
                    raise InvalidValue(
                        f"event_id: {quoted(event.event_id)} was used for another user; an event has an id of its own",
                        field="event_id",
                    )
                if known is not None:
                    return event_in(experiment, known, repeated=True)
            _check_open(experiment)
            now = self._context.now()
            at = event.at or now
            if now < at <= now + CLOCK_SKEW:
                # Clocks of different machines differ by seconds; the event has happened by now.
                at = now
            assigned = experiment_traffic.assigned(self._database, experiment.number, name)
            if assigned is not None:
                # Likewise, the clock of whoever assigned may have been ahead of the sender's.
                since = from_text(assigned.assigned_at)
                at = since if since - CLOCK_SKEW <= at < since else at
            refused = refusal(experiment, name, assigned, at, now)
            if refused is None and assigned is not None:
                # How many whole windows of a day it takes to hold the event.
                days = -((from_text(assigned.assigned_at) - at) // timedelta(days=1))
                counts = experiment_traffic.is_new_to_a_metric(
                    self._database, experiment.number, assigned.number, event.name, days
                )
                late = at.date() < now.date()
                counted_on = self._counted_on(experiment, event, at, now) if late else None
                stored = experiment_traffic.add_event(
                    self._database, experiment.number, assigned.number, event, to_text(at), counted_on
                )
                leave_out_robots(self._context, experiment, assigned.number)
                return event_in(experiment, stored, counts=counts)
            reason, error = refused or ("", InvalidValue(""))
            experiment_traffic.note_refusal(self._database, experiment.number, reason, to_text(now))
        raise error

    def _counted_on(self, experiment: Experiment, event: NewEvent, at: datetime, now: datetime) -> str | None:
        """Return the day from which an event of an earlier day counts; None where that is its own."""
        reported.begin(self._database, experiment.number, now.date())
        first = reported.open_from_of(self._database, experiment.number, event.name)
        return first if first > at.date().isoformat() else None

    def _experiment(self, reference: str) -> Experiment:
        seen = self._database.data_version()
        if seen != self._seen:
            self._experiments = {}
            self._seen = seen
        if reference in self._experiments:
            return self._experiments[reference]
        experiment = experiment_changes.get_experiment(self._context, reference)
        # What this session itself changes moves no data version; of one that runs, it tells by `forget`.
        if experiment.status is ExperimentStatus.RUNNING:
            self._experiments[reference] = experiment
        return experiment

    def _assigned(self, reference: str, user: str, facts: UserFacts) -> Assignment:
        experiment = self._experiment(reference)
        key = (experiment.id, user)
        if key in self._assignments:
            self._assignments.move_to_end(key)
            return self._assignments[key]
        found = experiment_traffic.assigned(self._database, experiment.number, user)
        if found is not None:
            return self._remember(assigning.to_assignment(experiment, found))
        staying_out = assigning.assignment_if_excluded(self._context, experiment, user)
        if staying_out is not None:
            return staying_out
        with self._database.writing():
            # It may have been paused, or reweighted, since it was read.
            assignment = assigning.assign(self._context, self._experiment(reference), user, facts)
        return self._remember(assignment) if assignment.stored else assignment

    def _assigned_together(self, reference: str, users: list[str]) -> list[Assignment]:
        with self._database.writing():
            experiment = self._experiment(reference)
            known = experiment_traffic.assigned_among(self._database, experiment.number, users)
            outside = {
                user: assigning.assignment_if_excluded(self._context, experiment, user)
                for user in dict.fromkeys(users)
                if user not in known
            }
            at = to_text(self._context.now())
            entering = [user for user, out in outside.items() if out is None]
            experiment_traffic.assign(self._database, [assigning.new_row(experiment, user, at) for user in entering])
            known |= experiment_traffic.assigned_among(self._database, experiment.number, entering)
        return [outside.get(user) or assigning.to_assignment(experiment, known[user]) for user in users]

    def _remember(self, assignment: Assignment) -> Assignment:
        self._assignments[assignment.test_id, assignment.user_identifier] = assignment
        if len(self._assignments) > REMEMBERED:
            self._assignments.popitem(last=False)
        return assignment


def _check_open(experiment: Experiment) -> None:
    number = experiment.number
    if experiment.status is ExperimentStatus.DRAFT:
        raise NotAllowed(
            f"experiment #{number} is a draft and takes no events; supportdesk experiment start {number} starts it",
            field="status",
        )
    if experiment.status is ExperimentStatus.COMPLETED:
        raise NotAllowed(f"experiment #{number} is completed and takes no more events", field="status")
    if experiment.from_sums:
        raise NotAllowed(f"experiment #{number} has daily sums as its data and takes no events besides", field="status")


def refusal(
    experiment: Experiment, user: str, assigned: Assigned | None, at: datetime, now: datetime
) -> tuple[str, InvalidValue] | None:
    """Return why an event cannot count, as a word to sum up and a sentence."""
    if assigned is None:
        says = f"user: {quoted(user)} has no assignment in experiment #{experiment.number}; assign first, then track"
        return "no assignment", InvalidValue(says, field="user")
    if at > now:
        says = f"at: {to_text(at)} lies in the future; an event has happened by {to_text(now)}"
        return "from the future", InvalidValue(says, field="at")
    if to_text(at + CLOCK_SKEW) < assigned.assigned_at:
        says = f"at: {to_text(at)} is before the assignment of {quoted(user)} at {assigned.assigned_at}"
        return "before assignment", InvalidValue(says, field="at")
    return None


def event_in(
    experiment: Experiment, stored: StoredEvent, *, repeated: bool = False, counts: bool | None = None
) -> Event:
    """Return a stored event of this experiment; `counts` says whether it changed a metric, when that is known."""
    if not stored.counted:
        note = "no metric counts it"
    elif counts is False:
        late = ", or is past the conversion window" * any(metric.within for metric in experiment.metrics)
        note = f"this user counts already, or is left out{late}; a conversion counts once"
    else:
        note = ""
    return Event(
        id=f"{experiment.id[:24]}{stored.number:012x}",
        test_id=experiment.id,
        user_identifier=stored.user_identifier,
        variant=experiment.variants[stored.variant].name,
        event_name=stored.name,
        event_value=stored.value,
        event_data=stored.data,
        event_id=stored.event_id,
        created_at=from_text(stored.created_at),
        counted=not note,
        repeated=repeated,
        note=note,
    )
