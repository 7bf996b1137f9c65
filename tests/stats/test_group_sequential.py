"""Group-sequential bounds are those of the tables and spend exactly their alpha."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supportdesk.stats import (
    InvalidInput,
    alpha_spent,
    inflation,
    lan_demets,
    obrien_fleming,
    peeking_false_alarms,
    pocock,
)
from supportdesk.stats.group_sequential import crossing
from supportdesk.stats.plans.group_power import crossing_power

# Jennison & Turnbull 2000, tables 2.1 and 2.3, two-sided: looks, C_P and C_B at alpha .05, then at .01.
TABLES = [
    (1, 1.960, 1.960, 2.576, 2.576),
    (2, 2.178, 1.977, 2.772, 2.580),
    (3, 2.289, 2.004, 2.873, 2.595),
    (5, 2.413, 2.040, 2.986, 2.621),
    (10, 2.555, 2.087, 3.117, 2.660),
    (20, 2.672, 2.126, 3.225, 2.695),
]
# Armitage, McPherson & Rowe 1969, table 2, as in Jennison & Turnbull 2000, table 2.4: looks and false alarms at .05.
PEEKING = [(1, 0.050), (2, 0.083), (3, 0.107), (4, 0.126), (5, 0.142), (10, 0.193), (20, 0.248), (50, 0.320)]


@pytest.mark.parametrize(("looks", "c_p", "c_b", "c_p_01", "c_b_01"), TABLES)
def test_jennison_and_turnbulls_tables(looks, c_p, c_b, c_p_01, c_b_01):
    assert pocock(looks).z == pytest.approx([c_p] * looks, abs=6e-4)
    assert obrien_fleming(looks).z[-1] == pytest.approx(c_b, abs=6e-4)
    assert pocock(looks, 0.01).z[-1] == pytest.approx(c_p_01, abs=6e-4)
    assert obrien_fleming(looks, 0.01).z[-1] == pytest.approx(c_b_01, abs=6e-4)


def test_obrien_flemings_bounds_fall_with_the_root_of_the_look():
    found = obrien_fleming(4)
    # Deming's table in gsDesign's tests: 4.05 2.86 2.34 2.02.
    assert [round(z, 2) for z in found.z] == [4.05, 2.86, 2.34, 2.02]


@pytest.mark.parametrize(("looks", "rate"), PEEKING)
def test_peeking_costs_what_armitage_found(looks, rate):
    assert peeking_false_alarms(looks) == pytest.approx(rate, abs=6e-4)


def test_published_lan_demets_bounds():
    # PharmCat/SeqBounds.jl README: one-sided .05, four looks: 3.74955 2.53993 2.01604 1.72014 (grid of .05).
    found = lan_demets([0.25, 0.5, 0.75, 1.0], alpha=0.05, sides=1)
    assert found.z == pytest.approx([3.74955, 2.53993, 2.01604, 1.72014], abs=6e-5)
    # ldbounds' documentation, two-sided .05, five looks: 4.8769 3.3569 2.6803 2.2898 2.0310.
    found = lan_demets([0.2, 0.4, 0.6, 0.8, 1.0])
    assert found.z == pytest.approx([4.8769, 3.3569, 2.6803, 2.2898, 2.0310], abs=2e-4)


times = st.lists(st.integers(1, 1_000), min_size=1, max_size=6, unique=True).map(
    lambda ks: [k / 1_000 for k in sorted(ks)]
)


@settings(max_examples=40, deadline=None)
@given(
    times,
    st.sampled_from(["obrien-fleming", "pocock", "power"]),
    st.sampled_from([0.001, 0.05, 0.2]),
    st.integers(1, 2),
)
def test_bounds_at_any_looks_spend_what_the_function_says(information, spending, alpha, sides):
    found = lan_demets(information, spending, alpha, sides)
    assert all(z is None or math.isfinite(z) for z in found.z)
    assert crossing(found.z, information, sides) == pytest.approx(found.cumulative_alpha, abs=1e-10)
    assert found.cumulative_alpha[-1] == pytest.approx(alpha_spent(information[-1], spending, alpha, sides))


def test_a_look_too_early_to_reject_has_no_bound():
    found = lan_demets([0.001, 0.5, 1.0])
    assert (found.z[0], found.nominal_p[0]) == (None, 0.0)
    assert found.z[1:] == pytest.approx(lan_demets([0.5, 1.0]).z)


@given(st.sampled_from(["obrien-fleming", "pocock", "power"]), st.floats(0, 1), st.floats(0, 1))
def test_spending_rises_from_0_to_alpha(spending, one, other):
    early, late = sorted((one, other))
    assert 0 <= alpha_spent(early, spending) <= alpha_spent(late, spending) <= 0.05 + 1e-12
    assert alpha_spent(1, spending) == alpha_spent(7, spending) == pytest.approx(0.05)


@pytest.mark.parametrize("information", [[], [0.5, 0.5], [0.5, 0.2], [0.5, 1.2], [0, 1], [-1], [math.nan], ["x"]])
def test_looks_that_do_not_rise_are_refused(information):
    with pytest.raises(InvalidInput, match="information: .* is not allowed"):
        lan_demets(information)


def test_options_that_are_none_are_refused():
    for call in (
        lambda: pocock(0),
        lambda: pocock(201),
        lambda: pocock(5, alpha=0.6, sides=1),
        lambda: pocock(5, sides=3),
        lambda: lan_demets([1.0], spending="haybittle"),
        lambda: lan_demets([1.0], "power", rho=0),
        lambda: crossing([2.0], [0.5, 1.0]),
    ):
        with pytest.raises(InvalidInput):
            call()


# One-sided, equally spaced. Sources: the documentation of rpact (getDesignGroupSequential, .025); Jennison & Turnbull's
# constants of two sides at twice the level; the tests of Spotify's confidence (.05); ldbounds; gsDesign (sfLDOF).
ONE_SIDED = [
    (obrien_fleming(3, 0.025, sides=1), [3.471, 2.454, 2.004]),
    (pocock(3, 0.025, sides=1), [2.289, 2.289, 2.289]),
    (pocock(5, 0.025, sides=1), [2.413] * 5),
    (obrien_fleming(4, 0.025, sides=1), [4.049, 2.863, 2.337, 2.024]),
    (lan_demets([0.2, 0.4, 0.6, 0.8, 1.0], alpha=0.05, sides=1), [4.229, 2.888, 2.298, 1.962, 1.740]),
    (lan_demets([0.2, 0.4, 0.6, 0.8, 1.0], alpha=0.025, sides=1), [4.8769, 3.3569, 2.6803, 2.2898, 2.0310]),
    (lan_demets([1 / 3, 2 / 3, 1.0], alpha=0.025, sides=1), [3.710, 2.511, 1.993]),
]


@pytest.mark.parametrize(("found", "published"), ONE_SIDED)
def test_published_one_sided_bounds(found, published):
    assert found.z == pytest.approx(published, abs=6e-4)


def test_one_sided_bounds_spend_what_rpact_says():
    found = obrien_fleming(3, 0.025, sides=1)
    assert found.cumulative_alpha == pytest.approx([0.0002592, 0.0071601, 0.025], abs=2e-6)
    assert found.nominal_p == pytest.approx([0.0002592, 0.0070554, 0.0225331], abs=2e-6)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 8), st.sampled_from([0.005, 0.025, 0.1]))
def test_one_side_at_a_level_is_two_at_twice_of_it(looks, alpha):
    one, two = pocock(looks, alpha, sides=1), pocock(looks, 2 * alpha)
    # Two sides count a path that crosses both only once.
    assert one.z[0] == pytest.approx(two.z[0], abs=2e-3 if alpha < 0.1 else 0.02)
    assert one.z[0] >= two.z[0] - 1e-9


def test_power_over_looks_is_lrstats():
    # lrstat's documentation of exitprob: theta = -log(.6), information 12.5, 25 and 37.5.
    times, drift = [1 / 3, 2 / 3, 1.0], -math.log(0.6) * math.sqrt(37.5)
    power = crossing_power([3.471, 2.454, 2.004], times, drift)
    assert power == pytest.approx(0.0479605 + 0.4927446 + 0.3327286, abs=2e-6)


@pytest.mark.parametrize(
    ("looks", "factor"),
    # Lan & DeMets' bounds need a little less than Jennison & Turnbull's table 2.4 (1.008, 1.028, 1.040, two-sided .05).
    [(1, 1.0), (2, 1.008), (5, 1.028), (10, 1.040)],
)
def test_looks_cost_few_users(looks, factor):
    assert factor - 0.006 <= inflation(looks, 0.05, 0.8) <= factor + 1e-3
