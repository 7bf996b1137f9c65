"""Posteriors: exact where a closed form is known, sound for any counts."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supportdesk.stats import (
    Beta,
    Mean,
    Normal,
    Proportion,
    bayes_factor,
    beliefs,
    compare,
    floored,
    lift_belief,
    normal_losses,
    simulate_thompson,
    thompson_weights,
)
from tests.stats.arms import means, proportions


def chance_that_second_wins(one: Proportion, other: Proportion) -> float:
    """Return Evan Miller's closed sum for flat priors, "Formulas for Bayesian A/B Testing"."""
    a1, b1 = one.conversions + 1, one.users - one.conversions + 1
    a2, b2 = other.conversions + 1, other.users - other.conversions + 1

    def log_beta(a: float, b: float) -> float:
        return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)

    return math.fsum(
        math.exp(log_beta(a1 + i, b1 + b2) - math.log(b2 + i) - log_beta(1 + i, b2) - log_beta(a1, b1))
        for i in range(a2)
    )


counts = st.integers(0, 3_000).flatmap(lambda n: st.integers(0, n).map(lambda x: Proportion(x, n)))


@given(counts, counts)
def test_the_chance_to_be_best_is_the_closed_sum(one, other):
    found = beliefs([one, other])
    assert found[1].probability_best == pytest.approx(chance_that_second_wins(one, other), abs=1e-9)


def test_posteriors_of_nothing_are_known_by_heart():
    # Five uniforms: each is best one time in five, and the highest lies 5/6 - 1/2 above any one.
    for belief in beliefs([Proportion(0, 0)] * 5):
        assert (belief.probability_best, belief.expected_loss) == pytest.approx((1 / 5, 1 / 3), abs=1e-12)
        assert (belief.low, belief.high) == pytest.approx((0.025, 0.975))


@settings(max_examples=60)
@given(
    st.lists(proportions, min_size=1, max_size=4),
    st.sampled_from([Beta(), Beta(0.5, 0.5), Beta(0.05, 0.05), Beta(1e-3, 0.01), Beta(3, 40)]),
)
def test_any_arms_share_one_chance_and_their_losses_differ_by_their_means(arms, prior):
    found = beliefs(arms, prior)
    assert sum(belief.probability_best for belief in found) == pytest.approx(1, abs=1e-8)
    for belief in found:
        assert all(map(math.isfinite, (belief.mean, belief.low, belief.high, belief.expected_loss)))
        assert 0 <= belief.low <= belief.high <= 1
        assert belief.expected_loss >= 0
        assert belief.expected_loss - found[0].expected_loss == pytest.approx(found[0].mean - belief.mean, abs=1e-8)


def test_a_billion_users_do_not_underflow():
    one, other = beliefs([Proportion(125_000_000, 10**9), Proportion(125_030_000, 10**9)])
    # So many users make the posteriors normal: z = .00003 / sqrt(2 * .125 * .875 / 1e9) = 2.0284, Φ = .97874.
    assert other.probability_best == pytest.approx(0.97874, abs=1e-5)
    assert one.expected_loss > other.expected_loss > 0


def test_sampled_figures_of_another_library():
    # Matt52/bayesian-testing, tests/test_binary.py: 20,000 draws give .57225 .233 .19475.
    found = compare([Beta(3.5, 7.5), Beta(2.5, 8.5), Beta(3, 11)])
    assert [belief.probability_best for belief in found] == pytest.approx([0.57225, 0.233, 0.19475], abs=0.012)


def test_no_arms_have_no_beliefs():
    assert beliefs([]) == ()


def test_bayes_factors():
    # bucketeer's sequential_bayes_factor_test.go: 50/50 against 50/50 is .039; 50/500 against 100/500 is 1133.59.
    assert bayes_factor(Proportion(50, 50), Proportion(50, 50)).value == pytest.approx(0.039, abs=0.002)
    strong = bayes_factor(Proportion(50, 500), Proportion(100, 500))
    assert strong.value == pytest.approx(1133.5921, abs=1e-3)
    assert strong.conclusive()


@given(proportions, proportions)
def test_a_bayes_factor_is_finite_symmetric_and_1_without_data(one, other):
    found = bayes_factor(one, other)
    assert math.isfinite(found.log)
    assert found.log == pytest.approx(bayes_factor(other, one).log, rel=1e-9, abs=1e-9)
    assert bayes_factor(one, Proportion(0, 0)).log == pytest.approx(0, abs=1e-9)


def test_a_bayes_factor_beyond_floats_is_still_conclusive():
    found = bayes_factor(Proportion(0, 10**6), Proportion(10**6, 10**6))
    assert found.value is None
    assert found.conclusive()


def test_growthbooks_normal_posteriors():
    # gbstats, tests/bayesian/test_tests.py: binomial A/B without a prior; Gaussian with an informative one.
    plain = lift_belief(Mean(100, 0.49, 0.2499), Mean(100, 0.51, 0.2499))
    assert (plain.lift, plain.chance_to_win) == pytest.approx((0.04082, 0.60918), abs=5e-6)
    informed = lift_belief(Mean(10, 10.0, 0.25), Mean(10, 10.5, 1.0), Normal(0.1, 0.1))
    assert (informed.lift, informed.chance_to_win) == pytest.approx((0.05063, 0.92315), abs=5e-6)


@given(means, means)
def test_a_lift_belief_is_finite_or_says_why(control, test):
    found = lift_belief(control, test, Normal(0.0, 0.04))
    numbers = (found.standard_deviation, found.low, found.high, found.chance_to_win, found.loss_test)
    assert all(value is None or math.isfinite(value) for value in numbers)
    assert (found.chance_to_win is None) is bool(found.reason)


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6))
def test_losses_are_not_negative_and_differ_by_the_effect(mean, spread):
    control, test = normal_losses(mean, spread)
    assert control >= 0
    assert test >= 0
    assert control - test == pytest.approx(mean, rel=1e-9, abs=1e-9)


def test_a_floor_leaves_nobody_without_traffic():
    # GrowthBook's rule: f + (1 - n f) w; a floor below 0 is none, one above 1/n is 1/n.
    assert floored([0.7, 0.2, 0.08, 0.02], 0.1) == pytest.approx((0.52, 0.22, 0.148, 0.112))
    assert floored([0.7, 0.3], -0.3) == pytest.approx((0.7, 0.3))
    assert floored([0.7, 0.3], 9) == pytest.approx((0.5, 0.5))


def test_thompson_sampling_finds_the_better_arm_at_the_price_of_theory():
    found = simulate_thompson([0.05, 0.1], 1_000, runs=100)
    assert found.share_best > 0.8
    assert found.lower_bound == pytest.approx(2.9928 * math.log(1_000), rel=1e-3)  # .05 / KL(.05, .1) = 2.9928
    assert found == simulate_thompson([0.05, 0.1], 1_000, runs=100)
    assert simulate_thompson([0.1, 0.1], 50, runs=10).regret == 0
    assert sum(thompson_weights([Proportion(1, 9), Proportion(2, 9)])) == pytest.approx(1)
