"""Bayes factor of "the rates differ" against "the rates are one"."""

from __future__ import annotations

import math
from dataclasses import dataclass

from supportdesk.stats.bayes import Beta
from supportdesk.stats.errors import positive
from supportdesk.stats.gamma import stirling_error
from supportdesk.stats.samples import Proportion


@dataclass(frozen=True, slots=True)
class BayesFactor:
    """The evidence for a difference, as a logarithm, since it can pass any float."""

    log: float

    @property
    def value(self) -> float | None:
        """BF10 itself; None where it is too large for a float."""
        return math.exp(self.log) if self.log < 709 else None

    def conclusive(self, at: float = 20) -> bool:
        """Return whether the data are at least `at` times as likely under a difference."""
        return self.log >= math.log(positive("at", at))


def bayes_factor(control: Proportion, test: Proportion, prior: Beta | None = None) -> BayesFactor:
    """Return BF10 of two independent beta-binomial rates against one common rate; the prior is flat unless given.

    B(a+x_c, b+n_c-x_c) B(a+x_t, b+n_t-x_t) / (B(a, b) B(a+x, b+n-x)); 1 without users. Under the null it passes K at
    any time with a chance of at most 1/K. Source: Kass & Raftery 1995, JASA 90:773; Jeffreys 1961.
    """
    start = prior or Beta()
    together = start.given(Proportion(control.conversions + test.conversions, control.users + test.users))
    return BayesFactor(
        math.fsum(
            [
                *_against(start.given(control), together),
                *_against(start.given(test), together),
                -_log_beta(start) + start.alpha * math.log(together.mean) + start.beta * math.log(_miss(together)),
                -_rest(together),
            ]
        )
    )


def _against(arm: Beta, together: Beta) -> list[float]:
    """Return log B of an arm, its large terms as a divergence from the common rate, so that nothing large cancels."""
    hit, miss = together.mean, _miss(together)
    off = (arm.alpha * together.beta - arm.beta * together.alpha) / _total(arm) / _total(together)
    return [arm.alpha * math.log1p(off / hit), arm.beta * math.log1p(-off / miss), _rest(arm)]


def _log_beta(belief: Beta) -> float:
    """Return log B(a, b) by Stirling's formula and what it misses."""
    return belief.alpha * math.log(belief.mean) + belief.beta * math.log(_miss(belief)) + _rest(belief)


def _rest(belief: Beta) -> float:
    """Return log B(a, b) without a log(a/(a+b)) + b log(b/(a+b))."""
    root = math.log(2 * math.pi * _total(belief) / belief.alpha / belief.beta) / 2
    return root + stirling_error(belief.alpha) + stirling_error(belief.beta) - stirling_error(_total(belief))


def _total(belief: Beta) -> float:
    return belief.alpha + belief.beta


def _miss(belief: Beta) -> float:
    return belief.beta / _total(belief)
