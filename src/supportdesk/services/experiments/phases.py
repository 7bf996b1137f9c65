"""Phases that a file of users names: an experiment that was exported keeps them."""

from __future__ import annotations

import math
from collections.abc import Mapping

from supportdesk.domain.errors import NotAllowed
from supportdesk.domain.experiments.experiment import Experiment
from supportdesk.services.context import Context
from supportdesk.services.experiments import changes as experiment_changes
from supportdesk.storage.experiments import queries as experiments

Weights = tuple[float, ...]


def take_phases(
    context: Context, experiment: Experiment, phases: Mapping[int, Weights], starts: Mapping[int, str]
) -> Experiment:
    """Give an experiment without users the phases of a file, inside the caller's transaction.

    Raises `NotAllowed` where there are users, and phases that are not these.
    """
    known = {each.phase: each.weights for each in experiment.phases}
    if all(number in known and _same(known[number], weights) for number, weights in phases.items()):
        return experiment
    if experiment.total_participants:
        raise NotAllowed(
            f"phase: experiment #{experiment.number} has users, and its phases are not those of the file; "
            f"supportdesk experiment clone {experiment.number} makes a draft that takes them",
            field="phase",
        )
    experiments.set_phases(
        context.database, experiment.number, [(each, phases[each], starts.get(each)) for each in sorted(phases)]
    )
    return experiment_changes.get_by_number(context, experiment.number)


def _same(one: Weights, other: Weights) -> bool:
    return len(one) == len(other) and all(math.isclose(a, b, abs_tol=1e-9) for a, b in zip(one, other, strict=True))
