"""Experiments: what is tried on users, how it is judged, and the life it leads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from unicodedata import normalize

from supportdesk.domain.errors import NotAllowed, one_of
from supportdesk.domain.experiments.metric import Metric
from supportdesk.domain.experiments.numbers import EVERYBODY
from supportdesk.domain.experiments.surface import Surface

CONTROL = 0
"""The place of the control among the variants; the others are test variants."""


class ExperimentStatus(StrEnum):
    """Where an experiment is in its life."""

    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    COMPLETED = "completed"


STEPS: Mapping[ExperimentStatus, tuple[ExperimentStatus, ...]] = {
    ExperimentStatus.DRAFT: (ExperimentStatus.RUNNING,),
    ExperimentStatus.RUNNING: (ExperimentStatus.PAUSED, ExperimentStatus.COMPLETED),
    ExperimentStatus.PAUSED: (ExperimentStatus.RUNNING, ExperimentStatus.COMPLETED),
    ExperimentStatus.COMPLETED: (),
}
"""Which status may follow which."""


class Decision(StrEnum):
    """What a completed experiment led to."""

    SHIP = "ship"
    KEEP_CONTROL = "keep-control"
    NO_RESULT = "no-result"


_NO_WORD = re.compile(r"\W+")
_WORD_BYTES = 120


@dataclass(frozen=True, slots=True)
class Variant:
    """One arm and the share of users it gets, from 0 to 1."""

    name: str
    weight: float


def file_word(variant: str) -> str:
    """Return what the templates of a variant are called by: of `Short & plain` it is `short-plain`.

    Empty for a name without a letter or digit, which has none.
    """
    word = _NO_WORD.sub("-", normalize("NFC", variant).lower()).strip("-")
    # What a file may be called is counted in bytes.
    return word.encode()[:_WORD_BYTES].decode(errors="ignore").rstrip("-")


HELD_OUT_CONTROL = "those whom a holdout keeps out of every experiment"
"""Who the control of an experiment that measures a holdout is, in words."""


@dataclass(frozen=True, slots=True)
class ExperimentDefinition:
    """What an experiment is about, already checked; the control comes first among `variants`, the target
    first among `metrics`. `ramp` and `holdout` are per cent of users.

    Users with more than `max_events` events of one metric are left out. With `auto_pause` a guardrail that got worse
    pauses the experiment. A user is in one running experiment of an `exclusion_group` at most. With `measures_holdout`
    the control are the users whom experiments with a `holdout` of its weight leave alone.
    """

    name: str
    variants: tuple[Variant, ...]
    metrics: tuple[Metric, ...]
    description: str = ""
    hypothesis: str = ""
    confidence_level: float = 0.95
    minimum_sample_size: int = 100
    minimum_days: int = 7
    surface: Surface | None = None
    ramp: float = EVERYBODY
    holdout: float = 0.0
    max_events: int | None = None
    auto_pause: bool = False
    measures_holdout: bool = False
    exclusion_group: str = ""


@dataclass(frozen=True, slots=True)
class Experiment:
    """An experiment.

    `version` grows by one with every change of what it is; saving compares it. `phase` grows with every change of
    weights or ramp while it runs; `phases` has when each began and the weights it began with. With `from_sums` its data
    are daily sums that somebody else kept; `forgotten` users were removed on request, their counts were not; `robots`
    are left out, since they had too many events.
    """

    number: int
    id: str
    definition: ExperimentDefinition
    status: ExperimentStatus
    phase: int
    phases: tuple[Phase, ...]
    start_date: datetime | None
    end_date: datetime | None
    decision: Decision | None
    decision_reason: str
    total_participants: int
    created_at: datetime
    updated_at: datetime
    version: int
    from_sums: bool = False
    forgotten: int = 0
    robots: int = 0

    @property
    def name(self) -> str:
        """What it is called."""
        return self.definition.name

    @property
    def description(self) -> str:
        """What it does."""
        return self.definition.description

    @property
    def hypothesis(self) -> str:
        """What is expected to happen."""
        return self.definition.hypothesis

    @property
    def variants(self) -> tuple[Variant, ...]:
        """The arms, the control first, with the weights in force."""
        return self.definition.variants

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """The metrics, the target first."""
        return self.definition.metrics

    @property
    def target(self) -> Metric:
        """The metric that the verdict is about."""
        return self.definition.metrics[0]

    @property
    def control_variant(self) -> str:
        """The name of the control."""
        return self.definition.variants[CONTROL].name

    @property
    def test_variant(self) -> str:
        """The name of the first test variant."""
        return self.definition.variants[CONTROL + 1].name

    @property
    def target_metric(self) -> str:
        """The events of the target metric."""
        return self.target.name

    @property
    def confidence_level(self) -> float:
        """Of intervals and verdicts, from 0 to 1."""
        return self.definition.confidence_level

    @property
    def minimum_sample_size(self) -> int:
        """How many users each arm is planned to have."""
        return self.definition.minimum_sample_size

    @property
    def surface(self) -> Surface | None:
        """The place of this program that it changes."""
        return self.definition.surface

    @property
    def weights(self) -> tuple[float, ...]:
        """The shares of users in force, in the order of the variants."""
        return tuple(variant.weight for variant in self.definition.variants)


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of an experiment with the same weights and ramp; users of different phases are compared apart."""

    phase: int
    weights: tuple[float, ...]
    started_at: datetime | None


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to know before an experiment starts; `state` is ok, warning or refused."""

    name: str
    state: str
    says: str


@dataclass(frozen=True, slots=True)
class ArmCount:
    """How many users an arm has and how many of them converted on the target, by the sums kept."""

    variant: str
    users: int
    converted: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the rule proposes that a completed experiment leads to, and the sentence for it."""

    decision: Decision
    reason: str


def check_step(experiment: Experiment, step: ExperimentStatus) -> None:
    """Raise `NotAllowed` that says what may follow, when this may not."""
    allowed = STEPS[experiment.status]
    if step in allowed:
        return
    number = experiment.number
    if experiment.status is step:
        what = f"experiment #{number} is {step} already"
    else:
        what = f"experiment #{number} is {experiment.status} and cannot become {step}"
    if allowed:
        way = one_of(allowed)
    else:
        way = f"a completed one stays as it is; clone it with: supportdesk experiment clone {number}"
    raise NotAllowed(f"status: {what}; {way}", field="status")


def check_draft(experiment: Experiment, what: str) -> None:
    """Raise `NotAllowed` when an experiment is no draft any more; `what` is what was to be done with it."""
    if experiment.status is not ExperimentStatus.DRAFT:
        raise NotAllowed(
            f"experiment #{experiment.number} is {experiment.status}: only a draft can be {what}, since starting "
            f"freezes it; supportdesk experiment clone {experiment.number} makes a draft like it",
            field="status",
        )
