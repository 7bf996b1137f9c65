"""The rule of who enters an experiment and what everybody else sees, and the one insert that keeps it."""

from __future__ import annotations

from supportdesk.domain.assignment import Assignment, drawn_variant, enters, held_out
from supportdesk.domain.errors import Unavailable
from supportdesk.domain.experiment import CONTROL, Decision, Experiment, ExperimentStatus
from supportdesk.domain.moment import from_text, to_text
from supportdesk.services.context import Context
from supportdesk.storage.experiments import traffic as experiment_traffic
from supportdesk.storage.experiments.traffic import Assigned, NewAssigned


def assign(context: Context, experiment: Experiment, user: str) -> Assignment:
    """The variant a user sees, stored for ever where the user enters; inside the caller's transaction.

    `user` is as `user_identifier` makes it, and the experiment as it is in that transaction.
    """
    found = experiment_traffic.assigned(context.database, experiment.number, user)
    if found is None:
        staying_out = outside(context, experiment, user)
        if staying_out is not None:
            return staying_out
        experiment_traffic.assign(context.database, [new(experiment, user, to_text(context.now()))])
        found = experiment_traffic.assigned(context.database, experiment.number, user)
    assert found is not None
    return stored(experiment, found)


def stored(experiment: Experiment, found: Assigned) -> Assignment:
    """An assignment as it stands in the desk; raises `Unavailable` for a variant that there is not."""
    # A file that was tampered with may name an arm that is none.
    if found.variant >= len(experiment.variants):
        raise Unavailable(f"the desk's file holds a variant that experiment #{experiment.number} has not")
    return Assignment(
        experiment.id,
        found.user_identifier,
        experiment.variants[found.variant].name,
        found.variant,
        found.hash_value,
        from_text(found.assigned_at),
    )


def new(experiment: Experiment, user: str, at: str) -> NewAssigned:
    """What to store for a user who enters."""
    digits, place = drawn_variant(user, experiment.id, experiment.weights)
    return NewAssigned(experiment.number, user, place, experiment.phase, digits, at)


def outside(context: Context, experiment: Experiment, user: str) -> Assignment | None:
    """What somebody sees who does not enter; None for somebody who does."""
    match experiment.status:
        case ExperimentStatus.DRAFT:
            return by_rule(context, experiment, user, "a draft: nobody is assigned before it starts")
        case ExperimentStatus.PAUSED:
            return _placed(context, experiment, user, CONTROL, "paused: who is new sees the control")
        case ExperimentStatus.COMPLETED:
            # Of several test variants, the decision does not say which one.
            shipped = experiment.decision is Decision.SHIP and len(experiment.variants) == 2
            return _placed(context, experiment, user, CONTROL + shipped, f"completed: {experiment.decision}")
    if held_out(user, experiment.about.holdout):
        note = f"held out: {experiment.about.holdout:g} % of users are"
        return _placed(context, experiment, user, CONTROL, note)
    if not enters(user, experiment.id, experiment.about.ramp):
        return _placed(context, experiment, user, CONTROL, f"outside the ramp of {experiment.about.ramp:g} %")
    return None


def by_rule(context: Context, experiment: Experiment, user: str, note: str) -> Assignment:
    """What the rule alone says, stored nowhere."""
    _, place = drawn_variant(user, experiment.id, experiment.weights)
    return _placed(context, experiment, user, place, note)


def _placed(context: Context, experiment: Experiment, user: str, place: int, note: str) -> Assignment:
    digits, _ = drawn_variant(user, experiment.id, experiment.weights)
    name = experiment.variants[place].name
    return Assignment(experiment.id, user, name, place, digits, context.now(), stored=False, note=note)
