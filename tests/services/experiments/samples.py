"""What the tests of experiments share."""

from supportdesk.domain.experiments.experiment import Experiment
from supportdesk.domain.experiments.form import new_experiment
from supportdesk.services.desk import Desk

GIVEN = {"name": "Button", "control": "green", "test": "blue", "metric": "bought", "hypothesis": "Blue sells more."}


def drafted(desk: Desk, **texts: str) -> Experiment:
    """Return a draft that somebody has just written."""
    return desk.experiments.create(new_experiment({**GIVEN, **texts}))


def running(desk: Desk, **texts: str) -> Experiment:
    """Return an experiment that has just started."""
    return desk.experiments.start(str(drafted(desk, **texts).number))
