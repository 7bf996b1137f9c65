"""Several p-values are adjusted as R does, and never to the better."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.stats import (
    alpha_of_each,
    benjamini_hochberg,
    benjamini_yekutieli,
    bonferroni,
    holm,
    holm_sidak,
    rejected,
)

# Benjamini & Hochberg 1995, section 4: fifteen p-values of a myocardial infarction trial.
FIRST_NINE = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
TRIAL = [*FIRST_NINE, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
p_values = st.lists(st.floats(0, 1), max_size=12)
ALL = [bonferroni, holm, holm_sidak, benjamini_hochberg, benjamini_yekutieli]


def test_the_paper_rejects_four_where_bonferroni_rejects_three():
    assert sum(rejected(benjamini_hochberg(TRIAL))) == 4
    assert sum(rejected(bonferroni(TRIAL))) == sum(rejected(holm(TRIAL))) == 3


def test_as_rs_p_adjust():
    # R: p.adjust(c(.01, .02, .03, .04, .05), m) for holm, BH and BY.
    ps = [0.01, 0.02, 0.03, 0.04, 0.05]
    assert holm(ps) == pytest.approx((0.05, 0.08, 0.09, 0.09, 0.09))
    assert benjamini_hochberg(ps) == pytest.approx((0.05,) * 5)
    assert benjamini_yekutieli(ps) == pytest.approx((0.05 * 137 / 60,) * 5)


@pytest.mark.parametrize("adjust", ALL)
@given(ps=p_values)
def test_adjusted_is_never_below_raw_and_keeps_order_and_place(adjust, ps):
    found = adjust(ps)
    assert all(raw - 1e-12 <= adjusted <= 1 for raw, adjusted in zip(ps, found, strict=True))
    by_raw = [adjusted for _, adjusted in sorted(zip(ps, found, strict=True))]
    assert by_raw == sorted(by_raw)
    assert adjust(ps[::-1]) == pytest.approx(found[::-1])


@given(p_values)
def test_holm_lies_between_hochberg_and_bonferroni(ps):
    rows = zip(benjamini_hochberg(ps), holm(ps), bonferroni(ps), strict=True)
    assert all(fdr <= step + 1e-12 and step <= plain + 1e-12 for fdr, step, plain in rows)


def test_the_level_of_each():
    assert alpha_of_each(0.05, 5) == pytest.approx(0.01)
    assert 1 - (1 - alpha_of_each(0.05, 5, "sidak")) ** 5 == pytest.approx(0.05)
