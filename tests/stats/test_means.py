"""Means of values, their lift, ratios and CUPED: published results, and reasons where there are none."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.stats import (
    InvalidInput,
    Mean,
    Pairs,
    Proportion,
    cuped,
    ratio_difference,
    relative_lift,
    welch_t,
    winsorise,
)
from tests.stats.arms import alphas, means, proportions

# Student's sleep data (Cushny & Peebles 1905), as in R's `sleep`: hours of extra sleep by two drugs.
DRUG_1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
DRUG_2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
values = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30)


def test_students_sleep():
    # R: t.test(extra ~ group, data = sleep) gives t = -1.8608, df = 17.776, p = .07939, (-3.3654832, 0.2054832).
    found = welch_t(Mean.of(DRUG_2), Mean.of(DRUG_1))
    assert (round(found.t, 4), round(found.df, 3), round(found.p_value, 5)) == (-1.8608, 17.776, 0.07939)
    assert (round(found.low, 7), round(found.high, 7)) == (-3.3654832, 0.2054832)


def test_spend_of_hillstroms_mens_mail():
    # Published analysis of Hillstrom's e-mail data: +.7698 (.4851 to 1.0545), p 1.16e-7.
    control = Mean(21_306, 0.6527893551112363, 134.28637185302105)
    test = Mean(21_307, 1.4226165110057727, 315.21179886555507)
    found = welch_t(control, test)
    assert (round(found.difference, 4), round(found.low, 4), round(found.high, 4)) == (0.7698, 0.4851, 1.0545)
    assert found.p_value == pytest.approx(1.16e-7, rel=5e-3)


def test_one_sided_tests_share_the_two_sided_p():
    larger, smaller = (welch_t(Mean.of(DRUG_1), Mean.of(DRUG_2), alternative=side) for side in ("larger", "smaller"))
    assert larger.p_value == pytest.approx(0.07939 / 2, abs=5e-6)
    assert larger.p_value + smaller.p_value == pytest.approx(1)


def test_lift_of_a_mean_as_growthbook():
    # GrowthBook's gbstats, test_two_sided_ttest: .70732 with interval (-.03526, 1.44989), p .06191.
    found = relative_lift(Mean(3_407, 0.41, 15.21), Mean(3_461, 0.7, 38.44))
    rounded = [round(value, 5) for value in (found.lift, found.low, found.high, found.p_value)]
    assert rounded == [0.70732, -0.03526, 1.44989, 0.06191]


@given(values, values)
def test_sums_say_the_same_as_values(x, y):
    size = min(len(x), len(y))
    xs, ys = np.array(x[:size]), np.array(y[:size])
    pairs, summed = Pairs.of(xs, ys), Pairs.of_sums(size, xs.sum(), ys.sum(), xs @ xs, ys @ ys, xs @ ys)
    scale = 1 + float(np.abs(xs).max() * np.abs(ys).max())
    assert summed.covariance == pytest.approx(pairs.covariance, rel=1e-6, abs=1e-6 * scale)
    assert Mean.of_sums(size, xs.sum(), xs @ xs).mean == pytest.approx(Mean.of(xs).mean, abs=1e-6)


@given(values, values)
def test_pooled_arms_are_as_if_they_had_been_one(x, y):
    both = Pairs.pooled([Pairs.of(x, x), Pairs.of(y, y)])
    one = Mean.of(x + y)
    assert both.mean_x == pytest.approx(one.mean, abs=1e-6)
    assert both.variance_x == pytest.approx(one.variance, rel=1e-6, abs=1e-6)


@given(means, means, alphas)
def test_any_arms_give_finite_numbers_or_a_reason(control, test, alpha):
    for found in (welch_t(control, test, alpha), relative_lift(control, test, alpha)):
        numbers = (found.df, found.p_value, found.low, found.high, found.standard_error)
        assert all(value is None or math.isfinite(value) for value in numbers)
        assert (found.p_value is None) is bool(found.reason)
        if not found.reason:
            assert 0 <= found.p_value <= 1
            assert found.low <= found.high
            assert (found.p_value < alpha) is not (found.low <= 0 <= found.high) or found.p_value == pytest.approx(
                alpha
            )


@given(proportions, proportions)
def test_conversions_are_means_of_zeros_and_ones(control, test):
    found = relative_lift(control.mean(), test.mean())
    assert found.lift is None or math.isfinite(found.lift)
    assert found.reason or found.low <= found.lift <= found.high


@pytest.mark.parametrize("value", [0.1, 0.3, 1 / 3, 1e8 + 0.1, -7e-9])
@pytest.mark.parametrize("users", [3, 7, 1_000])
def test_values_that_are_all_one_do_not_vary(value, users):
    # None of these is a whole number of binary fractions: their sum is rounded, and so is their mean.
    same, others = [value] * users, [float(n) for n in range(users)]
    total, squares, products = sum(same), sum(each * each for each in same), sum(value * other for other in others)
    assert Mean.of(same).variance == 0
    assert Mean.of_sums(users, total, squares).variance == 0
    assert welch_t(Mean.of(same), Mean.of_sums(users, total, squares)).reason == "no value varies in either arm"
    summed = Pairs.of_sums(users, total, sum(others), squares, sum(other * other for other in others), products)
    for before in (Pairs.of(same, others), summed):
        found = cuped(before, Pairs.of([value] * 11, range(11)))
        assert (found.theta, found.correlation) == (0.0, None)
        assert found.reason == "the value before does not vary: nothing to adjust by"


def test_what_another_value_foretells_exactly_has_no_spread_left():
    hours, tickets = [0.1, 0.2, 0.3, 0.7], [0.3, 0.6, 0.9, 2.1]
    assert ratio_difference(Pairs.of(tickets, hours), Pairs.of(hours, hours)).reason == (
        "the ratio does not vary in either arm"
    )
    arm = Pairs.of(hours, tickets)
    assert cuped(arm, arm).adjusted.reason == "no value varies in either arm"


def test_what_cannot_be_compared_says_why():
    flat, empty, lone = Mean(10, 1.0, 0.0), Mean(0, 0.0, 0.0), Mean(1, 2.0, 0.0)
    assert welch_t(flat, flat).reason == "no value varies in either arm"
    assert welch_t(empty, flat).reason == "the control arm has no users"
    assert welch_t(flat, lone).reason == "the test arm has only one user"
    assert welch_t(flat, lone).difference == 1.0
    assert "nothing to be relative to" in relative_lift(Mean(10, 0.0, 1.0), flat).reason


def test_one_cap_holds_for_all_arms():
    found = winsorise([[*range(100)], [*range(99), 10_000]], quantile=0.99)
    assert found.cap == pytest.approx(np.quantile([*range(100), *range(99), 10_000], 0.99))
    assert found.capped == 2
    assert found.arms[1].mean < 55
    assert winsorise([[], []]).reason == "no arm has values"


def test_cuped_takes_out_what_the_past_foretells():
    random = np.random.default_rng(3)
    before = random.normal(10, 3, 4_000)
    outcome = before + random.normal(0, 1, 4_000)
    outcome[2_000:] += 0.1
    found = cuped(Pairs.of(before[:2_000], outcome[:2_000]), Pairs.of(before[2_000:], outcome[2_000:]))
    assert found.variance_reduction == pytest.approx(0.9, abs=0.01)  # correlation² is 9/10
    assert found.adjusted.standard_error < found.raw.standard_error / 3
    assert found.adjusted.low < 0.1 < found.adjusted.high
    by_hand = outcome - found.theta * (before - before.mean())
    direct = welch_t(Mean.of(by_hand[:2_000]), Mean.of(by_hand[2_000:]))
    assert found.adjusted.p_value == pytest.approx(direct.p_value)


def test_cuped_with_a_flat_past_changes_nothing_and_says_so():
    found = cuped(Pairs.of([1, 1, 1], [1, 2, 3]), Pairs.of([1, 1, 1], [2, 3, 4]))
    assert (found.theta, found.correlation, found.adjusted.difference) == (0.0, None, 1.0)
    assert found.reason == "the value before does not vary: nothing to adjust by"


def test_a_ratio_with_one_unit_a_user_is_a_mean():
    ones = [1.0] * len(DRUG_1)
    ratio = ratio_difference(Pairs.of(DRUG_1, ones), Pairs.of(DRUG_2, ones))
    mean = welch_t(Mean.of(DRUG_1), Mean.of(DRUG_2))
    assert (ratio.difference, ratio.standard_error) == pytest.approx((mean.difference, mean.standard_error))
    assert (ratio.p_value, ratio.low, ratio.high) == pytest.approx((mean.p_value, mean.low, mean.high))


def test_the_delta_method_agrees_with_resampling():
    random = np.random.default_rng(5)
    views = random.poisson(5, 3_000) + 1.0
    clicks = random.binomial(views.astype(int), 0.2).astype(float)
    found = ratio_difference(Pairs.of(clicks, views), Pairs.of(clicks, views))
    picks = random.integers(0, 3_000, (400, 3_000))
    resampled = (clicks[picks].sum(axis=1) / views[picks].sum(axis=1)).std()
    assert found.standard_error == pytest.approx(resampled * math.sqrt(2), rel=0.15)


def test_a_ratio_without_denominator_says_why():
    nothing = Pairs.of([1.0, 2.0], [0.0, 0.0])
    fine = Pairs.of([1.0, 2.0], [1.0, 3.0])
    assert ratio_difference(nothing, fine).reason == "the denominator of the control arm is 0"
    assert ratio_difference(fine, Pairs.of([], [])).reason == "the test arm has no users"
    assert Proportion(0, 0).mean().users == 0


def test_a_lift_has_the_sign_of_the_difference_whatever_the_baseline():
    worse, better = Mean(1000, -10.0, 4.0), Mean(1000, -9.0, 4.0)
    up, down = relative_lift(worse, better), relative_lift(better, worse)
    assert up.low > 0
    assert up.lift == pytest.approx(0.1)
    assert down.high < 0


@pytest.mark.parametrize("squares", [99.0, 0.0])
def test_sums_of_squares_that_no_values_have_are_refused(squares):
    with pytest.raises(InvalidInput, match="at least total"):
        Mean.of_sums(10, 100.0, squares)


def test_rounding_of_sums_is_not_taken_for_an_impossible_one():
    assert Mean.of_sums(10, 100.0, 1000.0 - 1e-5).variance == 0
