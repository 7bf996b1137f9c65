"""Sample sizes of two arms that get different shares of the users."""

from __future__ import annotations

import math

from supportdesk.stats.errors import fraction, number, open_fraction, positive, weights
from supportdesk.stats.normal import Alternative, critical_z, quantile_above
from supportdesk.stats.planning import SampleSize, size_by_root
from supportdesk.stats.power import SAME_RATES

ENOUGH = "any number of users has more power than asked for"
Shares = tuple[float, float]


def total_two_proportions(
    rate_control: float, rate_test: float, shares: Shares = (0.5, 0.5), power: float = 0.8, alpha: float = 0.05
) -> SampleSize:
    """Return the users of both arms together that tell two rates apart, two-sided.

    N = (z_α sqrt(p̄q̄(1/w_c + 1/w_t)) + z_β sqrt(p_c q_c/w_c + p_t q_t/w_t))² / δ²; of even shares it is twice
    `sample_size_two_proportions`. Source: Fleiss, Tytun & Ury 1980, Biometrics 36:343, without continuity correction.
    """
    share_c, share_t = _shares(shares)
    effect = fraction("rate_test", rate_test) - fraction("rate_control", rate_control)
    if effect == 0:
        return SampleSize(None, SAME_RATES)
    common = share_c * rate_control + share_t * rate_test
    null = max(common * (1 - common), 0.0) * (1 / share_c + 1 / share_t)
    own = rate_control * (1 - rate_control) / share_c + rate_test * (1 - rate_test) / share_t
    reach = critical_z(alpha) * math.sqrt(null) + _z_of(power) * math.sqrt(own)
    return size_by_root(reach / abs(effect)) if reach > 0 else SampleSize(None, ENOUGH)


def total_means(
    difference: float, standard_deviation: float, shares: Shares = (0.5, 0.5), power: float = 0.8, alpha: float = 0.05
) -> SampleSize:
    """Return the users of both arms together that find a difference of means, two-sided, by the normal's closed form.

    N = σ² (1/w_c + 1/w_t) (z_α + z_β)² / δ². Source: Chow, Shao & Wang 2008, chapter 3.
    """
    share_c, share_t = _shares(shares)
    size = abs(number("difference", difference))
    if size == 0:
        return SampleSize(None, "the difference is 0: there is no effect to find")
    spread = positive("standard_deviation", standard_deviation) * math.sqrt(1 / share_c + 1 / share_t)
    reach = critical_z(alpha) + _z_of(power)
    return size_by_root(spread * reach / size) if reach > 0 else SampleSize(None, ENOUGH)


def total_within_margin(
    baseline: float,
    standard_deviation: float,
    margin: float,
    shares: Shares = (0.5, 0.5),
    power: float = 0.8,
    alpha: float = 0.05,
) -> SampleSize:
    """Return the users of both arms together that show a metric which does not change to be within its margin.

    One-sided at `alpha`; the margin is a share of the baseline, which the control's own spread is multiplied by, too.
    Source: Chow, Shao & Wang 2008, section 4.2 (non-inferiority).
    """
    share_c, share_t = _shares(shares)
    allowed = positive("margin", margin) * abs(number("baseline", baseline))
    if allowed == 0:
        return SampleSize(None, "the baseline is 0: a margin is a share of it")
    spread = positive("standard_deviation", standard_deviation)
    spread *= math.sqrt((1 + margin) ** 2 / share_c + 1 / share_t)
    reach = critical_z(alpha, Alternative.LARGER) + _z_of(power)
    return size_by_root(spread * reach / allowed) if reach > 0 else SampleSize(None, ENOUGH)


def _shares(shares: Shares) -> tuple[float, float]:
    share_c, share_t = weights("shares", (positive("shares", each) for each in shares))
    return share_c, share_t


def _z_of(power: float) -> float:
    return quantile_above(1 - open_fraction("power", power))
