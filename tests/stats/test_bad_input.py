"""What breaks a rule is refused in one sentence with field, value and what is allowed; never by scipy."""

import math
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk import stats
from supportdesk.stats import Beta, InvalidInput, Mean, Pairs, Proportion
from supportdesk.stats.group_sequential import crossing

ARM, MEAN, PAIRS = Proportion(5, 10), Mean(10, 1.0, 1.0), Pairs.of([1.0, 2.0], [2.0, 1.0])
ODD = st.one_of(
    st.none(),
    st.text(),
    st.booleans(),
    st.just(math.nan),
    st.just(math.inf),
    st.just(-1),
    st.just(10**400),
    st.just([1]),
)
WITH_ALPHA = [
    lambda alpha: stats.wilson(ARM, alpha),
    lambda alpha: stats.agresti_coull(ARM, alpha),
    lambda alpha: stats.clopper_pearson(ARM, alpha),
    lambda alpha: stats.newcombe(ARM, ARM, alpha),
    lambda alpha: stats.agresti_caffo(ARM, ARM, alpha),
    lambda alpha: stats.welch_t(MEAN, MEAN, alpha),
    lambda alpha: stats.relative_lift(MEAN, MEAN, alpha),
    lambda alpha: stats.stratified_score([(ARM, ARM)], alpha),
    lambda alpha: stats.score_lift(ARM, ARM, alpha),
    lambda alpha: stats.fieller_lift(MEAN, MEAN, alpha),
    lambda alpha: stats.ratio_difference(PAIRS, PAIRS, alpha),
    lambda alpha: stats.cuped(PAIRS, PAIRS, alpha),
    lambda alpha: stats.lift_belief(MEAN, MEAN, alpha=alpha),
    lambda alpha: stats.msprt(0.1, 1.0, 1.0, alpha),
    lambda alpha: stats.confidence_sequence(0.1, 1.0, 10, 10, alpha),
    lambda alpha: stats.inflated_z(MEAN, MEAN, alpha),
    lambda alpha: stats.pocock(3, alpha),
    lambda alpha: stats.lan_demets([0.5, 1.0], alpha=alpha),
    lambda alpha: stats.power_two_proportions(0.1, 0.2, 100, alpha),
    lambda alpha: stats.sample_size_two_proportions(0.1, 0.2, alpha=alpha),
    lambda alpha: stats.smallest_effect_two_proportions(0.1, 100, alpha=alpha),
    lambda alpha: stats.power_means(1.0, 100, alpha),
    lambda alpha: stats.power_normal(1.0, 100, alpha),
    lambda alpha: stats.rejected([0.1], alpha),
    lambda alpha: stats.false_alarms(1, 1, 1, alpha=alpha),
]


@given(ODD)
def test_counts_and_numbers_that_are_none(value):
    for make in (
        lambda: Proportion(value, 10),
        lambda: Proportion(0, value),
        lambda: Mean(value, 0.0, 0.0),
        lambda: Mean(1, 0.0, value),
        lambda: Beta(value, 1),
        lambda: stats.sample_ratio([value, 1], [1, 1]),
        lambda: stats.bonferroni([value]),
        lambda: stats.lead_to_stop(value),
        lambda: stats.msprt(0.1, value, 1.0),
        lambda: stats.power_two_proportions(value, 0.2, 10),
        lambda: stats.peeking_false_alarms(value),
        lambda: stats.alpha_spent(value, "pocock"),
        lambda: stats.bayes_factor(ARM, ARM).conclusive(value),
        lambda: stats.false_alarms(1, 1, 1, seed=value),
        lambda: Mean.of_sums(2, 1.0, value),
    ):
        with pytest.raises(InvalidInput, match="is not allowed; it must be") as refused:
            make()
        assert len(str(refused.value)) < 250


@pytest.mark.parametrize("bound", [math.nan, math.inf, "1.96", 10**400])
def test_a_bound_that_is_none(bound):
    with pytest.raises(InvalidInput, match="z: .* is not allowed"):
        crossing([1.96, bound], [0.5, 1.0])


@pytest.mark.parametrize("call", WITH_ALPHA)
@pytest.mark.parametrize("alpha", [0, 1, 95, -0.05, 1e-300, math.nan, math.inf, None, "0.05", True])
def test_a_level_outside_0_to_1(call, alpha):
    with pytest.raises(InvalidInput, match="alpha: .* is not allowed; it must be between 0 and 1"):
        call(alpha)


@pytest.mark.parametrize("confidence", [0, 1, 95, math.nan])
def test_a_confidence_that_is_none(confidence):
    with pytest.raises(InvalidInput, match="confidence: .* between 0 and 1"):
        stats.alpha_of(confidence)


def test_a_confidence_is_its_alpha_without_rounding_noise():
    assert [stats.alpha_of(level) for level in (0.95, 0.9, 0.99, 0.999)] == [0.05, 0.1, 0.01, 0.001]


def test_more_conversions_than_users():
    with pytest.raises(
        InvalidInput, match="conversions: 11 is not allowed; it must be at most the number of users, 10"
    ):
        Proportion(11, 10)


def test_whole_numbers_of_any_make_are_counts():
    for ten in (10, 10.0, np.int64(10), np.float64(10), Fraction(10)):
        assert Proportion(3, ten) == Proportion(3, 10)
    with pytest.raises(InvalidInput, match="users: 10.5"):
        Proportion(3, 10.5)


@pytest.mark.parametrize("values", [[1.0, math.nan], [math.inf], ["x"], [None], [[1.0]], [10**400], [1e300]])
def test_values_that_are_none(values):
    with pytest.raises(InvalidInput, match="is not allowed"):
        Mean.of(values)
    with pytest.raises(InvalidInput, match="is not allowed"):
        stats.winsorise([values])


def test_pairs_that_do_not_pair():
    with pytest.raises(InvalidInput, match="y: '1 values' is not allowed; it must be as many as there are of x, 2"):
        Pairs.of([1, 2], [1])


def test_words_that_are_none():
    for call in (
        lambda: stats.two_proportion_z(ARM, ARM, "both"),
        lambda: stats.welch_t(MEAN, MEAN, alternative=""),
        lambda: stats.sample_size_two_proportions(0.1, 0.2, formula="magic"),
        lambda: stats.alpha_of_each(0.05, 2, "tukey"),
    ):
        with pytest.raises(InvalidInput, match="is not allowed; it must be"):
            call()


def test_the_plain_calculator_loads_neither_numpy_nor_scipy():
    code = (
        "import sys; from supportdesk import stats; a, b = stats.Proportion(1, 10), stats.Proportion(5, 12);"
        "stats.two_proportion_z(a, b); stats.wilson(a); stats.newcombe(a, b);"
        "stats.stratified_score([(a, b)]); stats.score_lift(a, b); stats.sample_ratio([10, 12], [1, 1]);"
        "stats.sample_size_two_proportions(.1, .2); stats.smallest_effect_two_proportions(.1, 500);"
        "stats.msprt(.1, .01, .02); stats.bayes_factor(a, b);"
        "sys.exit(bool({'numpy', 'scipy'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
