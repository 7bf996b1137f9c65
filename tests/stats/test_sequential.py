"""Methods for looking often: published figures, and few false alarms valid at every look."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.stats import (
    AlwaysValid,
    Mean,
    confidence_rho,
    confidence_sequence,
    false_alarms,
    inflated_z,
    lead_to_stop,
    msprt,
    running,
    tau2_for,
)
from tests.stats.arms import alphas, means

estimates, variances = st.floats(-1e3, 1e3), st.floats(1e-12, 1e6)
wild, wild_spreads = st.floats(-1e50, 1e50), st.floats(0, 1e50)


def half_width(found: AlwaysValid) -> float:
    return (found.high - found.low) / 2


@given(estimates, variances, variances, alphas)
def test_the_interval_holds_0_exactly_while_p_is_above_alpha(estimate, variance, tau2, alpha):
    found = msprt(estimate, variance, tau2, alpha)
    assert math.isfinite(found.log_likelihood_ratio)
    assert 0 <= found.p_value <= 1
    assert found.low < found.estimate < found.high
    if abs(found.log_likelihood_ratio + math.log(alpha)) > 1e-6:
        assert found.rejects(alpha) is not (found.low <= 0 <= found.high)


@given(wild, wild_spreads, st.floats(1e-50, 1e50), alphas)
def test_any_estimate_gives_finite_numbers_or_a_reason(estimate, spread, tau2, alpha):
    for found in (msprt(estimate, spread, tau2, alpha), confidence_sequence(estimate, spread, 10, 1_000, alpha)):
        numbers = (found.log_likelihood_ratio, found.p_value, found.low, found.high)
        assert all(value is None or math.isfinite(value) for value in numbers)
        assert (found.p_value is None) is bool(found.reason)


@given(estimates, variances, variances)
def test_an_always_valid_p_is_never_below_the_plain_one(estimate, variance, tau2):
    plain = math.erfc(abs(estimate) / math.sqrt(2 * variance))
    assert msprt(estimate, variance, tau2).p_value >= plain - 1e-15


def test_the_mixture_is_the_integral_it_stands_for():
    estimate, variance, tau2, step = 0.02, 1e-4, 4e-4, 1e-5

    def likelihood(effect: float) -> float:
        return math.exp((2 * estimate * effect - effect**2) / (2 * variance))

    effects = [step * k for k in range(-20_000, 20_001)]
    mixed = math.fsum(likelihood(d) * math.exp(-d * d / (2 * tau2)) for d in effects) * step
    expected = mixed / math.sqrt(2 * math.pi * tau2)
    assert math.exp(msprt(estimate, variance, tau2).log_likelihood_ratio) == pytest.approx(expected, rel=1e-9)


def test_growthbooks_confidence_sequence():
    # gbstats, test_sequential_test_runs: tuned for 1,000 users, seen 6,461: ±1.0618 for an error of .3334.
    found = confidence_sequence(0.5033610858562358, 0.3334122146400735, 6_461, tuned_for=1_000)
    assert half_width(found) == pytest.approx(1.06180, abs=5e-6)
    assert found.p_value == 1
    assert confidence_rho(1_000) == pytest.approx(0.0890851, abs=5e-8)


def test_tau2_makes_the_interval_about_as_narrow_as_can_be():
    best = half_width(msprt(0.0, 1.0, tau2_for(1.0)))
    assert all(best <= half_width(msprt(0.0, 1.0, tau2_for(1.0) * factor)) * 1.001 for factor in (0.25, 0.5, 2, 4))


@given(st.lists(st.tuples(estimates, variances), min_size=1, max_size=8))
def test_looks_together_only_ever_learn(looks):
    singles = [msprt(estimate, variance, 1.0) for estimate, variance in looks]
    together = running(singles)
    assert [look.p_value for look in together] == sorted((look.p_value for look in together), reverse=True)
    for single, look in zip(singles, together, strict=True):
        assert look.p_value <= single.p_value
        assert single.low <= look.low <= look.high <= single.high


def test_statsigs_figures_agree_with_each_other():
    found = inflated_z(Mean(5_000, 0.1, 0.09), Mean(5_000, 0.12, 0.1056))
    # The documented formula by hand: tau = 1.95996² * .1956 / 10,000, V = 3.912e-5, z* = 3.5845.
    assert found.z_critical == pytest.approx(3.5845, abs=5e-5)
    assert (found.p_value < 0.05) is not (found.low <= 0 <= found.high)


@given(means, means, alphas)
def test_statsigs_test_is_finite_or_says_why(control, test, alpha):
    found = inflated_z(control, test, alpha)
    assert all(value is None or math.isfinite(value) for value in (found.z_critical, found.p_value, found.low))
    assert (found.p_value is None) is bool(found.reason)


@pytest.mark.parametrize("total", [1, 2, 3, 10, 33])
def test_millers_rule_is_exact(total):
    rule = lead_to_stop(total)
    walks, arrived = {0: 1.0}, 0.0  # where the walk may be, by counting every one
    for _ in range(total):
        onward: dict[int, float] = {}
        for place, share in walks.items():
            for step in (-1, 1):
                onward[place + step] = onward.get(place + step, 0.0) + share / 2
        arrived += onward.pop(rule.difference, 0.0)
        walks = onward
    assert rule.false_alarms == pytest.approx(arrived, abs=1e-12)


def test_millers_published_lead():
    assert lead_to_stop(100).difference == 20  # 2 √N
    assert lead_to_stop(10**6).false_alarms == pytest.approx(0.0455, abs=1e-3)  # 2 (1 - Φ(2))


def test_an_estimate_without_an_error_says_so():
    assert msprt(0.1, 0.0, 1.0).reason == confidence_sequence(0.1, 0.0, 10, 10).reason != ""
    assert running([msprt(0.1, 0.0, 1.0), msprt(0.1, 1.0, 1.0)])[1].p_value == 1


def test_twenty_peeks_fool_the_plain_test_and_not_ours():
    # Armitage, McPherson & Rowe 1969: 20 looks at 5 % raise a false alarm in 24.8 % of runs. 400 runs, fixed seed:
    # standard errors are .022 at that rate and .011 at 5 %.
    rates = {row.method: row.rate for row in false_alarms(runs=400, looks=20, seed=2)}
    assert rates["z-test at every look"] == pytest.approx(0.248, abs=3 * 0.022)
    assert rates["z-test at the end"] == pytest.approx(0.05, abs=3 * 0.011)
    for bounds in ("Pocock bounds", "O'Brien-Fleming bounds"):
        assert rates[bounds] == pytest.approx(0.05, abs=3 * 0.011)
    for always in ("mixture SPRT", "confidence sequence", "Statsig's inflated z", "Bayes factor above 1/alpha"):
        assert rates[always] <= 0.05
