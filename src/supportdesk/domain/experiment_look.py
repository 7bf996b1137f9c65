"""A look at the results of an experiment: what it found, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from supportdesk.domain.experiment import ArmCount, Decision, Experiment, MetricKind

SMALLEST_P = 1e-300


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the results say, in one sentence.

    `rule` names what decided: users, split, both-arms, guardrail, effect, harm, sample, days or no-effect. `state` is
    `not yet`, `blocked`, `ship`, `keep-control` or `no result`. `decision` is what completing would propose.
    """

    rule: str
    state: str
    sentence: str
    decision: Decision = Decision.NO_RESULT
    variant: str = ""


@dataclass(frozen=True, slots=True)
class VariantResult:
    """One variant at one look; rates are fractions. z and p compare it with the control, so that has none.

    They are those of the target metric: of its rate, or of its mean, which is in the look's analysis.
    """

    variant: str
    sample_size: int
    conversion_count: int
    conversion_rate: float
    confidence_interval_lower: float | None
    confidence_interval_upper: float | None
    z_score: float | None
    p_value: float | None
    is_statistically_significant: bool
    calculated_at: datetime


@dataclass(frozen=True, slots=True)
class Look:
    """A look: its number, a row for each variant, and the whole analysis as JSON has it."""

    look: int
    calculated_at: datetime
    actor: str
    results: tuple[VariantResult, ...]
    analysis: Mapping[str, Any]

    @property
    def verdict(self) -> Verdict:
        """What it says."""
        said = self.analysis["verdict"]
        return Verdict(
            said["rule"], said["state"], said["sentence"], Decision(said["decision"]), said.get("variant", "")
        )


@dataclass(frozen=True, slots=True)
class EarlierLook:
    """What the sequential test needs of a look: the users of the smallest arm, and z and p of each test variant."""

    look: int
    users: int
    z: tuple[float | None, ...]
    p_value: tuple[float | None, ...]


def p_text(p_value: float) -> str:
    """Return a p-value in words: `p 0.0321`, or the bound below which no float tells it apart from 0."""
    return f"p {p_value:.3g}" if p_value >= SMALLEST_P else f"p < {SMALLEST_P:g}"


def target_values(experiment: Experiment, arms: Sequence[ArmCount], look: Look | None) -> tuple[str, ...]:
    """Return what each arm has of the target, in words: its rate as of now, or its mean as of a look.

    A dash for nothing.
    """
    if experiment.target.kind is MetricKind.CONVERSION:
        return tuple(f"{100 * arm.converted / arm.users:.4g} %" if arm.users else "–" for arm in arms)
    if look is None:
        return ("–",) * len(arms)
    means = [each["value"] for each in look.analysis["metrics"][0]["variants"]]
    return tuple("–" if mean is None else f"{mean:.4g}" for mean in means)
