"""Lift: its interval says of 0 what that of the difference says, and its limits solve what they are defined by."""

import math

import pytest
from hypothesis import assume, given

from supportdesk.stats import Mean, Proportion, fieller_lift, mover_lift, newcombe, welch_t, wilson
from supportdesk.stats.means import degrees_of_freedom, t_critical
from tests.stats.arms import alphas, filled_arms, means, proportions


def test_a_lift_does_not_contradict_a_difference_that_just_excludes_0():
    control, test = Proportion(1_000, 100_000), Proportion(1_090, 100_000)
    difference, lift = newcombe(control, test), mover_lift(control, test)
    assert difference.low > 0
    assert lift.low > 0
    assert lift.estimate == pytest.approx(0.09)
    # The delta method has -.0026 to .1826 here; the ratio's logarithm .0008 to .1868.
    assert (lift.low, lift.high) == (pytest.approx(0.0009, abs=5e-4), pytest.approx(0.187, abs=1e-3))


def test_spend_of_hillstroms_mens_mail():
    control = Mean(21_306, 0.6527893551112363, 134.28637185302105)
    test = Mean(21_307, 1.4226165110057727, 315.21179886555507)
    lift = fieller_lift(control, test)
    assert lift.low < lift.estimate < lift.high
    for ratio in (1 + lift.low, 1 + lift.high):
        error = math.sqrt(test.squared_error + ratio**2 * control.squared_error)
        critical = t_critical(degrees_of_freedom(control, test), 0.05)
        assert abs(test.mean - ratio * control.mean) / error == pytest.approx(critical, rel=1e-9)


@given(filled_arms, filled_arms, alphas)
def test_limits_of_a_lift_are_where_the_difference_to_a_multiple_of_the_control_is_0(control, test, alpha):
    lift = mover_lift(control, test, alpha)
    assume(lift.low is not None)
    c, t = wilson(control, alpha), wilson(test, alpha)
    for ratio, of_test, of_control in ((1 + lift.low, t.low, c.high), (1 + lift.high, t.high, c.low)):
        distance = math.hypot(t.estimate - of_test, ratio * (of_control - c.estimate))
        assert abs(t.estimate - ratio * c.estimate) == pytest.approx(distance, rel=1e-6, abs=1e-12)


@given(proportions, proportions, alphas)
def test_a_lift_excludes_0_exactly_where_the_difference_of_rates_does(control, test, alpha):
    lift, difference = mover_lift(control, test, alpha), newcombe(control, test, alpha)
    if lift.low is None or lift.high is None:
        assert lift.reason
        return
    assert -1 <= lift.low <= lift.estimate + 1e-12
    assert lift.estimate <= lift.high + 1e-12
    for mine, theirs in ((lift.low, difference.low), (lift.high, difference.high)):
        assert mine * theirs > 0 or abs(theirs) < 1e-12


@given(means, means, alphas)
def test_a_lift_excludes_0_exactly_where_the_difference_of_means_does(control, test, alpha):
    lift, difference = fieller_lift(control, test, alpha), welch_t(control, test, alpha)
    assert lift.reason or None not in (lift.low, lift.high)
    if lift.low is None or lift.high is None or difference.low is None:
        return
    assert math.isfinite(lift.low)
    assert math.isfinite(lift.high)
    scale = max(abs(control.mean), abs(test.mean))
    low, high = sorted(
        (difference.low * math.copysign(1, control.mean), difference.high * math.copysign(1, control.mean))
    )
    for mine, theirs in ((lift.low, low), (lift.high, high)):
        assert mine * theirs >= 0 or abs(theirs) < 1e-9 * scale


def test_what_has_no_lift_says_why():
    assert mover_lift(Proportion(0, 10), Proportion(1, 10)).reason.startswith("the control mean is 0")
    assert mover_lift(Proportion(0, 0), Proportion(1, 10)).reason == "the control arm has no users"
    unsure = fieller_lift(Mean(10, 1.0, 100.0), Mean(10, 2.0, 100.0))
    assert (unsure.estimate, unsure.low, unsure.high) == (1.0, None, None)
    assert unsure.reason == "the control mean may be 0, so a lift has no limits"
