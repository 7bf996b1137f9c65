"""Score intervals: published ones, and 0 outside exactly where the pooled z-test rejects."""

import pytest
from hypothesis import given

from supportdesk.stats import Proportion, newcombe, score_lift, stratified_score, two_proportion_z
from tests.stats.arms import alphas, proportions

# Newcombe 1998, Statistics in Medicine 17:873, table II, method 5 (Mee): x and n of test and of control, limits.
DIFFERENCES = [
    (56, 70, 48, 80, 0.0533, 0.3377),
    (9, 10, 3, 10, 0.1821, 0.8370),
    (0, 10, 0, 20, -0.1611, 0.2775),
    (10, 10, 0, 20, 0.7225, 1.0),
]
# statsmodels 0.15, confint_proportions_2indep(method="score", compare="ratio", correction=False), less 1.
LIFTS = [(56, 70, 48, 80, 0.0798215, 0.6708056), (6, 7, 2, 7, 0.1026408, 9.6660263)]


@pytest.mark.parametrize(("hits_t", "users_t", "hits_c", "users_c", "low", "high"), DIFFERENCES)
def test_published_differences(hits_t, users_t, hits_c, users_c, low, high):
    found = stratified_score([(Proportion(hits_c, users_c), Proportion(hits_t, users_t))])
    assert (found.low, found.high) == (pytest.approx(low, abs=6e-5), pytest.approx(high, abs=6e-5))


@pytest.mark.parametrize(("hits_t", "users_t", "hits_c", "users_c", "low", "high"), LIFTS)
def test_lifts_as_statsmodels(hits_t, users_t, hits_c, users_c, low, high):
    found = score_lift(Proportion(hits_c, users_c), Proportion(hits_t, users_t))
    assert (found.low, found.high) == (pytest.approx(low, rel=1e-6), pytest.approx(high, rel=1e-6))


def test_where_newcombes_interval_contradicts_the_test_this_one_does_not():
    control, test = Proportion(2, 9), Proportion(0, 20)
    assert two_proportion_z(control, test).p_value < 0.03
    assert newcombe(control, test).high > 0
    assert stratified_score([(control, test)]).high < 0
    assert score_lift(control, test).high < 0


@given(proportions, proportions, alphas)
def test_0_is_outside_exactly_where_the_test_rejects(control, test, alpha):
    tested = two_proportion_z(control, test)
    for interval in (stratified_score([(control, test)], alpha), score_lift(control, test, alpha)):
        if interval.low is None:
            assert interval.reason
            continue
        assert -1 <= interval.low <= interval.estimate + 1e-12
        assert interval.estimate <= interval.high + 1e-12
        if tested.p_value is not None and tested.p_value != pytest.approx(alpha, rel=1e-9):
            assert (tested.p_value < alpha) is not (interval.low <= 0 <= interval.high)


def test_what_has_no_interval_says_why():
    assert score_lift(Proportion(0, 10), Proportion(1, 10)).reason.startswith("the control mean is 0")
    assert score_lift(Proportion(0, 0), Proportion(1, 10)).reason == "the control arm has no users"
    assert stratified_score([(Proportion(1, 1), Proportion(0, 0))]).reason == "the test arm has no users"
