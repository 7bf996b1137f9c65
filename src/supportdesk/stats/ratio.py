"""Ratio metrics: tickets an agent over hours, clicks over page views, where the user is randomised but not the unit."""

from __future__ import annotations

import math
from dataclasses import dataclass

from supportdesk.stats.errors import open_fraction
from supportdesk.stats.means import t_test, welch_satterthwaite
from supportdesk.stats.normal import parse_alternative
from supportdesk.stats.samples import Mean, Pairs, left_of_variance


@dataclass(frozen=True, slots=True)
class RatioTest:
    """A test of two ratios of means; `difference` and `t` are test minus control. `reason`: why a number is None."""

    ratio_control: float | None
    ratio_test: float | None
    difference: float | None
    standard_error: float | None
    t: float | None
    df: float | None
    p_value: float | None
    low: float | None
    high: float | None
    reason: str = ""


def ratio_difference(control: Pairs, test: Pairs, alpha: float = 0.05, alternative: str = "two-sided") -> RatioTest:
    """Compare mean(x)/mean(y) of two arms by the delta method, with Welch's degrees of freedom.

    Var = (s_x² - 2 r s_xy + r² s_y²) / (n mean(y)²) with r the ratio. Assumes independent users and mean(y) many
    standard errors from 0. Source: Deng, Knoblich & Lu 2018 (KDD).
    """
    side = parse_alternative(alternative)
    open_fraction("alpha", alpha)
    ratio_c, squared_c, reason_c = _ratio(control, "control")
    ratio_t, squared_t, reason_t = _ratio(test, "test")
    difference = None if ratio_c is None or ratio_t is None else ratio_t - ratio_c
    if difference is None or reason_c or reason_t:
        return RatioTest(ratio_c, ratio_t, difference, None, None, None, None, None, None, reason_c or reason_t)
    df = welch_satterthwaite(squared_c, control.users, squared_t, test.users)
    found = t_test(difference, squared_c + squared_t, df, alpha, side, "the ratio does not vary in either arm")
    return RatioTest(
        ratio_c, ratio_t, difference, found.standard_error, found.t, found.df, found.p_value, found.low, found.high,
        found.reason,
    )  # fmt: skip


def ratio_mean(arm: Pairs) -> Mean:
    """Return mean(x)/mean(y) as the mean of users that it is about, by the delta method; of no users where it is none.

    Each user stands there with r + (x - r y)/mean(y), r the ratio. Source: Deng, Knoblich & Lu 2018 (KDD).
    """
    ratio, squared, reason = _ratio(arm, "arm")
    return Mean(0, 0.0, 0.0) if ratio is None or reason else Mean(arm.users, ratio, squared * arm.users)


def _ratio(arm: Pairs, name: str) -> tuple[float | None, float, str]:
    """Return the ratio, its squared standard error, and the reason where they cannot be computed."""
    if arm.users == 0:
        return None, 0.0, f"the {name} arm has no users"
    if abs(arm.mean_y) <= 1e-50:
        return None, 0.0, f"the denominator of the {name} arm is 0"
    ratio = arm.mean_x / arm.mean_y
    if arm.users == 1:
        return ratio, 0.0, f"the {name} arm has only one user"
    spread = left_of_variance(arm.variance_x, -2 * ratio * arm.covariance, ratio * ratio * arm.variance_y)
    squared = spread / arm.users / arm.mean_y / arm.mean_y
    return (ratio, squared, "") if math.isfinite(squared) else (ratio, 0.0, f"the {name} arm's denominator is nearly 0")
