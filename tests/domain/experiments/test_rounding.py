"""Rounded figures: what differs looks different, and only 0 looks like 0."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain.experiments.rounding import percent_decimals, significant_digits


@pytest.mark.parametrize(
    ("shares", "decimals"),
    [
        ((0.1, 0.09, 0.12), 2),
        ((0.0, -0.00002, 0.00002), 4),
        ((0.0001, 0.0001001, 0.0000999), 7),
        ((0.0, 0.0), 2),
        ((), 2),
    ],
)
def test_decimals_of_per_cent(shares, decimals):
    assert percent_decimals(shares) == decimals


@given(st.lists(st.floats(-1, 1).filter(lambda x: x == 0 or abs(x) > 1e-9), min_size=1, max_size=3))
def test_shares_that_differ_look_different(shares):
    rounded = {f"{100 * each:.{percent_decimals(shares)}f}" for each in shares}
    apart = {each for each in shares if all(abs(each - other) > 2e-9 or each <= other for other in shares)}
    assert len(rounded) >= len(apart)


def test_means_close_together_are_told_apart():
    values = (1000.02, 1000.01, 1000.03)
    assert len({f"{each:.{significant_digits(values)}g}" for each in values}) == 3
    assert significant_digits((None, 0.0)) == 4
