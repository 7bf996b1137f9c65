"""Every public function at the edges of what it takes: finite numbers, or None and a reason; never an accident."""

import dataclasses
import inspect
import math
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supportdesk import stats
from supportdesk.stats import Beta, InvalidInput, Mean, Normal, Pairs
from tests.stats.arms import proportions

EXAMPLES = 15
ODD = st.sampled_from([0, 1, -1, 95, 0.05, 1e-50, 5e-324, 1e50, 1e308, 10**400, 2**53, math.nan, math.inf, None, "x"])
users = st.one_of(st.integers(0, 5), st.sampled_from([10**6, 2**53]))
numbers = st.one_of(st.floats(-10, 10), st.sampled_from([0.0, 0.1, 1e50, -1e50, 1e-50, 1e-160]))
spreads = st.one_of(st.floats(0, 10), st.sampled_from([0.0, 1e50, 1e-50, 1e-200]))
sizes = st.one_of(st.floats(0, 1e6), st.sampled_from([1e-50, 1e15, 1e50]))
rates = st.one_of(st.floats(0, 1), st.sampled_from([0.0, 1.0, 5e-324, 1 - 1e-16]))
levels = st.one_of(st.floats(0.001, 0.999), st.sampled_from([1e-12, 0.05, 1 - 1e-12]))
sides = st.sampled_from(["two-sided", "larger", "smaller"])
one_or_two = st.sampled_from([1, 2])
spendings = st.sampled_from(list(stats.Spending))
means = st.builds(Mean, users, numbers, spreads)
values = st.lists(st.one_of(st.floats(-5, 5), st.sampled_from([0.0, 0.1, 0.1, 1e20, 1e-160])), max_size=5)
pairs = st.one_of(
    st.lists(st.tuples(numbers.filter(lambda x: abs(x) < 1e20), st.floats(-5, 5)), max_size=5).map(
        lambda rows: Pairs.of([x for x, _ in rows], [y for _, y in rows])
    ),
    st.builds(Pairs, users, numbers, numbers, spreads, spreads, numbers),
)
beliefs = st.builds(Beta, *[st.one_of(st.floats(0.5, 1e6), st.sampled_from([1e-6, 1.0, 1e12]))] * 2)
priors = st.one_of(st.none(), beliefs)
normals = st.one_of(st.none(), st.builds(Normal, numbers, st.sampled_from([1e-50, 0.1, 1e50])))
times = st.lists(st.integers(1, 50), max_size=4, unique=True).map(lambda them: [each / 50 for each in sorted(them)])
looks = st.builds(stats.msprt, numbers, spreads, st.sampled_from([1e-50, 0.1, 1e50]), levels)


def several(strategy, most=4):
    return st.lists(strategy, max_size=most)


strata = several(st.tuples(proportions, proportions), 3)
two_arms, two_means = (proportions, proportions, levels), (means, means, levels)
few_looks = (st.integers(0, 5), levels, one_or_two)
p_values = (several(rates),)
ARGUMENTS = {
    "agresti_caffo": two_arms,
    "bounds_at": (times, times, spendings, levels, one_or_two),
    "exact_difference": two_arms,
    "needs_exact": two_arms[:2],
    "needs_exact_strata": (strata,),
    "stratified_exact": (strata,),
    "stratified_score": (strata, levels),
    "stratified_t": (several(st.tuples(means, means), 3), levels),
    "stratified_z": (strata,),
    "split_evidence": (several(users), several(sizes)),
    "agresti_coull": (proportions, levels),
    "alpha_of": (levels,),
    "alpha_of_each": (levels, users, st.sampled_from(["bonferroni", "sidak", "none"])),
    "alpha_spent": (numbers, spendings, levels, one_or_two, sizes),
    "bayes_factor": (proportions, proportions, priors),
    "beliefs": (several(proportions, 3), priors, levels),
    "benjamini_hochberg": p_values,
    "benjamini_yekutieli": p_values,
    "bonferroni": p_values,
    "cautious": (means, means),
    "shuffled_p": (several(st.tuples(means, means), 3),),
    "clopper_pearson": (proportions, levels),
    "cohen_h": (rates, rates),
    "compare": (several(beliefs, 3), levels),
    "confidence_rho": (users, levels),
    "confidence_sequence": (numbers, spreads, users, users, levels),
    "adjusted_means": (st.lists(st.lists(pairs, min_size=1, max_size=3), max_size=3),),
    "cuped": (pairs, pairs, levels, sides),
    "false_alarms": (st.integers(0, 2), st.integers(0, 3), users, rates, levels, users),
    "fieller_lift": two_means,
    "floored": (several(sizes), numbers),
    "holm": p_values,
    "holm_sidak": p_values,
    "inflated_z": two_means,
    "inflation": (st.integers(0, 5), levels, levels, one_or_two),
    "lan_demets": (times, spendings, levels, one_or_two, sizes),
    "lead_to_stop": (users,),
    "lift_belief": (means, means, normals, levels),
    "msprt": (numbers, spreads, sizes, levels),
    "newcombe": two_arms,
    "normal_beliefs": (several(normals.filter(bool)),),
    "normal_losses": (numbers, spreads),
    "obrien_fleming": few_looks,
    "peeking_false_alarms": few_looks,
    "pocock": few_looks,
    "power_means": (numbers, sizes, levels, sides),
    "power_normal": (numbers, sizes, levels, sides),
    "power_two_proportions": (rates, rates, sizes, levels, sides),
    "proportions_chi_square": (several(proportions),),
    "ratio_difference": (pairs, pairs, levels, sides),
    "ratio_mean": (pairs,),
    "rejected": (several(rates), levels),
    "relative_lift": two_means,
    "running": (several(looks),),
    "sample_ratio": (several(users), several(sizes)),
    "sample_size_means": (numbers, levels, levels, sides),
    "sample_size_of_difference": (numbers, sizes, levels, levels, sides),
    "sample_size_two_proportions": (rates, rates, levels, levels, sides, st.sampled_from(list(stats.Formula))),
    "score_lift": two_arms,
    "sequential_sample_ratio": (several(several(users, 2), 3), several(sizes, 2), sizes),
    "simulate_thompson": (several(rates, 3), st.integers(0, 4), priors, users, st.integers(0, 3), users),
    "smallest_effect_means": (numbers, spreads, sizes, levels, levels, sides),
    "smallest_effect_two_proportions": (rates, sizes, levels, levels, sides),
    "tau2_for": (sizes, levels),
    "thompson_weights": (several(proportions, 3), priors),
    "total_means": (numbers, spreads, st.tuples(sizes, sizes), levels, levels),
    "total_two_proportions": (rates, rates, st.tuples(sizes, sizes), levels, levels),
    "total_within_margin": (numbers, spreads, sizes, st.tuples(sizes, sizes), levels, levels),
    "two_proportion_z": (proportions, proportions, sides),
    "wald": (proportions, levels),
    "wald_difference": two_arms,
    "welch_t": (*two_means, sides),
    "wilson": (proportions, levels),
    "winsorise": (several(values, 3), levels),
}
PLAIN = (numbers, spreads, sizes, rates, levels, users, sides, spendings, one_or_two)


def test_every_public_function_is_tried():
    public = {name for name in stats.__all__ if inspect.isfunction(getattr(stats, name))}
    assert public == set(ARGUMENTS)


@pytest.mark.parametrize("name", ARGUMENTS)
def test_extreme_arms_and_numbers(name):
    _try(name, ARGUMENTS[name])


@pytest.mark.parametrize("name", ARGUMENTS)
def test_what_is_no_number_at_all(name):
    # Arms have checked their own numbers.
    _try(name, [st.one_of(each, ODD) if any(each is plain for plain in PLAIN) else each for each in ARGUMENTS[name]])


def _try(name, strategies):
    function = getattr(stats, name)

    @settings(max_examples=EXAMPLES)
    @given(st.tuples(*strategies))
    def run(given_values):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                found = function(*given_values)
            except InvalidInput:
                return
            _plain_numbers_or_reasons(found)

    run()


def _plain_numbers_or_reasons(found):
    match found:
        case None | str() | int():
            assert isinstance(found, str) or type(found) in (type(None), bool, int)
        case float():
            assert type(found) is float
            assert math.isfinite(found)
        case tuple() | list():
            for each in found:
                _plain_numbers_or_reasons(each)
        case _:
            fields = {field.name: getattr(found, field.name) for field in dataclasses.fields(found)}
            for value in fields.values():
                _plain_numbers_or_reasons(value)
            if "reason" in fields and None in fields.values():
                assert found.reason, found
            if fields.get("low") is not None:
                assert found.low <= found.high
            if fields.get("p_value") is not None:
                assert 0 <= found.p_value <= 1
