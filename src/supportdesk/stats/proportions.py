"""Do arms convert alike? Tests of two and of more proportions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from supportdesk.stats.normal import p_value_of, parse_alternative
from supportdesk.stats.samples import Proportion


@dataclass(frozen=True, slots=True)
class ZTest:
    """A two-proportion test; `difference` and `z` are test minus control. `reason` says why a number is None."""

    rate_control: float | None
    rate_test: float | None
    difference: float | None
    standard_error: float | None
    z: float | None
    p_value: float | None
    reason: str = ""

    def significant(self, alpha: float = 0.05) -> bool:
        """Return whether the p-value is below `alpha`; a test that could not be computed is not."""
        return self.p_value is not None and self.p_value < alpha


@dataclass(frozen=True, slots=True)
class ChiSquare:
    """A chi-square statistic with its degrees of freedom. `reason` says why a number is None."""

    chi2: float | None
    df: int
    p_value: float | None
    reason: str = ""


def two_proportion_z(control: Proportion, test: Proportion, alternative: str = "two-sided") -> ZTest:
    """Return the pooled z-test of two independent proportions.

    z = (p_t - p_c) / sqrt(p(1-p)(1/n_c + 1/n_t)) with the pooled rate p; large-sample, good from about five
    conversions and five misses per arm. Two-sided it is the chi-square test of the 2x2 table without correction.
    Source: Fleiss, Levin & Paik 2003, Statistical Methods for Rates and Proportions, chapter 3.
    """
    side = parse_alternative(alternative)
    rate_control, rate_test = control.rate, test.rate
    if rate_control is None or rate_test is None:
        return ZTest(rate_control, rate_test, None, None, None, None, empty_arm(control, test))
    difference = rate_test - rate_control
    conversions, users = control.conversions + test.conversions, control.users + test.users
    misses = users - conversions
    error = math.sqrt(conversions / users * (misses / users) * (1 / control.users + 1 / test.users))
    if error == 0:
        who = "nobody converted" if conversions == 0 else "everybody converted"
        return ZTest(rate_control, rate_test, difference, error, None, None, f"{who} in either arm")
    z = difference / error
    return ZTest(rate_control, rate_test, difference, error, z, p_value_of(z, side))


def proportions_chi_square(arms: Sequence[Proportion]) -> ChiSquare:
    """Return Pearson's chi-square that k independent proportions are one, without continuity correction; df = k-1.

    Large-sample: expected counts of about five and more. Source: Pearson 1900; Fleiss 1981, chapter 9; R `prop.test`.
    """
    df = max(len(arms) - 1, 0)
    if len(arms) < 2:
        return ChiSquare(None, df, None, "one arm has nothing to be compared with")
    if any(arm.users == 0 for arm in arms):
        return ChiSquare(None, df, None, "an arm has no users")
    conversions, users = sum(arm.conversions for arm in arms), sum(arm.users for arm in arms)
    misses = users - conversions
    if conversions == 0 or misses == 0:
        who = "nobody" if conversions == 0 else "everybody"
        return ChiSquare(None, df, None, f"{who} converted in any arm")
    rate = conversions / users
    spread = math.fsum(arm.users * (arm.conversions / arm.users - rate) ** 2 for arm in arms)
    chi2 = spread * users / conversions * users / misses
    return ChiSquare(chi2, df, chi_square_above(chi2, df))


def chi_square_above(chi2: float, df: int) -> float:
    """Return the upper tail of the chi-square distribution."""
    if df == 1:
        return math.erfc(math.sqrt(chi2 / 2))
    from scipy import special

    return float(special.chdtrc(df, chi2))


def empty_arm(control: Proportion, test: Proportion) -> str:
    """Return which arm has no users, in words."""
    if control.users == test.users == 0:
        return "neither arm has users"
    return "the control arm has no users" if control.users == 0 else "the test arm has no users"
