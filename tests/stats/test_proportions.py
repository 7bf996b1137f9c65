"""Conversion rates are compared as the textbooks do, and what can't be compared says why."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.stats import Proportion, proportions_chi_square, two_proportion_z
from tests.stats.arms import filled_arms, proportions


def test_the_published_page_test():
    # Udacity's "Analyze A/B test results" project: z 1.3109 (old minus new), one-sided p .9051, two-sided .1899.
    control, test = Proportion(17_489, 145_274), Proportion(17_264, 145_310)
    found = two_proportion_z(control, test)
    assert found.z == pytest.approx(-1.31092, abs=5e-6)
    assert found.p_value == pytest.approx(0.18988, abs=5e-6)
    assert two_proportion_z(control, test, "larger").p_value == pytest.approx(0.90506, abs=5e-6)
    assert not found.significant(0.05)


def test_fleiss_smokers():
    # Fleiss 1981, as in R's ?prop.test: X-squared = 12.6, df = 3, p = .005585.
    arms = [Proportion(x, n) for x, n in [(83, 86), (90, 93), (129, 136), (70, 82)]]
    found = proportions_chi_square(arms)
    assert (round(found.chi2, 4), found.df, round(found.p_value, 6)) == (12.6004, 3, 0.005585)


def test_far_tails_keep_their_digits():
    # Hillstrom's e-mail test, visits: z 22.486; the tail by mpmath.
    found = two_proportion_z(Proportion(2_262, 21_306), Proportion(3_894, 21_307))
    assert found.p_value == pytest.approx(5.685165482802317e-112, rel=1e-9)


@given(filled_arms, filled_arms)
def test_swapping_arms_swaps_signs_and_sides(control, test):
    one, other = two_proportion_z(control, test), two_proportion_z(test, control)
    assert (one.z is None) is (other.z is None)
    if one.z is not None:
        assert one.z == pytest.approx(-other.z)
        assert one.p_value == pytest.approx(other.p_value)
        assert two_proportion_z(control, test, "larger").p_value == pytest.approx(
            two_proportion_z(test, control, "smaller").p_value
        )


@given(filled_arms, filled_arms)
def test_two_arms_by_chi_square_are_the_z_test_squared(control, test):
    z, chi = two_proportion_z(control, test), proportions_chi_square([control, test])
    assert (z.z is None) is (chi.chi2 is None)
    if z.z is not None:
        assert chi.chi2 == pytest.approx(z.z**2, rel=1e-9, abs=1e-12)
        assert chi.p_value == pytest.approx(z.p_value, rel=1e-6, abs=1e-12)


@given(st.integers(1, 10**6), st.data())
def test_p_falls_as_the_test_arm_gains(users, data):
    control = Proportion(data.draw(st.integers(0, users)), users)
    fewer, more = sorted(data.draw(st.tuples(st.integers(0, users), st.integers(0, users))))
    p_fewer, p_more = (two_proportion_z(control, Proportion(x, users), "larger").p_value for x in (fewer, more))
    if p_fewer is not None and p_more is not None:
        assert p_more <= p_fewer + 1e-12


@given(proportions, proportions)
def test_any_counts_give_finite_numbers_or_a_reason(control, test):
    found = two_proportion_z(control, test)
    assert (found.z is None) is bool(found.reason)
    assert all(value is None or math.isfinite(value) for value in (found.z, found.p_value, found.standard_error))
    assert found.p_value is None or 0 <= found.p_value <= 1


@pytest.mark.parametrize(
    ("control", "test", "reason"),
    [
        (Proportion(0, 0), Proportion(1, 10), "the control arm has no users"),
        (Proportion(1, 10), Proportion(0, 0), "the test arm has no users"),
        (Proportion(0, 0), Proportion(0, 0), "neither arm has users"),
        (Proportion(0, 50), Proportion(0, 60), "nobody converted in either arm"),
        (Proportion(50, 50), Proportion(60, 60), "everybody converted in either arm"),
    ],
)
def test_what_cannot_be_tested_says_why(control, test, reason):
    found = two_proportion_z(control, test)
    assert (found.z, found.p_value, found.reason) == (None, None, reason)
    assert not found.significant()


def test_a_chi_square_without_a_question_says_why():
    assert proportions_chi_square([]).reason == "one arm has nothing to be compared with"
    assert proportions_chi_square([Proportion(1, 2)] * 2 + [Proportion(0, 0)]).reason == "an arm has no users"
    assert proportions_chi_square([Proportion(0, 2)] * 3).reason == "nobody converted in any arm"
