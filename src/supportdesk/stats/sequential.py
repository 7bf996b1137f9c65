"""Tests that hold however often one looks: mixture SPRT and confidence sequences.

A p-value of these stays below alpha by chance alone with at most probability alpha over *all* looks together. Several
looks at one estimate combine by `running`: smallest p so far, and what all intervals share.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from supportdesk.stats.errors import count, not_negative, number, open_fraction, positive
from supportdesk.stats.means import too_few
from supportdesk.stats.normal import above, critical_z
from supportdesk.stats.samples import Mean

LEAST_VARIANCE = 1e-100
"""Below it an estimate counts as known."""
NO_SPREAD = "the estimate has no standard error yet"


@dataclass(frozen=True, slots=True)
class AlwaysValid:
    """One look: always-valid p-value and interval of an estimate, in its unit.

    `log_likelihood_ratio` is of the mixture against no effect; the p-value is its inverse, at most 1. `reason` says
    why a number is None; a look without numbers says nothing against the null.
    """

    estimate: float
    log_likelihood_ratio: float | None
    p_value: float | None
    low: float | None
    high: float | None
    reason: str = ""

    def rejects(self, alpha: float = 0.05) -> bool:
        """Return whether this look proves an effect at the level `alpha`."""
        return self.p_value is not None and self.p_value <= alpha


@dataclass(frozen=True, slots=True)
class InflatedZ:
    """Statsig's sequential test: `z_critical` instead of 1.96; `inflation` is by how much. `reason`: why None."""

    difference: float | None
    z_critical: float | None
    inflation: float | None
    p_value: float | None
    low: float | None
    high: float | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StopRule:
    """Stop for the test arm when it leads by `difference` conversions; for control after the planned total."""

    difference: int
    false_alarms: float


def msprt(estimate: float, variance: float, tau2: float, alpha: float = 0.05) -> AlwaysValid:
    """Return the mixture SPRT of an about normal estimate with `variance` (its squared standard error).

    The effect under the alternative is N(0, tau2): tau2 sets which effects are found soonest, not whether the test
    holds (see `tau2_for`). LR = sqrt(V/(V+τ²)) exp(e² τ²/(2V(V+τ²))), p = min(1, 1/LR).
    Source: Johari, Pekelis & Walsh 2015, arXiv 1512.04922 (normal mixing); Robbins 1970.
    """
    centre, spread = number("estimate", estimate), not_negative("variance", variance)
    mixing = positive("tau2", tau2)
    return _mixture(centre, spread, mixing, open_fraction("alpha", alpha))


def _mixture(centre: float, spread: float, mixing: float, alpha: float) -> AlwaysValid:
    if spread < LEAST_VARIANCE:
        return AlwaysValid(centre, None, None, None, None, NO_SPREAD)
    share = mixing / (spread + mixing)
    log_shrink = -math.log1p(mixing / spread)
    log = (log_shrink + centre * centre / spread * share) / 2
    half = math.sqrt(spread / share * (-log_shrink - 2 * math.log(alpha)))
    return AlwaysValid(centre, log, math.exp(min(-log, 0.0)), centre - half, centre + half)


def tau2_for(variance_at_plan: float, alpha: float = 0.05) -> float:
    """Return the mixing variance that makes the interval narrowest when the estimate's variance is `variance_at_plan`.

    τ² = V (-2 ln α + ln(1 - 2 ln α)), approximately optimal. Must be fixed before looking.
    Source: Waudby-Smith et al. 2021, arXiv 2103.06476.
    """
    wanted = -2 * math.log(open_fraction("alpha", alpha))
    return positive("variance_at_plan", variance_at_plan) * (wanted + math.log1p(wanted))


def confidence_sequence(
    estimate: float, standard_error: float, users: int, tuned_for: int, alpha: float = 0.05
) -> AlwaysValid:
    """Return the asymptotic confidence sequence of a mean effect, narrowest when `users` (all arms) is `tuned_for`.

    ± σ sqrt(2(nρ²+1)/(n²ρ²) ln(sqrt(nρ²+1)/α)) with ρ from `confidence_rho`; the p-value inverts it. Holds for
    metrics of any distribution once arms are large. Source: Waudby-Smith et al. 2021, arXiv 2103.06476, eq. 9 and 161.
    """
    seen = count("users", users)
    rho = confidence_rho(tuned_for, alpha)
    variance = not_negative("standard_error", standard_error) ** 2
    return _mixture(number("estimate", estimate), variance if seen else 0.0, variance * seen * rho * rho, alpha)


def confidence_rho(tuned_for: int, alpha: float = 0.05) -> float:
    """Return ρ = sqrt((-2 ln α + ln(1 - 2 ln α)) / n*), the tuning of a confidence sequence for n* users."""
    return math.sqrt(tau2_for(1.0, alpha) / count("tuned_for", tuned_for, least=1))


def running(looks: Sequence[AlwaysValid]) -> tuple[AlwaysValid, ...]:
    """Return each look with the smallest p-value and the shared part of the intervals up to it.

    An always-valid interval may be intersected over looks; where nothing is left (an effect that moves), the look
    keeps its own interval and says so.
    """
    found: list[AlwaysValid] = []
    p_value, low, high = 1.0, -math.inf, math.inf
    for look in looks:
        if look.p_value is None or look.low is None or look.high is None:
            found.append(look)
            continue
        p_value, low, high = min(p_value, look.p_value), max(low, look.low), min(high, look.high)
        empty = low > high
        limits = (look.low, look.high) if empty else (low, high)
        reason = "the effect moved: no value fits every look" if empty else ""
        found.append(AlwaysValid(look.estimate, look.log_likelihood_ratio, p_value, *limits, reason))
    return tuple(found)


def inflated_z(control: Mean, test: Mean, alpha: float = 0.05) -> InflatedZ:
    """Return Statsig's two-sided sequential test of two means: an mSPRT at alpha/2 turned into a wider normal interval.

    z* = sqrt((V+τ)/τ (-2 ln(α/2) - ln(V/(V+τ)))), τ = z²_{α/2} (s_t² + s_c²)/(n_t + n_c). Its p-value agrees with
    the interval at alpha only. Source: Zhao et al. 2019, arXiv 1905.10493; Statsig's documentation.
    """
    z = critical_z(alpha)
    difference = test.mean - control.mean if control.users and test.users else None
    reason = too_few(control, test)
    spread = 0.0 if reason else control.squared_error + test.squared_error
    if difference is None or reason or spread < LEAST_VARIANCE:
        return InflatedZ(difference, None, None, None, None, None, reason or NO_SPREAD)
    mixing = z * z * (control.variance + test.variance) / (control.users + test.users)
    critical = math.sqrt((spread + mixing) / mixing * (-2 * math.log(alpha / 2) + math.log1p(mixing / spread)))
    inflation, error = critical / z, math.sqrt(spread)
    p_value = 2 * above(abs(difference) / error / inflation)
    half = critical * error
    return InflatedZ(difference, critical, inflation, p_value, difference - half, difference + half)


def lead_to_stop(total_conversions: int) -> StopRule:
    """Return Miller's simple sequential rule: with N conversions planned, stop when test leads control by 2 √N.

    `false_alarms` is the exact chance that a fair coin's walk of N steps ever gets there, by the reflection principle:
    P(S_N ≥ d) + P(S_N > d). One-sided, for equal arms and rare conversions.
    Source: Evan Miller 2015, "Simple Sequential A/B Testing"; Feller 1968, chapter III.
    """
    steps = count("total_conversions", total_conversions, least=1)
    lead = math.isqrt(4 * steps - 1) + 1
    return StopRule(lead, _walk_at_least(lead, steps) + _walk_at_least(lead + 1, steps))


def _walk_at_least(lead: int, steps: int) -> float:
    """Return P(S_N ≥ lead) of a fair ±1 walk: a binomial tail."""
    from scipy import special

    heads = (steps + lead + 1) // 2
    return float(special.betainc(heads, steps - heads + 1, 0.5)) if heads <= steps else 0.0
