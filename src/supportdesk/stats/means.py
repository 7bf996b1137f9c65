"""Do arms differ in the mean of a value? Welch's t, winsorising, relative lift."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from supportdesk.stats.errors import open_fraction
from supportdesk.stats.normal import Alternative, parse_alternative
from supportdesk.stats.samples import Mean, Values, finite_array

MANY = 60
"""Users that can be shuffled in so many ways that it is no bound."""


@dataclass(frozen=True, slots=True)
class WelchTest:
    """A test of two means; `difference` and `t` are test minus control, `low` and `high` its two-sided interval.

    In the unit of the values. `reason` says why a number is None.
    """

    difference: float | None
    standard_error: float | None
    t: float | None
    df: float | None
    p_value: float | None
    low: float | None
    high: float | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Lift:
    """A difference as a share of the control's size, a fraction (.1 is +10 %). `reason` says why a number is None."""

    lift: float | None
    standard_error: float | None
    df: float | None
    p_value: float | None
    low: float | None
    high: float | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Winsorised:
    """Arms whose values above `cap` were lowered to it, `capped` of them."""

    arms: tuple[Mean, ...]
    cap: float | None
    capped: int
    reason: str = ""


def welch_t(control: Mean, test: Mean, alpha: float = 0.05, alternative: str = "two-sided") -> WelchTest:
    """Return Welch's t-test of two means with unequal variances, and the interval of their difference.

    df by Welch-Satterthwaite. Assumes independent users and means that are about normal (large arms, or capped
    values). Source: Welch 1947, Biometrika 34:28.
    """
    side = parse_alternative(alternative)
    open_fraction("alpha", alpha)
    reason = too_few(control, test)
    if reason:
        known = test.mean - control.mean if control.users and test.users else None
        return WelchTest(known, None, None, None, None, None, None, reason)
    return t_test(
        test.mean - control.mean,
        test.squared_error + control.squared_error,
        degrees_of_freedom(control, test),
        alpha,
        side,
        "no value varies in either arm",
    )


def cautious(control: Mean, test: Mean) -> tuple[Mean, Mean]:
    """Return both arms, with variances raised where one common variance makes the difference less sure than Welch's.

    Of skewed values, such as revenue, a small arm without large ones seems to vary little: with 900 and 100 users, a
    tenth of whom spend, Welch's test takes nothing for an effect in 12 % of runs, at a level of 5 %. Arms of one size
    stay as they are.
    """
    apart = control.squared_error + test.squared_error
    if control.users < 2 or test.users < 2 or apart <= 0:
        return control, test
    inside = (control.users - 1) * control.variance + (test.users - 1) * test.variance
    common = inside / (control.users + test.users - 2) * (1 / control.users + 1 / test.users)
    factor = max(1.0, common / apart)
    return replace(control, variance=control.variance * factor), replace(test, variance=test.variance * factor)


def shuffled_p(arms: Sequence[tuple[Mean, Mean]]) -> float:
    """Return the smallest two-sided p-value that shuffling the users of each pair of arms can give: 1/3 of two and two.

    Source: Fisher 1935, The Design of Experiments, section 21.
    """
    if any(control.users + test.users > MANY for control, test in arms):
        return 0.0
    return min(1.0, 2 / math.prod(math.comb(c.users + t.users, c.users) for c, t in arms))


def t_test(
    difference: float, squared_error: float, df: float | None, alpha: float, side: Alternative, no_spread: str
) -> WelchTest:
    """Return the t-test of an estimate with its squared standard error; `no_spread` is the reason when that is 0."""
    if squared_error <= 0 or df is None:
        return WelchTest(difference, 0.0, None, None, None, None, None, no_spread)
    error = math.sqrt(squared_error)
    t = difference / error
    half = t_critical(df, alpha) * error
    return WelchTest(difference, error, t, df, t_p_value(t, df, side), difference - half, difference + half)


def relative_lift(control: Mean, test: Mean, alpha: float = 0.05) -> Lift:
    """Return the relative lift of a mean by the delta method, with a t interval on Welch's degrees of freedom.

    lift = (m_t - m_c)/|m_c|, variance v_t/m_c² + m_t² v_c/m_c⁴, where v is the variance of a mean; above 0 where test
    is above control, whatever their signs. Assumes that the control mean is many standard errors from 0.
    Source: Deng, Knoblich & Lu 2018 (KDD); df as GrowthBook.
    """
    open_fraction("alpha", alpha)
    reason = too_few(control, test)
    if not control.users or not test.users:
        return Lift(None, None, None, None, None, None, reason)
    if abs(control.mean) <= 1e-50:
        return Lift(None, None, None, None, None, None, "the control mean is 0: there is nothing to be relative to")
    ratio = test.mean / control.mean
    lift = (test.mean - control.mean) / abs(control.mean)
    if reason:
        return Lift(lift, None, None, None, None, None, reason)
    error = math.hypot(
        math.sqrt(test.squared_error) / control.mean, ratio * math.sqrt(control.squared_error) / control.mean
    )
    df = degrees_of_freedom(control, test)
    if error == 0 or df is None:
        return Lift(lift, 0.0, None, None, None, None, "no value varies in either arm")
    half = t_critical(df, alpha) * error
    return Lift(lift, error, df, t_p_value(lift / error, df, Alternative.TWO_SIDED), lift - half, lift + half)


def winsorise(arms: Sequence[Values], quantile: float = 0.999) -> Winsorised:
    """Lower values above one cap, the `quantile` of all arms' values together, so that no arm gets a cap of its own.

    Linear interpolation between order statistics (type 7). Source: Dixon 1960; one pooled cap, because a cap of each
    arm's own would move with the effect that is looked for.
    """
    import numpy as np

    open_fraction("quantile", quantile)
    arrays = [finite_array("values", values) for values in arms]
    together = np.concatenate(arrays) if arrays else np.empty(0)
    if together.size == 0:
        return Winsorised(tuple(Mean.of(array) for array in arrays), None, 0, "no arm has values")
    cap = float(np.quantile(together, quantile))
    return Winsorised(tuple(Mean.of(np.minimum(array, cap)) for array in arrays), cap, int((together > cap).sum()))


def too_few(control: Mean, test: Mean) -> str:
    """Return why two arms can't be compared in their spread, or ""."""
    for name, arm in (("control", control), ("test", test)):
        if arm.users < 2:
            return f"the {name} arm has {'no' if arm.users == 0 else 'only one'} user{'s' if arm.users == 0 else ''}"
    return ""


def degrees_of_freedom(control: Mean, test: Mean) -> float | None:
    """Return Welch-Satterthwaite's degrees of freedom; None if neither arm varies."""
    return welch_satterthwaite(control.squared_error, control.users, test.squared_error, test.users)


def welch_satterthwaite(squared_c: float, users_c: int, squared_t: float, users_t: int) -> float | None:
    """Return (v_c + v_t)² / (v_c²/(n_c-1) + v_t²/(n_t-1)) for squared standard errors v; None when both are 0."""
    total = squared_c + squared_t
    if total <= 0:
        return None
    share = squared_c / total
    return 1 / (share**2 / (users_c - 1) + (1 - share) ** 2 / (users_t - 1))


def t_critical(df: float, alpha: float) -> float:
    """Return the two-sided critical value of Student's t."""
    from scipy import special

    return -float(special.stdtrit(df, alpha / 2))


def t_p_value(t: float, df: float, side: Alternative) -> float:
    """Return the p-value of a t statistic, accurate in the tails."""
    from scipy import special

    match side:
        case Alternative.TWO_SIDED:
            return 2 * float(special.stdtr(df, -abs(t)))
        case Alternative.LARGER:
            return float(special.stdtr(df, -t))
        case Alternative.SMALLER:
            return float(special.stdtr(df, t))
