"""The statistic that decides about a test variant: z (t of means), its p-value and its information."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from supportdesk.services.experiments.analysis.sums import Sample
from supportdesk.stats import (
    Mean,
    Proportion,
    cautious,
    holm,
    needs_exact,
    needs_exact_strata,
    shuffled_p,
    stratified_exact,
    stratified_t,
    stratified_z,
)
from supportdesk.stats.exact import exact_p_value

Pairs = Sequence[tuple[Sample, Sample]]


@dataclass(frozen=True, slots=True)
class Statistic:
    """A test of one variant against the control; `information` is the variance of the summed difference.

    `exact` says that too little happened for the normal approximation, so that `p_value` is of an exact test.
    """

    z: float
    p_value: float
    information: float
    exact: bool = False

    def p_towards(self, sign: int) -> float:
        """Return the one-sided p-value of a difference above 0 (sign 1) or below 0 (sign -1)."""
        return one_sided(self.z, self.p_value, sign)


def one_sided(z: float, p_value: float, sign: int) -> float:
    """Return the one-sided p-value that belongs to a two-sided one."""
    return p_value / 2 if z * sign > 0 else 1 - p_value / 2


def statistic(control: Sequence[Sample], test: Sequence[Sample]) -> Statistic | None:
    """Return the test of two arms, phase by phase; None where nothing varies or an arm is empty."""
    pairs = paired(control, test)
    rates = rates_of(pairs)
    if rates:
        of_rates = stratified_z(rates)
        if of_rates.z is None or of_rates.p_value is None or of_rates.standard_error is None:
            return None
        information = (_size(pairs) * of_rates.standard_error) ** 2
        exact = exact_p(rates)
        if exact is not None:
            return Statistic(of_rates.z, exact, information, exact=True)
        return Statistic(of_rates.z, of_rates.p_value, information)
    means = means_of(pairs)
    of_means = stratified_t(means)
    if of_means.t is None or of_means.p_value is None or of_means.standard_error is None:
        return None
    # Of a handful of users, that values are about normal is a bold assumption.
    p_value = max(of_means.p_value, shuffled_p(means))
    return Statistic(of_means.t, p_value, (_size(pairs) * of_means.standard_error) ** 2)


def corrected(
    p_values: Sequence[float | None], correct: Callable[[Sequence[float]], Sequence[float]] = holm
) -> list[float | None]:
    """Return p-values corrected for all of them that are known, in their places; by Holm unless told otherwise."""
    known = iter(correct([p for p in p_values if p is not None]))
    return [None if p is None else next(known) for p in p_values]


def paired(control: Sequence[Sample], test: Sequence[Sample]) -> list[tuple[Sample, Sample]]:
    """Return control and test of each phase that can be compared: both have users, of means where they vary."""
    pairs = [(c, t) for c, t in zip(control, test, strict=True) if c.users and t.users]
    if len(pairs) > 1 and not rates_of(pairs):
        pairs = [(c, t) for c, t in pairs if c.users > 1 and t.users > 1] or pairs
    return pairs


def rates_of(pairs: Pairs) -> list[tuple[Proportion, Proportion]]:
    """Return the same pairs where all are of rates; none otherwise."""
    found = [(c, t) for c, t in pairs if isinstance(c, Proportion) and isinstance(t, Proportion)]
    return found if len(found) == len(pairs) else []


def means_of(pairs: Pairs) -> list[tuple[Mean, Mean]]:
    """Return the same pairs as means, whose spread is not taken for less than it may be."""
    return [cautious(mean_of(c), mean_of(t)) for c, t in pairs]


def mean_of(sample: Sample) -> Mean:
    """Return a sample as a mean."""
    return sample.mean() if isinstance(sample, Proportion) else sample


def exact_p(rates: Sequence[tuple[Proportion, Proportion]]) -> float | None:
    """Return the exact p-value where too little happened for the normal approximation; else None."""
    if len(rates) == 1:
        return exact_p_value(*rates[0]) if needs_exact(*rates[0]) else None
    return stratified_exact(rates).p_value if needs_exact_strata(rates) else None


def with_margin(control: Sequence[Sample], share: float) -> list[Mean]:
    """Return the control as it would be if its mean were higher by a share of its size; lower for a negative one."""
    found = []
    for sample in control:
        mean = mean_of(sample)
        factor = 1 + math.copysign(share, share * mean.mean)
        found.append(Mean(mean.users, mean.mean * factor, mean.variance * factor**2))
    return found


def _size(pairs: Pairs) -> float:
    return math.fsum(1 / (1 / c.users + 1 / t.users) for c, t in pairs)
