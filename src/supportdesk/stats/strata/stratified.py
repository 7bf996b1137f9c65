"""Two arms compared within each of several strata, such as phases with different weights, and the strata together.

Strata are weighted as Cochran, Mantel and Haenszel have it, n_c n_t / (n_c + n_t). Each is a pair control, test.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from supportdesk.stats.errors import open_fraction
from supportdesk.stats.means import WelchTest, t_test, too_few
from supportdesk.stats.normal import Alternative, p_value_of
from supportdesk.stats.proportions import ZTest
from supportdesk.stats.samples import NO_STRATUM, Mean, Proportion, stratum_weights


def stratified_z(strata: Sequence[tuple[Proportion, Proportion]]) -> ZTest:
    """Return the test of Cochran, Mantel and Haenszel that no stratum's rates differ; rates are over the strata.

    Within a stratum the variance is that of one common rate; of one stratum it is `two_proportion_z`.
    Source: Cochran 1954, Biometrics 10:417.
    """
    weights = stratum_weights(strata)
    if not weights:
        return ZTest(None, None, None, None, None, None, NO_STRATUM)
    rate_c = math.fsum(w * c.conversions / c.users for w, (c, _) in zip(weights, strata, strict=True))
    rate_t = math.fsum(w * t.conversions / t.users for w, (_, t) in zip(weights, strata, strict=True))
    variance = math.fsum(w * w * _null_variance(c, t) for w, (c, t) in zip(weights, strata, strict=True))
    difference, error = rate_t - rate_c, math.sqrt(variance)
    if error == 0:
        return ZTest(rate_c, rate_t, difference, error, None, None, "nothing varies in either arm")
    z = difference / error
    return ZTest(rate_c, rate_t, difference, error, z, p_value_of(z, Alternative.TWO_SIDED))


def stratified_t(strata: Sequence[tuple[Mean, Mean]], alpha: float = 0.05) -> WelchTest:
    """Return the t-test of the common difference of means; of one stratum it is Welch's.

    df by Satterthwaite 1946 over all means, so that a handful of users gets the wide interval it deserves.
    """
    open_fraction("alpha", alpha)
    weights = stratum_weights(strata)
    if not weights:
        return WelchTest(None, None, None, None, None, None, None, NO_STRATUM)
    difference = math.fsum(w * (t.mean - c.mean) for w, (c, t) in zip(weights, strata, strict=True))
    for control, test in strata:
        if reason := too_few(control, test):
            where = "" if len(strata) == 1 else " in a phase"
            return WelchTest(difference, None, None, None, None, None, None, f"{reason}{where}")
    parts = [(w * w * arm.squared_error, arm.users) for w, arms in zip(weights, strata, strict=True) for arm in arms]
    total = math.fsum(part for part, _ in parts)
    df = 1 / math.fsum((part / total) ** 2 / (users - 1) for part, users in parts) if total > 0 else None
    return t_test(difference, total, df, alpha, Alternative.TWO_SIDED, "no value varies in either arm")


def _null_variance(control: Proportion, test: Proportion) -> float:
    users = control.users + test.users
    conversions = control.conversions + test.conversions
    return conversions / users * ((users - conversions) / users) * (1 / control.users + 1 / test.users)
