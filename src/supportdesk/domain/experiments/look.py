"""A look at the results of an experiment: what it found, and what follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from supportdesk.domain.experiments.analysis import Analysis, Verdict
from supportdesk.domain.experiments.experiment import ArmCount, Experiment
from supportdesk.domain.experiments.metric import MetricKind

SMALLEST_P = 1e-300


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
    """A look: its number, a row for each variant, and the whole analysis."""

    look: int
    calculated_at: datetime
    actor: str
    results: tuple[VariantResult, ...]
    analysis: Analysis

    @property
    def verdict(self) -> Verdict:
        """The conclusion in one sentence."""
        return self.analysis.verdict


def p_text(p_value: float) -> str:
    """Return a p-value in words: `p 0.0321`, or the bound below which no float tells it apart from 0."""
    return f"p {p_value:.3g}" if p_value >= SMALLEST_P else f"p < {SMALLEST_P:g}"


def target_values(experiment: Experiment, arms: Sequence[ArmCount], look: Look | None) -> tuple[str, ...]:
    """Return what each arm has of the target, in words: its rate as of now, or its mean as of a look.

    A dash for nothing. Rates over phases with different weights cannot be compared as they are: they are those of a
    look, which weights phases alike for all arms; so are those of users whose conversion window is over.
    """
    rates = experiment.target.kind is MetricKind.CONVERSION
    if rates and experiment.target.within is None and len({phase.weights for phase in experiment.phases}) < 2:
        return tuple(f"{100 * arm.converted / arm.users:.4g} %" if arm.users else "–" for arm in arms)
    if look is None:
        return ("–",) * len(arms)
    values = [each.value for each in look.analysis.target.variants]
    return tuple("–" if value is None else f"{100 * value:.4g} %" if rates else f"{value:.4g}" for value in values)
