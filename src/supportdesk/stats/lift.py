"""The relative lift of a mean with an interval that agrees with that of the difference: 0 is in both or in neither.

The delta method (`relative_lift`) sets an interval of its own around the ratio and contradicts the difference where
that just excludes 0. This asks instead for which ratios r the difference of test and r times control is shown to be 0
by the very interval of the difference, so that at r = 1, a lift of 0, both say the same. Of rates: `score_lift`.
"""

from __future__ import annotations

import math
from dataclasses import replace

from supportdesk.stats.errors import open_fraction
from supportdesk.stats.intervals import Interval
from supportdesk.stats.means import degrees_of_freedom, t_critical, too_few
from supportdesk.stats.samples import Mean

NOTHING = "the control mean is 0: there is nothing to be relative to"


def fieller_lift(control: Mean, test: Mean, alpha: float = 0.05) -> Interval:
    """Return the lift (m_test - m_control)/|m_control| by Fieller's theorem.

    It excludes 0 exactly where the interval of `welch_t` does.

    A fraction (.1 is +10 %). There are no limits, and a reason, while the control mean itself may be 0.
    Source: Fieller 1954, Journal of the Royal Statistical Society B 16:175; df of Welch's test.
    """
    open_fraction("alpha", alpha)
    reason = too_few(control, test)
    if not control.users or not test.users:
        return Interval(None, None, None, reason)
    known = replace(_lift(_exact(control.mean), _exact(test.mean)), low=None, high=None)
    if control.mean < 0 and known.estimate is not None:
        known = replace(known, estimate=-known.estimate)
    df = None if reason else degrees_of_freedom(control, test)
    if known.estimate is None or df is None:
        return replace(known, reason=known.reason or reason or "no value varies in either arm")
    t = t_critical(df, alpha)
    half_c, half_t = t * math.sqrt(control.squared_error), t * math.sqrt(test.squared_error)
    if half_c >= abs(control.mean):
        return replace(known, reason="the control mean may be 0, so a lift has no limits")
    # Of two negative means, the ratio is that of the positive ones; the lift has the sign of the difference.
    sign = math.copysign(1, control.mean)
    ratio = _lift(
        Interval(sign * control.mean, sign * control.mean - half_c, sign * control.mean + half_c),
        Interval(sign * test.mean, sign * test.mean - half_t, sign * test.mean + half_t),
    )
    return ratio if sign > 0 else _mirrored(ratio)


def _mirrored(lift: Interval) -> Interval:
    """Return a lift relative to |control| from the one relative to a negative control."""
    estimate, low, high = _known(lift)
    return Interval(-estimate, -high, -low)


def _exact(value: float) -> Interval:
    return Interval(value, value, value)


def _lift(control: Interval, test: Interval) -> Interval:
    """Return where test - r control has 0 on its limit, by squaring and adding the distances of both to theirs."""
    (c, low_c, high_c), (t, low_t, high_t) = _known(control), _known(test)
    if abs(c) <= 1e-50:
        return Interval(None, None, None, NOTHING)
    low = _root((high_c - c) / c, t / c, (t - low_t) / c, -1)
    high = _root((c - low_c) / c, t / c, (high_t - t) / c, 1)
    return Interval((t - c) / c, low - 1, high - 1)


def _root(distance_c: float, t: float, distance_t: float, side: int) -> float:
    """Return the smaller (side -1) or larger r of (t - r)² = distance_t² + r² distance_c², in units of the control."""
    square, rest = (1 - distance_c) * (1 + distance_c), (t - distance_t) * (t + distance_t)
    spread = math.hypot(distance_c * t, distance_t * math.sqrt(square))
    # The form that does not subtract what is nearly alike.
    if side * t < 0:
        return rest / (t - side * spread)
    return (t + side * spread) / square if square else 0.0


def _known(interval: Interval) -> tuple[float, float, float]:
    assert interval.estimate is not None
    assert interval.low is not None
    assert interval.high is not None
    return interval.estimate, interval.low, interval.high
