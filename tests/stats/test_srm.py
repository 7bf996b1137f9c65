"""A broken split is found, at one look or at every one; a fair one is left alone."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.stats import InvalidInput, sample_ratio, sequential_sample_ratio


def test_kohavis_split():
    # Kohavi, Tang & Xu 2020, chapter 3: 821,588 against 815,482 gives p = 1.8E-6.
    found = sample_ratio([821_588, 815_482], [1, 1])
    assert found.p_value == pytest.approx(1.8e-6, rel=0.02)
    assert found.p_value < 0.001


def test_weights_may_be_on_any_scale():
    shares = [sample_ratio([9_010, 990], weights).p_value for weights in ([90, 10], [0.9, 0.1], [9, 1])]
    assert shares == pytest.approx([0.73888] * 3, abs=5e-6)


def test_lindon_and_maleks_own_regression():
    # optimizely/ssrm, test_regression: p .99805, Bayes factor 1.00175 after ten users.
    users = [[0, 0, 1]] * 4 + [[1, 0, 0]] + [[0, 0, 1]] * 2 + [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    found = sequential_sample_ratio(users, [0.1, 0.5, 0.4], concentration=10_000)
    assert found.p_value == pytest.approx(0.9980534145723241, abs=1e-9)
    assert math.exp(found.log_bayes_factors[-1]) == pytest.approx(1.0017496120131435, abs=1e-9)


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=8))
def test_looks_only_ever_add_evidence_and_their_sum_counts(steps):
    found = sequential_sample_ratio(steps, [0.5, 0.5])
    at_once = sequential_sample_ratio([[sum(c) for c in zip(*steps, strict=True)]], [1, 1])
    assert list(found.p_values) == sorted(found.p_values, reverse=True)
    assert all(0 <= p <= 1 for p in found.p_values)
    assert all(map(math.isfinite, found.log_bayes_factors))
    assert found.log_bayes_factors[-1] == pytest.approx(at_once.log_bayes_factors[0], rel=1e-9, abs=1e-9)


def test_a_fair_split_raises_few_alarms_over_many_looks():
    # 400 experiments of 20 looks: at .05 each, the chance of any alarm is at most .05 (20 expected at the very most).
    random = np.random.default_rng(11)
    alarms = 0
    for heads in random.binomial(1_000, 0.5, (400, 20)).tolist():
        steps = [[seen, 1_000 - seen] for seen in heads]
        alarms += sequential_sample_ratio(steps, [1, 1]).p_value < 0.05
    assert alarms <= 20


def test_what_cannot_be_tested_says_why():
    assert sample_ratio([0, 0], [1, 1]).reason == "no arm has users"
    assert sample_ratio([10], [1]).reason == "there is only one arm"
    assert sequential_sample_ratio([], [1, 1]).reason == "there was no look yet"


def test_users_in_an_arm_of_weight_0_are_a_mismatch_for_certain():
    for found in (sample_ratio([10, 1], [1, 0]), sequential_sample_ratio([[10, 1]], [1, 0])):
        assert found.p_value < 0.001
        assert "broken for certain" in found.reason
    assert sample_ratio([10, 12, 0], [1, 1, 0]).p_value >= 0.001


@pytest.mark.parametrize("weights", [[0, 0], [1, 1e-300], [1], [1, -1], [1, math.inf], [1, "x"], []])
def test_weights_that_are_none_are_refused(weights):
    with pytest.raises(InvalidInput, match="weights: .* is not allowed"):
        sample_ratio([1, 2], weights)
