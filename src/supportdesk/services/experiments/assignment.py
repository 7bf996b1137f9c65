"""Assignment of users to variants: who enters, what others see, and the insert that stores it."""

from __future__ import annotations

from supportdesk.domain.errors import Unavailable
from supportdesk.domain.experiments.assignment import (
    NOTHING_KNOWN,
    Assignment,
    UserFacts,
    drawn_variant,
    enters,
    held_out,
    of_holdout,
)
from supportdesk.domain.experiments.experiment import CONTROL, Decision, Experiment, ExperimentStatus
from supportdesk.domain.moment import from_text, to_text
from supportdesk.services.context import Context
from supportdesk.storage.experiments import traffic as experiment_traffic
from supportdesk.storage.experiments.traffic import Assigned, NewAssigned


def assign(context: Context, experiment: Experiment, user: str, facts: UserFacts = NOTHING_KNOWN) -> Assignment:
    """Return the variant a user sees, stored forever where the user enters; inside the caller's transaction.

    `user` is as `user_identifier` makes it, and the experiment as it is in that transaction. `facts` are kept of a user
    who enters now; of one who was assigned before, they are no earlier facts.
    """
    found = experiment_traffic.assigned(context.database, experiment.number, user)
    if found is None:
        staying_out = assignment_if_excluded(context, experiment, user)
        if staying_out is not None:
            return staying_out
        row = new_row(experiment, user, to_text(context.now()))
        experiment_traffic.assign(context.database, [row._replace(before=facts.before)])
        found = experiment_traffic.assigned(context.database, experiment.number, user)
        assert found is not None
        experiment_traffic.add_attributes(context.database, found.number, facts.attributes)
    return to_assignment(experiment, found)


def to_assignment(experiment: Experiment, found: Assigned) -> Assignment:
    """Return a stored assignment; raises `Unavailable` for a variant that does not exist."""
    # A file that was tampered with may name an arm that is none.
    if found.variant >= len(experiment.variants):
        raise Unavailable(f"the desk's file holds a variant that experiment #{experiment.number} does not have")
    return Assignment(
        experiment.id,
        found.user_identifier,
        experiment.variants[found.variant].name,
        found.variant,
        found.hash_value,
        from_text(found.assigned_at),
    )


def new_row(experiment: Experiment, user: str, at: str) -> NewAssigned:
    """Return what to store for a user who enters."""
    digits, place = _drawn(experiment, user)
    return NewAssigned(experiment.number, user, place, experiment.phase, digits, at)


def assignment_if_excluded(context: Context, experiment: Experiment, user: str) -> Assignment | None:
    """Return what somebody sees who does not enter; None for somebody who does."""
    if experiment.from_sums:
        return preview_assignment(context, experiment, user, "its data are daily sums, which users are no part of")
    match experiment.status:
        case ExperimentStatus.DRAFT:
            return preview_assignment(context, experiment, user, "a draft: nobody is assigned before it starts")
        case ExperimentStatus.PAUSED:
            return _placed(context, experiment, user, CONTROL, "paused: new users see the control")
        case ExperimentStatus.COMPLETED:
            # Of several test variants, the decision does not say which one.
            shipped = experiment.decision is Decision.SHIP and len(experiment.variants) == 2
            return _placed(context, experiment, user, CONTROL + shipped, f"completed: {experiment.decision}")
    group = experiment.definition.exclusion_group
    other = experiment_traffic.running_in_group(context.database, group, experiment.number, user) if group else None
    if other is not None:
        return _placed(context, experiment, user, CONTROL, f"in experiment #{other} of the group {group}")
    if held_out(user, experiment.definition.holdout):
        note = f"held out: {experiment.definition.holdout:g} % of users are"
        return _placed(context, experiment, user, CONTROL, note)
    if not enters(user, experiment.id, experiment.definition.ramp):
        return _placed(context, experiment, user, CONTROL, f"outside the ramp of {experiment.definition.ramp:g} %")
    return None


def preview_assignment(context: Context, experiment: Experiment, user: str, note: str) -> Assignment:
    """Return what the rule alone says, stored nowhere."""
    _, place = _drawn(experiment, user)
    return _placed(context, experiment, user, place, note)


def _placed(context: Context, experiment: Experiment, user: str, place: int, note: str) -> Assignment:
    digits, _ = _drawn(experiment, user)
    name = experiment.variants[place].name
    return Assignment(experiment.id, user, name, place, digits, context.now(), stored=False, note=note)


def _drawn(experiment: Experiment, user: str) -> tuple[str, int]:
    if experiment.definition.measures_holdout:
        return of_holdout(user, experiment.weights)
    return drawn_variant(user, experiment.id, experiment.weights)
