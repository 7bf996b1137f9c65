"""Beta posteriors of conversion rates: which arm is best, and what choosing it may cost. Exact, no sampling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from supportdesk.stats.errors import InvalidInput, open_fraction, positive
from supportdesk.stats.samples import Proportion

if TYPE_CHECKING:
    import numpy as np

    Floats = np.ndarray[Any, np.dtype[np.float64]]

NODES = 20
"""Gauss-Legendre nodes a panel."""
VAGUEST, SUREST = 1e-6, 1e12
DEEP = -600.0
"""The log-odds from which on a rate is nearly too small for a float, and a power law describes its posterior."""


@dataclass(frozen=True, slots=True)
class Beta:
    """A Beta(alpha, beta) belief about a rate. Beta(1, 1) is flat, Beta(.5, .5) is Jeffreys'."""

    alpha: float = 1.0
    beta: float = 1.0

    def __post_init__(self) -> None:
        for field in ("alpha", "beta"):
            value = positive(field, getattr(self, field))
            if not VAGUEST <= value <= SUREST:
                raise InvalidInput(field, value, f"from {VAGUEST:g} to {SUREST:g}")
            object.__setattr__(self, field, value)

    def given(self, arm: Proportion) -> Beta:
        """Return the belief after an arm's users."""
        return Beta(self.alpha + arm.conversions, self.beta + arm.users - arm.conversions)

    @property
    def mean(self) -> float:
        """The expected rate."""
        return self.alpha / (self.alpha + self.beta)

    def interval(self, credibility: float = 0.95) -> tuple[float, float]:
        """Return the central credible interval, by quantiles."""
        from scipy import special

        tail = (1 - open_fraction("credibility", credibility)) / 2
        low = special.betaincinv(self.alpha, self.beta, tail)
        return float(low), float(special.betainccinv(self.alpha, self.beta, tail))


@dataclass(frozen=True, slots=True)
class ArmBelief:
    """What is believed of an arm: mean and credible interval of its rate, and how it stands among the arms.

    `expected_loss` is what choosing it would cost on average, in rate: E[max over arms - this one].
    """

    mean: float
    low: float
    high: float
    probability_best: float
    expected_loss: float


def beliefs(arms: Sequence[Proportion], prior: Beta | None = None, credibility: float = 0.95) -> tuple[ArmBelief, ...]:
    """Return the posterior of each arm, in the order given.

    An arm without users keeps the prior (flat unless given).
    """
    start = prior or Beta()
    return compare([start.given(arm) for arm in arms], credibility)


def compare(posteriors: Sequence[Beta], credibility: float = 0.95) -> tuple[ArmBelief, ...]:
    """Return probability to be best, expected loss and credible interval of any number of independent beta posteriors.

    By quadrature of P(best) = ∫ f_i Π F_j and E[max - θ_i] = ∫ F_i (1 - Π F_j), j ≠ i, over the log-odds, where all
    of these are smooth and die away; accurate to about 1e-10 from flat priors to a billion users.
    Source: Stucchio 2015, Bayesian A/B Testing at VWO, for the quantities.
    """
    import numpy as np

    if not posteriors:
        return ()
    t, weight = _grid(posteriors)
    log_below, log_above = (
        np.array(rows) for rows in zip(*(_log_tails(belief, t) for belief in posteriors), strict=True)
    )
    slope = np.exp(_log_expit(t) + _log_expit(-t))
    found = []
    for index, belief in enumerate(posteriors):
        others = np.delete(log_below, index, axis=0).sum(axis=0)
        density = _density(belief, t)
        best = float(weight @ (density * np.exp(others))) / float(weight @ density)
        loss = float(weight @ (np.exp(log_below[index]) * _miss(np.delete(log_above, index, axis=0)) * slope))
        found.append(ArmBelief(belief.mean, *belief.interval(credibility), min(best, 1.0), loss))
    return tuple(found)


def _miss(log_above: Floats) -> Floats:
    """Return 1 - Π(1 - S_j), the chance that one of the others is higher, without losing the small ones."""
    import numpy as np

    with np.errstate(divide="ignore"):
        missed: Floats = -np.expm1(np.log1p(-np.minimum(np.exp(log_above), 1.0)).sum(axis=0))
    return missed


def _log_tails(belief: Beta, t: Floats) -> tuple[Floats, Floats]:
    """Return log F and log(1 - F) at the rates whose log-odds are `t`, rising.

    Each tail is computed by itself, from the smaller of rate and miss, so that neither end loses its digits.
    """
    import numpy as np

    low_f, low_s = _log_lower_tail(belief.alpha, belief.beta, t[t < 0])
    high_s, high_f = _log_lower_tail(belief.beta, belief.alpha, -t[t >= 0])
    return np.concatenate([low_f, high_f]), np.concatenate([low_s, high_s])


def _log_lower_tail(alpha: float, beta: float, t: Floats) -> tuple[Floats, Floats]:
    """Return log F and log(1 - F) for log-odds below 0."""
    import numpy as np
    from scipy import special

    rates, deep = special.expit(t), t < DEEP
    with np.errstate(divide="ignore"):
        below = np.log(special.betainc(alpha, beta, rates))
        above = np.log(special.betaincc(alpha, beta, rates))
    below[deep] = alpha * t[deep] - np.log(alpha) - special.betaln(alpha, beta)
    above[deep] = np.log(-np.expm1(np.minimum(below[deep], -1e-300)))
    return below, above


def _density(belief: Beta, t: Floats) -> Floats:
    """Return the density over the log-odds, up to a factor, as a ratio to its peak: no large numbers cancel."""
    import numpy as np

    share, total = belief.mean, belief.alpha + belief.beta
    log_miss = np.log(belief.beta) - np.log(total)
    step = t - (np.log(belief.alpha) - np.log(belief.beta))
    with np.errstate(over="ignore"):
        near = np.log1p(share * np.expm1(np.clip(step, -1, 1)))
        far = np.logaddexp(log_miss, np.log(share) + step)
    density: Floats = np.exp(belief.alpha * step - total * np.where(np.abs(step) <= 1, near, far))
    return density


def _log_expit(t: Floats) -> Floats:
    import numpy as np

    return -np.logaddexp(0, -t)


def _grid(posteriors: Sequence[Beta]) -> tuple[Floats, Floats]:
    """Return nodes and weights: panels one standard deviation wide around every peak, doubling from ten on.

    Around even odds they are as wide as the log-odds' own bend, which very vague posteriors don't know of.
    """
    import numpy as np

    peaks = [(np.log(one.alpha) - np.log(one.beta), np.sqrt(1 / one.alpha + 1 / one.beta)) for one in posteriors]
    steps = np.concatenate([np.arange(11.0), 10 * 2.0 ** np.arange(1, 60)])
    steps = np.concatenate([-steps, steps])
    edges = np.concatenate([centre + spread * steps for centre, spread in [(0.0, 1.0), *peaks]])
    low = min(_end(belief.alpha, belief.beta) for belief in posteriors)
    high = -min(_end(belief.beta, belief.alpha) for belief in posteriors)
    inside = np.unique([low, high, *edges[(low < edges) & (edges < high)]])
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    half, middle = np.diff(inside)[:, None] / 2, (inside[1:] + inside[:-1])[:, None] / 2
    return (middle + half * nodes).ravel(), (half * weights).ravel()


def _end(alpha: float, beta: float) -> float:
    """Return a log-odds below which a posterior has next to nothing: 1e-17 of it or less."""
    import numpy as np
    from scipy import special

    lowest = float(special.betaincinv(alpha, beta, 1e-17))
    if lowest > np.exp(DEEP):
        return float(np.log(lowest)) - 1
    return float((np.log(1e-17) + np.log(alpha) + special.betaln(alpha, beta)) / alpha)
