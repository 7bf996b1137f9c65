"""What needs somebody's attention in experiments that run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from supportdesk.domain.experiments.experiment import Experiment, ExperimentStatus
from supportdesk.domain.experiments.look import Look
from supportdesk.domain.page import START
from supportdesk.services.context import Context
from supportdesk.services.experiments import lifecycle as experiment_life
from supportdesk.storage.experiments import looks as experiment_looks
from supportdesk.storage.experiments import queries as experiments

RUNNING_LIMIT = 1_000
WORSE = "worse"
TRAFFIC = "traffic"


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing to see to: `kind` is split, both arms, traffic or guardrail."""

    experiment: int
    name: str
    kind: str
    says: str

    @property
    def sentence(self) -> str:
        """Return it with the experiment."""
        return f"#{self.experiment} {self.name}: {self.says}"


def running(context: Context) -> list[Experiment]:
    """Return the experiments that run, newest first, inside the caller's transaction."""
    return experiments.page(context.database, ExperimentStatus.RUNNING, START, RUNNING_LIMIT)


def alerts(context: Context, among: Sequence[Experiment] | None = None) -> list[Alert]:
    """Return what is wrong with experiments that run, by their sums and their last look; reads no single user.

    Those `among` that do not run have none.
    """
    # Imported here: only who asks for alerts need it. It needs no scipy.
    from supportdesk.services.experiments.analysis.figures import gather
    from supportdesk.services.experiments.analysis.health import BLOCKED, WARNING, health

    found = []
    with context.database.reading():
        asked = running(context) if among is None else among
        listed = [each for each in asked if each.status is ExperimentStatus.RUNNING]
        looks = experiment_looks.last(context.database, listed)
        for experiment in listed:
            figures = gather(context, experiment)
            # Before the first user nothing has stalled; with sample and days full, nobody is waited for.
            waits = bool(experiment.total_participants) and not figures.is_full
            found += [
                Alert(experiment.number, experiment.name, check.name, check.says)
                for check in health(figures)
                if check.state == BLOCKED or (waits and check.name == TRAFFIC and check.state == WARNING)
            ]
            found += _guardrails(experiment, looks.get(experiment.number))
    return found


def _guardrails(experiment: Experiment, look: Look | None) -> list[Alert]:
    return [
        Alert(experiment.number, experiment.name, "guardrail", f"{each.metric} with {each.variant} {each.says}")
        for each in (look.analysis.guardrails if look else ())
        if each.state == WORSE
    ]


def pause_if_harmful(context: Context, experiment: Experiment, look: Look) -> bool:
    """Pause an experiment that asks for it when a guardrail got worse; return whether it was."""
    harm = _guardrails(experiment, look)
    if not (harm and experiment.definition.auto_pause and experiment.status is ExperimentStatus.RUNNING):
        return False
    with context.database.writing():
        experiment_life.pause(context, experiment, f"by itself: guardrail {harm[0].says}")
    return True
