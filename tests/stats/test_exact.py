"""Few conversions are judged exactly, by p-value and interval alike."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from supportdesk.stats import Proportion, exact_difference, needs_exact
from supportdesk.stats.exact import _Tables


def test_two_against_none_of_two_proves_nothing():
    found = exact_difference(Proportion(2, 2), Proportion(0, 2))
    assert found.p_value == pytest.approx(0.125, abs=1e-4)
    assert found.low == -1
    assert found.high > 0


def test_it_is_never_below_what_the_normal_approximation_wrongly_says():
    # The z-test has p .0235 here.
    assert 0.04 < exact_difference(Proportion(0, 100), Proportion(5, 100)).p_value < 0.05


def test_a_rare_event_among_a_million_is_judged_in_time():
    found = exact_difference(Proportion(3, 1_000_000), Proportion(12, 1_000_000))
    assert 0.02 < found.p_value < 0.04
    assert 0 < found.low < found.difference < found.high


def test_misses_mirror_conversions():
    rare, common = (exact_difference(Proportion(c, 100), Proportion(t, 100)) for c, t in ((0, 5), (100, 95)))
    assert rare.p_value == common.p_value
    assert (rare.low, rare.high) == (-common.high, -common.low)


@pytest.mark.parametrize(
    ("control", "test", "low", "high"),
    [((3, 300), (5, 300), -0.01812, 0.02984), ((2, 20), (5, 20), -0.16334, 0.4366), ((2, 50), (0, 60), -0.13, 0.03)],
)
def test_limits_are_the_outermost_differences_that_hold(control, test, low, high):
    control, test = Proportion(*control), Proportion(*test)
    found = exact_difference(control, test)
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.01)
    tables = _Tables(control, test)
    for side, limit in ((1, found.low), (-1, found.high)):
        assert tables.tail(limit, side) >= 0.025
        beyond = [limit + step * (limit - found.difference) for step in (0.001, 0.01, 0.05, 0.1, 0.3, 1.0)]
        assert all(tables.tail(each, side) < 0.025 for each in beyond if -1 < each < 1)


def test_only_small_expected_counts_need_it():
    assert needs_exact(Proportion(2, 100), Proportion(7, 100))
    assert not needs_exact(Proportion(20, 100), Proportion(27, 100))
    assert not needs_exact(Proportion(0, 0), Proportion(1, 1))


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 15), st.integers(1, 15), st.data())
def test_interval_and_p_agree_and_the_level_is_kept(users_c, users_t, data):
    control = Proportion(data.draw(st.integers(0, users_c)), users_c)
    test = Proportion(data.draw(st.integers(0, users_t)), users_t)
    found = exact_difference(control, test)
    assert found.low <= found.difference <= found.high
    assert (found.low > 0 or found.high < 0) is (found.p_value < 0.05)


@pytest.mark.parametrize("rate", [0.02, 0.1, 0.4])
def test_false_alarms_stay_below_the_level(rate):
    users = 20
    likely = scipy_stats.binom(users, rate).pmf
    alarms = sum(
        likely(c) * likely(t)
        for c in range(users + 1)
        for t in range(users + 1)
        if c != t and exact_difference(Proportion(c, users), Proportion(t, users)).p_value < 0.05
    )
    assert alarms <= 0.05
