"""A normal belief about a relative lift, from large-sample estimates of any metric."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from supportdesk.stats.errors import not_negative, number, positive
from supportdesk.stats.means import relative_lift
from supportdesk.stats.normal import below, critical_z, density
from supportdesk.stats.samples import Mean

NODES = 32
BENDS = (-12.0, -6.0, -3.0, -1.5, 0.0, 1.5, 3.0, 6.0, 12.0)
"""Standard deviations from its mean at which the quadrature of a belief is divided."""


@dataclass(frozen=True, slots=True)
class Normal:
    """A normal belief about an effect: mean and variance."""

    mean: float
    variance: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "mean", number("mean", self.mean))
        object.__setattr__(self, "variance", positive("variance", self.variance))


@dataclass(frozen=True, slots=True)
class NormalBelief:
    """How probable it is that an arm has the highest mean, and what choosing it loses on average."""

    probability_best: float
    expected_loss: float


@dataclass(frozen=True, slots=True)
class LiftBelief:
    """The posterior of a relative lift: mean, standard deviation, credible interval, chance that test beats control.

    `loss_control` and `loss_test` are what choosing that arm costs on average, in lift. `reason`: why they are None.
    """

    lift: float | None
    standard_deviation: float | None
    low: float | None
    high: float | None
    chance_to_win: float | None
    loss_control: float | None
    loss_test: float | None
    reason: str = ""


def lift_belief(control: Mean, test: Mean, prior: Normal | None = None, alpha: float = 0.05) -> LiftBelief:
    """Return the normal posterior of the lift test/control - 1 (delta method), with a normal prior or a flat one.

    Assumes a control mean many standard errors from 0. Source: Gelman et al. 2013, Bayesian Data Analysis, section 2.5;
    as GrowthBook's EffectBayesianABTest.
    """
    z = critical_z(alpha)
    estimate = relative_lift(control, test, alpha)
    if estimate.lift is None or not estimate.standard_error:
        return LiftBelief(estimate.lift, None, None, None, None, None, None, estimate.reason)
    mean, spread = estimate.lift, estimate.standard_error
    if prior:
        share = prior.variance / (prior.variance + spread**2)
        mean, spread = share * mean + (1 - share) * prior.mean, math.sqrt(share) * spread
    loss_control, loss_test = normal_losses(mean, spread)
    low, high = mean - z * spread, mean + z * spread
    return LiftBelief(mean, spread, low, high, below(mean / spread), loss_control, loss_test)


def normal_losses(mean: float, standard_deviation: float) -> tuple[float, float]:
    """Return what choosing control, and what choosing test, costs on average when the effect is N(mean, sd²).

    E[max(δ, 0)] = μ Φ(μ/σ) + σ φ(μ/σ), and the same with -μ. Source: Jones, Schonlau & Welch 1998.
    """
    centre, spread = number("mean", mean), not_negative("standard_deviation", standard_deviation)
    if abs(centre) >= 40 * spread:  # the other sign is out of a float's reach
        return max(centre, 0.0), max(-centre, 0.0)
    z = centre / spread
    small = max(density(z) - abs(z) * below(-abs(z)), 0.0) * spread
    return (small + centre, small) if centre > 0 else (small, small - centre)


def normal_beliefs(arms: Sequence[Normal]) -> tuple[NormalBelief, ...]:
    """Return for each of several independent normal beliefs how probably it is the highest, and its expected loss.

    P(best) = ∫ f_i Π F_j and E[max - θ_i] = ∫ F_i (1 - Π F_j), j ≠ i, by Gauss-Legendre quadrature between the points
    where a belief bends. Source: as `compare` for betas.
    """
    import numpy as np
    from scipy import special

    centres = np.array([arm.mean for arm in arms])
    errors = np.array([math.sqrt(arm.variance) for arm in arms])
    edges = np.unique(np.concatenate([centres + bend * errors for bend in BENDS])) if len(arms) else np.zeros(1)
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    half, middle = np.diff(edges)[:, None] / 2, (edges[1:] + edges[:-1])[:, None] / 2
    x, weight = (middle + half * nodes).ravel(), (half * weights).ravel()
    found = []
    for index, arm in enumerate(arms):
        z = (x - centres[:, None]) / errors[:, None]
        others = np.delete(special.log_ndtr(z), index, axis=0).sum(axis=0)
        density = np.exp(-(z[index] ** 2) / 2) / (math.sqrt(2 * math.pi * arm.variance))
        best = float(weight @ (density * np.exp(others)))
        loss = float(weight @ (special.ndtr(z[index]) * -np.expm1(others)))
        found.append(NormalBelief(min(best, 1.0), loss))
    return tuple(found)
