"""Analysis of an experiment as frozen data, and the JSON document that it is stored and printed as.

The names of the fields are those of the document.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, asdict, dataclass, field, fields, is_dataclass
from functools import cache
from types import NoneType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from supportdesk.domain.experiments.experiment import Check, Decision
from supportdesk.domain.experiments.metric import Direction, MetricKind, MetricRole

Document = dict[str, Any]
Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The conclusion in one sentence.

    `rule` names what decided: users, window, split, both-arms, reporting, guardrail, effect, harm, sample, days or
    no-effect. `state` is `not yet`, `blocked`, `ship`, `keep-control` or `no result`. `decision` is what completing
    would propose, `next_step` what to do in plain words.
    """

    rule: str
    state: str
    sentence: str
    decision: Decision = Decision.NO_RESULT
    variant: str = ""
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """The interim analysis that decided: the end of which day, with how many users in the smallest arm."""

    day: str
    users: int


@dataclass(frozen=True, slots=True)
class ArmResult:
    """One variant on one metric; `value` is its rate or mean, with limits."""

    variant: str
    users: int
    conversions: int
    value: float | None
    lower: float | None
    upper: float | None
    total: float | None = None

    @property
    def limits(self) -> tuple[float, float, float] | None:
        """Lower limit, value and upper limit, where all are known."""
        if self.value is None or self.lower is None or self.upper is None:
            return None
        return self.lower, self.value, self.upper


@dataclass(frozen=True, slots=True)
class AlwaysValidResult:
    """What holds at every look, however many there are."""

    p_value: float | None = None
    difference_lower: float | None = None
    difference_upper: float | None = None

    @property
    def band(self) -> tuple[float, float, float] | None:
        """The p-value and the limits of the difference, where they are known."""
        if self.p_value is None or self.difference_lower is None or self.difference_upper is None:
            return None
        return self.p_value, self.difference_lower, self.difference_upper


@dataclass(frozen=True, slots=True)
class ComparisonResult:
    """One test variant against the control on one metric; `method` names the test where it is not the usual one."""

    variant: str
    difference: float | None
    difference_lower: float | None
    difference_upper: float | None
    lift: float | None
    lift_lower: float | None
    lift_upper: float | None
    z_score: float | None
    p_value: float | None
    p_value_holm: float | None
    always_valid: AlwaysValidResult
    significant: bool
    worse: bool
    says: str
    reason: str
    method: str = ""


@dataclass(frozen=True, slots=True)
class MetricResult:
    """One metric; `adjusted` says whether the values of its variants are weighted over phases.

    `described` says in words how it is measured, with its window, cap or adjustment.
    """

    metric: str
    kind: MetricKind
    role: MetricRole
    better: Direction
    variants: tuple[ArmResult, ...]
    comparisons: tuple[ComparisonResult, ...]
    adjusted: bool = False
    described: str = ""


@dataclass(frozen=True, slots=True)
class GuardrailResult:
    """One test variant on one guardrail; `state` is worse, safe or not shown."""

    metric: str
    variant: str
    state: str
    says: str


@dataclass(frozen=True, slots=True)
class BeliefRow:
    """How probable it is that a variant is the best, and what choosing it loses on average."""

    variant: str
    probability_best: float
    expected_loss: float
    lower: float | None
    upper: float | None


@dataclass(frozen=True, slots=True)
class Belief:
    """The beliefs about all variants; empty where none can be given."""

    variants: tuple[BeliefRow, ...] = ()
    says: str = ""


@dataclass(frozen=True, slots=True)
class PhaseUsers:
    """The users of each arm in one phase."""

    phase: int
    weights: tuple[float, ...]
    users: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class EventTotals:
    """How many events of each name there are, by whether a metric counts them."""

    counted: Mapping[str, int] = field(default_factory=dict)
    not_counted: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DayArm:
    """One arm up to the end of one day: its rate or mean, with the always-valid band of its difference."""

    users: int
    conversions: int
    difference: float | None = None
    lower: float | None = None
    upper: float | None = None
    value: float | None = None

    @property
    def band(self) -> tuple[float, float, float] | None:
        """Lower limit, difference and upper limit, where they are known."""
        if self.difference is None or self.lower is None or self.upper is None:
            return None
        return self.lower, self.difference, self.upper


@dataclass(frozen=True, slots=True)
class SeriesDay:
    """All arms up to the end of one day."""

    day: str
    arms: tuple[DayArm, ...]


@dataclass(frozen=True, slots=True)
class Analysis:
    """The whole analysis of an experiment. A number that cannot be computed is None, and `reason` beside it says why.

    `verdict` is of the interim analyses, which are the days that are over; all other figures are of now.
    """

    verdict: Verdict
    provisional: bool
    confidence_level: float
    planned_sample_size: int | None
    days: int
    minimum_days: int
    days_left: int | None
    look: int
    left_out: int
    health: tuple[Check, ...]
    metrics: tuple[MetricResult, ...]
    guardrails: tuple[GuardrailResult, ...]
    belief: Belief
    phases: tuple[PhaseUsers, ...]
    events: EventTotals
    refused: Mapping[str, int]
    series: tuple[SeriesDay, ...]
    decided: Decided | None = None

    @property
    def target(self) -> MetricResult:
        """The metric that the verdict is about."""
        return self.metrics[0]

    @property
    def smallest_arm(self) -> int:
        """The users of the smallest arm."""
        return min(arm.users for arm in self.target.variants)


def to_document(analysis: Analysis) -> Document:
    """Return the JSON document of an analysis."""
    return asdict(analysis)


def from_document(document: Mapping[str, Any]) -> Analysis:
    """Return the analysis that a JSON document has; raises `TypeError`, `KeyError` or `ValueError` for another one."""
    return _part(Analysis, document)


def _part(kind: type[Part], document: Any) -> Part:
    hints, defaults = _hints(kind)  # type: ignore[arg-type]
    given = {}
    for name, hint in hints.items():
        if name in document:
            given[name] = _value(hint, document[name])
        elif name not in defaults:
            raise KeyError(name)
    return kind(**given)


@cache
def _hints(kind: Any) -> tuple[dict[str, Any], frozenset[str]]:
    optional = (f.name for f in fields(kind) if f.default is not MISSING or f.default_factory is not MISSING)
    return get_type_hints(kind), frozenset(optional)


def _value(hint: Any, value: Any) -> Any:
    if is_dataclass(hint):
        return _part(hint, value)  # type: ignore[arg-type]
    if get_origin(hint) is tuple:
        return tuple(_value(get_args(hint)[0], each) for each in _list(value))
    if get_origin(hint) is Mapping:
        return {str(name): int(each) for name, each in value.items()}
    choices = get_args(hint)
    if NoneType in choices:
        return None if value is None else _value(choices[0], value)
    return hint(value)


def _list(value: Any) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        raise TypeError("not a list")
    return value
