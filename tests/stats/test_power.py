"""Plans are those of R's and the web's calculators, and go there and back."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.stats import (
    power_means,
    power_normal,
    power_two_proportions,
    sample_size_means,
    sample_size_of_difference,
    sample_size_two_proportions,
    smallest_effect_means,
    smallest_effect_two_proportions,
)

rates = st.floats(0, 1)
inner_rates = st.floats(0.01, 0.99)
levels = st.sampled_from([0.001, 0.01, 0.05, 0.1])
powers = st.sampled_from([0.5, 0.8, 0.9, 0.99])
sides = st.sampled_from(["two-sided", "larger", "smaller"])


def test_rs_power_prop_test():
    # ?power.prop.test: n = 50, .50 against .75: power .740; power .9: n = 76.7; sig.level .01: n = 109.
    assert power_two_proportions(0.5, 0.75, 50).power == pytest.approx(0.740, abs=5e-4)
    assert sample_size_two_proportions(0.5, 0.75, power=0.9).exact == pytest.approx(76.7, abs=0.05)
    assert sample_size_two_proportions(0.5, 0.75, power=0.9).users_per_arm == 77
    assert sample_size_two_proportions(0.5, 0.75, power=0.9, alpha=0.01).exact == pytest.approx(109.1, abs=0.05)


def test_evan_millers_calculator():
    # evanmiller.org/ab-testing/sample-size.html, its default: 20 % and 5 points: 1,030 per variation.
    assert round(sample_size_two_proportions(0.2, 0.25, formula="baseline").exact) == 1030


def test_rs_power_t_test():
    # ?power.t.test: n = 20, delta = 1: .8689528; power = .90, delta = 1: n = 22.02110; one-sided .95: n = 22.3.
    assert power_means(1.0, 20).power == pytest.approx(0.8689528, abs=1e-6)
    assert sample_size_means(1.0, power=0.9).exact == pytest.approx(22.0211, abs=1e-4)
    assert sample_size_means(1.0, power=0.95, alternative="larger").exact == pytest.approx(22.34, abs=0.05)


def test_rs_pwr_2p_test():
    # pwr.2p.test(h = .3, n = 80, sig.level = .05): power .4751.
    assert power_normal(0.3, 80).power == pytest.approx(0.475100870572638, abs=1e-12)


def test_the_closed_form_of_means():
    # 2 (1.960 + .842)² / .5² = 62.8, the figure of every textbook.
    assert sample_size_of_difference(0.5, 1.0).users_per_arm == 63


@given(inner_rates, inner_rates, powers, levels, sides)
def test_the_size_asked_for_has_the_power_asked_for(control, test, power, alpha, side):
    found = sample_size_two_proportions(control, test, power, alpha, side)
    assert (found.exact is None) is bool(found.reason)
    if found.exact is not None:
        assert power_two_proportions(control, test, found.exact, alpha, side).power == pytest.approx(power, abs=1e-9)


@given(st.floats(0.01, 3), powers, levels)
def test_the_size_for_means_has_the_power_asked_for(effect, power, alpha):
    size = sample_size_means(effect, power, alpha)
    if size.exact is None:
        assert power_means(effect, 2, alpha).power > power
    else:
        assert power_means(effect, size.exact, alpha).power == pytest.approx(power, abs=1e-9)


@given(inner_rates, st.integers(10, 10**7), powers, levels)
def test_the_smallest_effect_has_the_power_asked_for(control, users, power, alpha):
    found = smallest_effect_two_proportions(control, users, power, alpha)
    assert (found.absolute is None) is bool(found.reason)
    if found.absolute is not None:
        there = power_two_proportions(control, min(control + found.absolute, 1), users, alpha).power
        assert there == pytest.approx(power, abs=1e-6)


def test_the_smallest_difference_of_means_goes_back():
    found = smallest_effect_means(10.0, 4.0, 200)
    assert power_means(found.absolute / 4.0, 200).power == pytest.approx(0.8)
    assert found.relative == pytest.approx(found.absolute / 10)


@given(rates, rates, st.integers(1, 10**9), levels, sides)
def test_power_is_a_chance_or_says_why_not(control, test, users, alpha, side):
    found = power_two_proportions(control, test, users, alpha, side)
    assert (found.power is None) is bool(found.reason)
    assert found.power is None or 0 <= found.power <= 1


@given(st.floats(-50, 50), st.floats(1.01, 1e12), levels, sides)
def test_power_of_means_is_a_chance_and_grows(effect, users, alpha, side):
    power, more = power_means(effect, users, alpha, side).power, power_means(effect, users * 2, alpha, side).power
    assert math.isfinite(power)
    assert 0 <= power <= 1
    if side == "two-sided":
        assert more >= power - 1e-9


def test_what_cannot_be_planned_says_why():
    assert sample_size_two_proportions(0.1, 0.1).reason == "the two rates are the same: there is no effect to find"
    assert sample_size_two_proportions(0.1, 0.2, alternative="smaller").reason == "the effect is not smaller"
    assert sample_size_means(0.0).reason == "the effect is 0: there is no effect to find"
    assert sample_size_of_difference(1e-300, 1.0).reason == sample_size_two_proportions(0.1, 0.1 + 1e-12).reason
    assert "even the largest effect" in smallest_effect_two_proportions(0.99, 5).reason
    assert "nothing can vary" in power_two_proportions(0.0, 0.0, 10).reason
    assert "more than one user" in power_means(1.0, 1).reason
