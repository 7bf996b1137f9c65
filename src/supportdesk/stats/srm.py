"""Sample ratio mismatch: did the arms get the shares of users that they were to get?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from supportdesk.stats.errors import InvalidInput, count, positive, weights
from supportdesk.stats.gamma import stirling_error
from supportdesk.stats.proportions import chi_square_above

IMPOSSIBLE = "an arm of weight 0 has users: the split is broken for certain"
WEAKEST, STRONGEST = 1e-6, 1e12


@dataclass(frozen=True, slots=True)
class SampleRatio:
    """The chi-square test of a split; `expected` are the users each arm should have. `reason`: why a number is None."""

    expected: tuple[float, ...]
    chi2: float | None
    df: int
    p_value: float | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SequentialSampleRatio:
    """The always-valid test of a split, look by look.

    `log_bayes_factors` are against the configured weights, `p_values` the smallest 1/BF up to each look: one of them
    below alpha proves a mismatch at any look, as often as one looks. `reason` says why there are none.
    """

    log_bayes_factors: tuple[float, ...]
    p_values: tuple[float, ...]
    reason: str = ""

    @property
    def p_value(self) -> float | None:
        """The p-value after the last look."""
        return self.p_values[-1] if self.p_values else None


def sample_ratio(observed: Sequence[int], configured: Sequence[float]) -> SampleRatio:
    """Return Pearson's chi-square of the users of each arm against the configured weights (any scale).

    Honest at one look; for daily looks see `sequential_sample_ratio`. Source: Kohavi, Tang & Xu 2020, Trustworthy
    Online Controlled Experiments, chapter 21; Fabijan et al. 2019 (KDD) advise a level of .001 or less.
    """
    users, shares = _checked(observed, configured)
    total = sum(users)
    expected = tuple(total * share for share in shares)
    df = max(sum(share > 0 for share in shares) - 1, 0)
    if total == 0:
        return SampleRatio(expected, None, df, None, "no arm has users")
    if any(seen and not share for seen, share in zip(users, shares, strict=True)):
        return SampleRatio(expected, None, df, 0.0, IMPOSSIBLE)
    if df == 0:
        return SampleRatio(expected, None, df, None, "there is only one arm")
    chi2 = math.fsum((seen - due) ** 2 / due for seen, due in zip(users, expected, strict=True) if due > 0)
    return SampleRatio(expected, chi2, df, chi_square_above(chi2, df))


def sequential_sample_ratio(
    increments: Sequence[Sequence[int]], configured: Sequence[float], concentration: float = 10_000
) -> SequentialSampleRatio:
    """Return the Dirichlet-multinomial Bayes factor against the configured weights, which holds at every look.

    `increments` are the users each arm gained from look to look. The alternative is a Dirichlet around the weights,
    `concentration` strong: 10,000 is sharp for splits that are off by a percent or so.
    Source: Lindon & Malek 2022 (NeurIPS), "Anytime-Valid Inference for Multinomial Count Data".
    """
    strength = positive("concentration", concentration)
    if not WEAKEST <= strength <= STRONGEST:
        raise InvalidInput("concentration", concentration, f"from {WEAKEST:g} to {STRONGEST:g}")
    steps = [_checked(step, configured)[0] for step in increments]
    shares = weights("weights", configured)
    if not steps:
        return SequentialSampleRatio((), (), "there was no look yet")
    sums = list(accumulate(steps, lambda so_far, step: tuple(map(sum, zip(so_far, step, strict=True)))))
    if any(seen and not share for seen, share in zip(sums[-1], shares, strict=True)):
        return SequentialSampleRatio((), (0.0,), IMPOSSIBLE)
    logs = tuple(_log_bayes_factor(seen, shares, strength) for seen in sums)
    p_values = tuple(accumulate((math.exp(min(-log, 0.0)) for log in logs), min))
    return SequentialSampleRatio(logs, p_values)


def split_evidence(observed: Sequence[int], configured: Sequence[float]) -> float:
    """Return the log of the evidence against the configured weights so far; above log(1/a) at any time has chance a.

    The mean of the Bayes factors of loose to sharp alternatives: a gross fault is seen after some hundred
    users, a fine one after some ten thousand, and a mean of such factors is one itself.
    Source: Lindon & Malek 2022; Grünwald, de Heide & Koolen 2024 (JRSS B) for means of e-values.
    """
    users, shares = _checked(observed, configured)
    if any(seen and not share for seen, share in zip(users, shares, strict=True)):
        return math.inf
    logs = [_log_bayes_factor(users, shares, strength) for strength in (10.0, 100.0, 1_000.0, 10_000.0)]
    most = max(logs)
    return most + math.log(math.fsum(math.exp(log - most) for log in logs) / len(logs))


def _log_bayes_factor(seen: Sequence[int], shares: Sequence[float], strength: float) -> float:
    """Return posterior predictive over null likelihood.

    Σ log Γ(c_i + n_i)/Γ(c_i) - log Γ(c + n)/Γ(c) - Σ n_i log θ_i with c_i = c θ_i (multinomial coefficients cancel),
    where Stirling's large terms are put together as (c_i + n_i) log of "posterior share over θ_i".
    """
    total = sum(seen)
    gathered = strength + total
    arms = [(users, share) for users, share in zip(seen, shares, strict=True) if share > 0]
    terms = [stirling_error(strength), -stirling_error(gathered), (1 - len(arms)) / 2 * math.log1p(total / strength)]
    for users, share in arms:
        prior = strength * share
        off = (users - share * total) / (share * gathered)
        # Near 0 the logarithm needs the difference, near -1 the quotient.
        log = math.log1p(off) if off > -0.5 else math.log((prior + users) / (share * gathered))
        terms += [(prior + users - 0.5) * log, stirling_error(prior + users), -stirling_error(prior)]
    return math.fsum(terms)


def _checked(observed: Sequence[int], configured: Sequence[float]) -> tuple[tuple[int, ...], tuple[float, ...]]:
    users, shares = tuple(count("users", seen) for seen in observed), weights("weights", configured)
    if len(users) != len(shares):
        raise InvalidInput("weights", list(configured), f"one for each of {len(users)} arms")
    return users, shares
