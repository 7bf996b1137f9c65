"""Arms compared over strata: one stratum is the plain test, and few conversions get an exact one."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from supportdesk.stats import (
    Mean,
    Normal,
    Proportion,
    needs_exact_strata,
    normal_beliefs,
    normal_losses,
    stratified_exact,
    stratified_score,
    stratified_t,
    stratified_z,
    two_proportion_z,
    welch_t,
)
from tests.stats.arms import alphas, filled_arms

KIDNEY = [(Proportion(81, 87), Proportion(234, 270)), (Proportion(192, 263), Proportion(55, 80))]
"""Charig et al. 1986 (BMJ 292:879): small and large stones, open surgery and nephrolithotomy; Simpson's paradox."""


@given(filled_arms, filled_arms, alphas)
def test_one_stratum_is_the_plain_test(control, test, alpha):
    one = [(control, test)]
    plain, strata = two_proportion_z(control, test), stratified_z(one)
    assert (plain.z is None) == (strata.z is None)
    if plain.z is not None:
        assert strata.z == pytest.approx(plain.z)
    means = control.mean(), test.mean()
    assert stratified_t([means], alpha).p_value == pytest.approx(welch_t(*means, alpha).p_value)


def test_strata_are_not_taken_in_by_simpsons_paradox():
    pooled = two_proportion_z(Proportion(273, 350), Proportion(289, 350))
    found = stratified_z(KIDNEY)
    assert pooled.z > 0 > found.z
    # R: mantelhaen.test(table, correct = FALSE) has 2.4414 with N - 1 in place of N.
    assert found.z**2 == pytest.approx(2.4414, rel=0.01)


@given(st.lists(st.tuples(filled_arms, filled_arms), min_size=2, max_size=3), alphas)
def test_an_interval_over_strata_excludes_0_exactly_where_its_test_rejects(strata, alpha):
    found, interval = stratified_z(strata), stratified_score(strata, alpha)
    if found.p_value is None or math.isclose(found.p_value, alpha, rel_tol=1e-6):
        return
    assert (interval.low > 0 or interval.high < 0) == (found.p_value < alpha)


def test_few_conversions_over_strata_are_compared_exactly():
    strata = [(Proportion(0, 100), Proportion(3, 100)), (Proportion(1, 50), Proportion(3, 200))]
    assert needs_exact_strata(strata)
    assert not needs_exact_strata(KIDNEY)
    # All tables with these margins, counted one by one.
    first, second = scipy_stats.hypergeom(200, 3, 100), scipy_stats.hypergeom(250, 4, 200)
    chances = {(a, b): float(first.pmf(a) * second.pmf(b)) for a in range(4) for b in range(5)}
    above = sum(chance for (a, b), chance in chances.items() if a + b >= 6)
    below = sum(chance for (a, b), chance in chances.items() if a + b <= 6)
    assert stratified_exact(strata).p_value == pytest.approx(min(1, 2 * min(above, below)))


def test_exact_strata_keep_their_level():
    random, hits, runs = np.random.default_rng(5), 0, 2_000
    for _ in range(runs):
        strata = [
            (Proportion(int(random.binomial(n, rate)), n), Proportion(int(random.binomial(m, rate)), m))
            for n, m, rate in ((180, 20, 0.02), (40, 160, 0.01))
        ]
        p_value = stratified_exact(strata).p_value
        hits += p_value is not None and p_value < 0.05
    assert hits / runs <= 0.05


def test_an_arm_that_is_missing_in_a_stratum_is_said():
    strata = [(Proportion(1, 2), Proportion(0, 0))]
    assert stratified_z(strata).reason == stratified_exact(strata).reason == "no stratum has users in both arms"
    assert stratified_t([(Mean(1, 2.0, 0.0), Mean(5, 2.0, 1.0))]).reason == "the control arm has only one user"


def test_beliefs_of_two_normals_are_the_closed_form():
    arms = [Normal(10.0, 4.0), Normal(10.5, 1.0)]
    control, test = normal_beliefs(arms)
    loss_control, loss_test = normal_losses(0.5, math.sqrt(5))
    assert (control.expected_loss, test.expected_loss) == pytest.approx((loss_control, loss_test), rel=1e-9)
    assert test.probability_best == pytest.approx(scipy_stats.norm.cdf(0.5 / math.sqrt(5)), rel=1e-9)


@given(st.lists(st.tuples(st.floats(-100, 100), st.floats(1e-6, 1e4)), min_size=1, max_size=6))
def test_one_of_several_normals_is_the_best(arms):
    found = normal_beliefs([Normal(*arm) for arm in arms])
    assert sum(each.probability_best for each in found) == pytest.approx(1, abs=1e-6)
    assert all(each.expected_loss >= -1e-9 for each in found)
