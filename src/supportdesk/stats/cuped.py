"""CUPED: a value from before the experiment takes out of the outcome what it could foretell."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from supportdesk.stats.means import WelchTest, welch_t
from supportdesk.stats.samples import Mean, Pairs, left_of_variance


@dataclass(frozen=True, slots=True)
class Cuped:
    """Raw and adjusted comparison. `variance_ratio` is Var(Y*)/Var(Y) over all users, which is 1 - correlation².

    `variance_reduction` is what was achieved where it counts: the share of the squared standard error of the
    difference that went away (it can be negative). None where a spread is 0; `reason` says why.
    """

    theta: float
    correlation: float | None
    variance_ratio: float | None
    variance_reduction: float | None
    control: Mean
    test: Mean
    adjusted: WelchTest
    raw: WelchTest
    reason: str = ""


def cuped(control: Pairs, test: Pairs, alpha: float = 0.05, alternative: str = "two-sided") -> Cuped:
    """Compare mean y of two arms, adjusted for x, a value that the experiment can't have moved.

    Y* = Y - θ (X - mean(X)) with θ = Cov(X, Y)/Var(X), both over all users of both arms; then Welch's t. θ is 0 when
    X does not vary. Source: Deng, Xu, Kohavi & Walker 2013 (WSDM).
    """
    pooled = Pairs.pooled([control, test])
    theta = pooled.covariance / pooled.variance_x if pooled.variance_x > 0 else 0.0
    correlation = _correlation(pooled)
    centred_c, centred_t = (_adjusted(arm, theta, pooled.mean_x) for arm in (control, test))
    adjusted = welch_t(centred_c, centred_t, alpha, alternative)
    raw = welch_t(control.y(), test.y(), alpha, alternative)
    ratio = None if correlation is None else 1 - correlation**2
    reduction = None
    if raw.standard_error and adjusted.standard_error is not None:
        reduction = 1 - (adjusted.standard_error / raw.standard_error) ** 2
    reason = adjusted.reason or (
        "" if pooled.variance_x > 0 else "the value before does not vary: nothing to adjust by"
    )
    return Cuped(theta, correlation, ratio, reduction, centred_c, centred_t, adjusted, raw, reason)


def adjusted_means(phases: Sequence[Sequence[Pairs]]) -> list[list[Mean]]:
    """Return the mean y of each arm of each phase, adjusted for x as `cuped` does it.

    One θ over all of them, from what varies within phases; each phase is centred on its own mean of x.
    """
    pooled = [Pairs.pooled(arms) for arms in phases]
    spread = math.fsum(max(each.users - 1, 0) * each.variance_x for each in pooled)
    theta = math.fsum(max(each.users - 1, 0) * each.covariance for each in pooled) / spread if spread > 0 else 0.0
    return [[_adjusted(arm, theta, of.mean_x) for arm in arms] for arms, of in zip(phases, pooled, strict=True)]


def _correlation(pooled: Pairs) -> float | None:
    scale = math.sqrt(pooled.variance_x) * math.sqrt(pooled.variance_y)
    return max(-1.0, min(1.0, pooled.covariance / scale)) if scale > 0 else None


def _adjusted(arm: Pairs, theta: float, centre: float) -> Mean:
    spread = left_of_variance(arm.variance_y, -2 * theta * arm.covariance, theta * theta * arm.variance_x)
    return Mean(arm.users, arm.mean_y - theta * (arm.mean_x - centre), spread)
