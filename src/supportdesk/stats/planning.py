"""What plans of proportions and of means share: power, sample size and smallest effect, and the normal test's power."""

from __future__ import annotations

import math
from dataclasses import dataclass

from supportdesk.stats.errors import number, positive
from supportdesk.stats.normal import Alternative, above, below, critical_z, parse_alternative

MOST_USERS = 1e15
"""Nobody has more; a plan that needs more says so."""
TOO_SMALL = "the effect is too small to be found with 10^15 users"


@dataclass(frozen=True, slots=True)
class Power:
    """The chance that a test finds the effect. `reason` says why it is None."""

    power: float | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SampleSize:
    """The users each arm needs, before rounding up. `reason` says why it is None."""

    exact: float | None
    reason: str = ""

    @property
    def users_per_arm(self) -> int | None:
        """Rounded up to whole users."""
        return None if self.exact is None else math.ceil(self.exact - 1e-9)


@dataclass(frozen=True, slots=True)
class SmallestEffect:
    """The smallest effect a test finds with the power asked for, as a size above 0: `relative` is to the baseline.

    `reason` says why a number is None.
    """

    absolute: float | None
    relative: float | None
    reason: str = ""


def power_normal(
    effect_size: float, users_per_arm: float, alpha: float = 0.05, alternative: str = "two-sided"
) -> Power:
    """Return the power of a two-sample z-test for Cohen's h or d with equal arms, in both tails.

    Source: Cohen 1988, chapter 6; R `pwr.2p.test`.
    """
    side = parse_alternative(alternative)
    z = critical_z(alpha, side)
    reach = number("effect_size", effect_size) * math.sqrt(positive("users_per_arm", users_per_arm) / 2)
    upper, lower = above(z - reach), below(-z - reach)
    return Power({Alternative.LARGER: upper, Alternative.SMALLER: lower}.get(side, upper + lower))


def of_baseline(absolute: float, baseline: float) -> SmallestEffect:
    """Return an effect, also as a share of the baseline where that is not 0."""
    relative = absolute / abs(baseline) if baseline else math.inf
    if math.isinf(relative):
        return SmallestEffect(absolute, None, "the baseline is 0, or nearly: there is nothing to be relative to")
    return SmallestEffect(absolute, relative)


def size_by_root(root: float) -> SampleSize:
    """Return the sample size whose square root is given, if anybody has as many users."""
    return SampleSize(root * root) if root <= math.sqrt(MOST_USERS) else SampleSize(None, TOO_SMALL)
