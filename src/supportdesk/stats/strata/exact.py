"""Exact comparison of two proportions over several strata with few conversions or misses.

Given how many converted in a stratum, how many of them fell in the test arm depends on the odds ratio alone, so that
no rate has to be guessed. An odds ratio is no difference of rates, so there are no limits of one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from supportdesk.stats.exact import EXPECTED, ExactTest
from supportdesk.stats.samples import NO_STRATUM, Proportion, stratum_weights

if TYPE_CHECKING:
    import numpy as np

    Floats = np.ndarray[Any, np.dtype[np.float64]]

STRATA_METHOD = "exact test over phases (Gart 1970)"
NO_LIMITS = "too few conversions in the phases for limits of the difference"
Strata = Sequence[tuple[Proportion, Proportion]]


def needs_exact_strata(strata: Strata) -> bool:
    """Return whether the conversions or misses are too few for the normal approximation of the test over strata.

    Source: Mantel & Fleiss 1980, American Journal of Epidemiology 112:129: the expected count of the test arm lies at
    least 5 from the least and the most that it could be.
    """
    expected = least = most = 0.0
    for control, test in strata:
        users, conversions = control.users + test.users, control.conversions + test.conversions
        if not users:
            continue
        expected += test.users * conversions / users
        least += max(0, conversions - control.users)
        most += min(conversions, test.users)
    return min(expected - least, most - expected) < EXPECTED


def stratified_exact(strata: Strata) -> ExactTest:
    """Return the exact test that no stratum's rates differ, two-sided by twice the smaller tail; without limits.

    Given the conversions of each stratum, those of the test arm are hypergeometric, and so is their sum.
    Source: Gart 1970, Biometrika 57:471; Vollset, Hirji & Elashoff 1991, JASA 86:404.
    """
    import numpy as np

    weights = stratum_weights(strata)
    if not weights:
        return ExactTest(None, None, None, None, NO_STRATUM)
    estimate = math.fsum(
        w * (t.conversions / t.users - c.conversions / c.users) for w, (c, t) in zip(weights, strata, strict=True)
    )
    chances, seen = np.ones(1), 0
    for control, test in strata:
        of_test, least = _hypergeometric(control, test)
        chances = np.convolve(chances, of_test)
        seen += test.conversions - least
    if len(chances) == 1:
        return ExactTest(estimate, None, None, None, "nothing varies in either arm")
    tail = min(float(chances[: seen + 1].sum()), float(chances[seen:].sum()))
    return ExactTest(estimate, min(1.0, 2 * tail), None, None, NO_LIMITS)


def _hypergeometric(control: Proportion, test: Proportion) -> tuple[Floats, int]:
    """Return the chance of each number of conversions of the test arm that there may be, and the least of them."""
    import numpy as np
    from scipy import special

    conversions = control.conversions + test.conversions
    low, high = max(0, conversions - control.users), min(conversions, test.users)
    x = np.arange(low, high + 1, dtype=np.float64)
    logs = _log_choose(special, test.users, x) + _log_choose(special, control.users, conversions - x)
    chances = np.exp(logs - logs.max())
    return chances / chances.sum(), low


def _log_choose(special: Any, users: int, x: Floats) -> Floats:
    logs: Floats = special.gammaln(users + 1) - special.gammaln(x + 1) - special.gammaln(users - x + 1)
    return logs
