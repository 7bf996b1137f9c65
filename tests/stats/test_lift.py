"""Lift: its interval says of 0 what that of the difference says, and its limits solve what they are defined by."""

import math

import pytest
from hypothesis import given

from supportdesk.stats import Mean, fieller_lift, welch_t
from supportdesk.stats.means import degrees_of_freedom, t_critical
from tests.stats.arms import alphas, means


def test_spend_of_hillstroms_mens_mail():
    control = Mean(21_306, 0.6527893551112363, 134.28637185302105)
    test = Mean(21_307, 1.4226165110057727, 315.21179886555507)
    lift = fieller_lift(control, test)
    assert lift.low < lift.estimate < lift.high
    for ratio in (1 + lift.low, 1 + lift.high):
        error = math.sqrt(test.squared_error + ratio**2 * control.squared_error)
        critical = t_critical(degrees_of_freedom(control, test), 0.05)
        assert abs(test.mean - ratio * control.mean) / error == pytest.approx(critical, rel=1e-9)


@given(means, means, alphas)
def test_a_lift_excludes_0_exactly_where_the_difference_of_means_does(control, test, alpha):
    lift, difference = fieller_lift(control, test, alpha), welch_t(control, test, alpha)
    assert lift.reason or None not in (lift.low, lift.high)
    if lift.low is None or lift.high is None or difference.low is None:
        return
    assert math.isfinite(lift.low)
    assert math.isfinite(lift.high)
    scale = max(abs(control.mean), abs(test.mean))
    for mine, theirs in ((lift.low, difference.low), (lift.high, difference.high)):
        assert mine * theirs >= 0 or abs(theirs) < 1e-9 * scale


def test_what_has_no_lift_says_why():
    unsure = fieller_lift(Mean(10, 1.0, 100.0), Mean(10, 2.0, 100.0))
    assert (unsure.estimate, unsure.low, unsure.high) == (1.0, None, None)
    assert unsure.reason == "the control mean may be 0, so a lift has no limits"


def test_a_lift_of_a_negative_control_has_the_sign_of_the_difference():
    better = fieller_lift(Mean(1_000, -10.0, 4.0), Mean(1_000, -8.0, 4.0))
    assert better.estimate == pytest.approx(0.2)
    assert 0 < better.low < 0.2 < better.high
    # The mirror image of the same lift of positive means.
    mirrored = fieller_lift(Mean(1_000, 10.0, 4.0), Mean(1_000, 8.0, 4.0))
    assert (better.low, better.high) == pytest.approx((-mirrored.high, -mirrored.low))
