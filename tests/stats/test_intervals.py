"""Intervals are the published ones, hold their estimate, and stay where rates can be."""

import math

import pytest
from hypothesis import given

from supportdesk.stats import (
    Proportion,
    agresti_caffo,
    agresti_coull,
    clopper_pearson,
    newcombe,
    wald,
    wald_difference,
    wilson,
)
from tests.stats.arms import alphas, filled_arms, proportions

ONE_ARM = [wilson, agresti_coull, clopper_pearson, wald]
TWO_ARMS = [newcombe, agresti_caffo, wald_difference]

# Newcombe 1998, Statistics in Medicine 17:857, table I: x, n and limits of methods 1 (Wald), 3 (Wilson), 5 (exact).
TABLE_ONE = [
    (wald, 81, 263, 0.2522, 0.3638),
    (wilson, 81, 263, 0.2553, 0.3662),
    (clopper_pearson, 81, 263, 0.2527, 0.3676),
    (wald, 15, 148, 0.0527, 0.1500),
    (wilson, 15, 148, 0.0624, 0.1605),
    (clopper_pearson, 15, 148, 0.0578, 0.1617),
    (wilson, 0, 20, 0.0, 0.1611),
    (clopper_pearson, 0, 20, 0.0, 0.1684),
    (wilson, 1, 29, 0.0061, 0.1718),
    (clopper_pearson, 1, 29, 0.0009, 0.1776),
]
# Newcombe 1998, Statistics in Medicine 17:873, table II, method 10: x and n of test and of control, limits.
TABLE_TWO = [
    (56, 70, 48, 80, 0.0524, 0.3339),
    (9, 10, 3, 10, 0.1705, 0.8090),
    (6, 7, 2, 7, 0.0582, 0.8062),
    (5, 56, 0, 29, -0.0381, 0.1926),
    (0, 10, 0, 20, -0.1611, 0.2775),
    (10, 10, 0, 20, 0.6791, 1.0),
    (10, 10, 0, 10, 0.6075, 1.0),
]


@pytest.mark.parametrize(("interval", "hits", "users", "low", "high"), TABLE_ONE)
def test_newcombes_table_of_one_proportion(interval, hits, users, low, high):
    found = interval(Proportion(hits, users))
    assert (found.low, found.high) == (pytest.approx(low, abs=5.1e-5), pytest.approx(high, abs=5.1e-5))


@pytest.mark.parametrize(("hits_t", "users_t", "hits_c", "users_c", "low", "high"), TABLE_TWO)
def test_newcombes_table_of_differences(hits_t, users_t, hits_c, users_c, low, high):
    found = newcombe(Proportion(hits_c, users_c), Proportion(hits_t, users_t))
    assert (found.low, found.high) == (pytest.approx(low, abs=5.1e-5), pytest.approx(high, abs=5.1e-5))


def test_agresti_caffo_as_prop_cis():
    # R PropCIs::wald2ci(7, 34, 1, 34, .95, "AC") and "wald".
    control, test = Proportion(1, 34), Proportion(7, 34)
    adjusted, plain = agresti_caffo(control, test), wald_difference(control, test)
    assert (adjusted.low, adjusted.high) == (pytest.approx(0.01161, abs=5e-6), pytest.approx(0.32172, abs=5e-6))
    assert (plain.low, plain.high) == (pytest.approx(0.02917, abs=5e-6), pytest.approx(0.32377, abs=5e-6))


@pytest.mark.parametrize("interval", ONE_ARM)
@given(arm=filled_arms, alpha=alphas)
def test_an_interval_of_a_rate_lies_in_0_to_1_and_holds_the_rate(interval, arm, alpha):
    found = interval(arm, alpha)
    assert 0 <= found.low <= found.high <= 1
    if interval is not agresti_coull or alpha <= 0.32:  # around another centre, it may miss the rate when narrow
        assert found.low - 1e-12 <= found.estimate <= found.high + 1e-12


@pytest.mark.parametrize("interval", ONE_ARM)
@given(arm=filled_arms, alpha=alphas)
def test_counting_the_misses_instead_mirrors_the_interval(interval, arm, alpha):
    found, mirrored = interval(arm, alpha), interval(Proportion(arm.users - arm.conversions, arm.users), alpha)
    assert found.low == pytest.approx(1 - mirrored.high, abs=1e-9)


@pytest.mark.parametrize("interval", TWO_ARMS)
@given(control=filled_arms, test=filled_arms, alpha=alphas)
def test_swapping_arms_mirrors_the_interval_of_a_difference(interval, control, test, alpha):
    found, swapped = interval(control, test, alpha), interval(test, control, alpha)
    assert found.low == pytest.approx(-swapped.high, abs=1e-12)
    assert all(math.isfinite(value) for value in (found.estimate, found.low, found.high))


@given(filled_arms, filled_arms, alphas)
def test_newcombe_lies_in_minus_1_to_1_and_holds_the_difference(control, test, alpha):
    found = newcombe(control, test, alpha)
    assert -1 <= found.low <= found.estimate + 1e-12
    assert found.estimate - 1e-12 <= found.high <= 1


@pytest.mark.parametrize("interval", ONE_ARM)
@given(arm=filled_arms)
def test_more_confidence_is_never_narrower(interval, arm):
    narrow, wide = interval(arm, 0.1), interval(arm, 0.01)
    if interval is not agresti_coull:  # its centre moves with the confidence
        assert wide.low <= narrow.low + 1e-12
        assert wide.high >= narrow.high - 1e-12


@given(proportions)
def test_an_empty_arm_says_so(arm):
    empty = Proportion(0, 0)
    for interval in ONE_ARM:
        assert interval(empty).reason == "the arm has no users"
    for interval in TWO_ARMS:
        assert (interval(arm, empty).low, bool(interval(arm, empty).reason)) == (None, True)
