"""What the tests are given: an arm, summed up.

All of these can be filled from SQL aggregates (`of_sums`), so that an arm of a million users is a handful of numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from supportdesk.stats.errors import InvalidInput, count, not_negative, number

if TYPE_CHECKING:
    import numpy as np

Values = Iterable[float]
ROUNDING = 2.0**-52
ROUGH = 1e-6
"""Of a sum of squares: what sums that were rounded, or are of float32, may be off by."""
NO_STRATUM = "no stratum has users in both arms"


@dataclass(frozen=True, slots=True)
class Proportion:
    """An arm of which each user converted or did not.

    Raises `InvalidInput` for counts that are no whole numbers from 0 up, and for more conversions than users.
    """

    conversions: int
    users: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "conversions", count("conversions", self.conversions))
        object.__setattr__(self, "users", count("users", self.users))
        if self.conversions > self.users:
            raise InvalidInput("conversions", self.conversions, f"at most the number of users, {self.users}")

    @property
    def rate(self) -> float | None:
        """The share that converted; None without users."""
        return self.conversions / self.users if self.users else None

    def mean(self) -> Mean:
        """Return the same arm as zeros and ones, with the variance p(1-p)n/(n-1)."""
        if self.users < 2:
            return Mean(self.users, float(self.conversions), 0.0)
        rate = self.conversions / self.users
        return Mean(self.users, rate, rate * (1 - rate) * self.users / (self.users - 1))


@dataclass(frozen=True, slots=True)
class Mean:
    """An arm with a value for each user: how many, their mean, and the variance of the values (divisor n-1).

    With no users the mean says nothing and with one the variance doesn't; tests that need them say so.
    """

    users: int
    mean: float
    variance: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "users", count("users", self.users))
        object.__setattr__(self, "mean", number("mean", self.mean))
        object.__setattr__(self, "variance", not_negative("variance", self.variance))

    @classmethod
    def of(cls, values: Values) -> Mean:
        """Return a sample from the values themselves; raises `InvalidInput` if one of them is not a finite number."""
        array = finite_array("values", values)
        if array.size == 0:
            return cls(0, 0.0, 0.0)
        # From the first value on: what is all one then has exactly that mean, and no variance.
        away = array - array[0]
        return cls(array.size, float(array[0] + away.mean()), float(away.var(ddof=1)) if array.size > 1 else 0.0)

    @classmethod
    def of_sums(cls, users: int, total: float, squares: float) -> Mean:
        """Return a sample from the sum of the values and the sum of their squares.

        Raises `InvalidInput` for squares that no values with this sum have.
        """
        number_of = count("users", users)
        if number_of == 0:
            return cls(0, 0.0, 0.0)
        mean = number("total", total) / number_of
        spread = not_negative("squares", squares) - mean * total
        if spread < -ROUGH * squares:
            raise InvalidInput("squares", squares, f"at least total²/users, {mean * total:.6g}")
        # Sums of that many terms are not known more exactly: values that are all one would seem to vary.
        if spread <= number_of * ROUNDING * squares:
            spread = 0.0
        return cls(number_of, mean, spread / (number_of - 1) if number_of > 1 else 0.0)

    @property
    def squared_error(self) -> float:
        """The variance of the mean, s²/n; 0 without users."""
        return self.variance / self.users if self.users else 0.0


@dataclass(frozen=True, slots=True)
class Pairs:
    """An arm with two values, x and y, for each user: their means, variances and covariance (divisor n-1).

    For CUPED x is the value before the experiment and y the outcome; for a ratio metric x over y is the metric.
    """

    users: int
    mean_x: float
    mean_y: float
    variance_x: float
    variance_y: float
    covariance: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "users", count("users", self.users))
        for field in ("mean_x", "mean_y", "covariance"):
            object.__setattr__(self, field, number(field, getattr(self, field)))
        for field in ("variance_x", "variance_y"):
            object.__setattr__(self, field, not_negative(field, getattr(self, field)))

    @classmethod
    def of(cls, x: Values, y: Values) -> Pairs:
        """Return a sample from the values themselves, user by user.

        Raises `InvalidInput` if there are not as many x as y.
        """
        xs, ys = finite_array("x", x), finite_array("y", y)
        if xs.size != ys.size:
            raise InvalidInput("y", f"{ys.size} values", f"as many as there are of x, {xs.size}")
        if xs.size == 0:
            return cls(0, 0.0, 0.0, 0.0, 0.0, 0.0)
        # From the first values on, as in `Mean.of`.
        mean_x, mean_y = float(xs[0] + (xs - xs[0]).mean()), float(ys[0] + (ys - ys[0]).mean())
        dx, dy, divisor = xs - mean_x, ys - mean_y, max(xs.size - 1, 1)
        return cls(
            xs.size, mean_x, mean_y, float(dx @ dx) / divisor, float(dy @ dy) / divisor, float(dx @ dy) / divisor
        )

    @classmethod
    def of_sums(
        cls, users: int, total_x: float, total_y: float, squares_x: float, squares_y: float, products: float
    ) -> Pairs:
        """Return a sample from the sums of x, y, x², y² and xy."""
        x, y = Mean.of_sums(users, total_x, squares_x), Mean.of_sums(users, total_y, squares_y)
        covariance = (number("products", products) - x.mean * total_y) / max(x.users - 1, 1)
        return cls(x.users, x.mean, y.mean, x.variance, y.variance, covariance)

    @classmethod
    def pooled(cls, arms: Sequence[Pairs]) -> Pairs:
        """Return all arms as one (Chan, Golub & LeVeque 1983, pairwise update)."""
        users = sum(arm.users for arm in arms)
        if users == 0:
            return cls(0, 0.0, 0.0, 0.0, 0.0, 0.0)
        mean_x = math.fsum(arm.users * arm.mean_x for arm in arms) / users
        mean_y = math.fsum(arm.users * arm.mean_y for arm in arms) / users
        xx = yy = xy = 0.0
        for arm in arms:
            within = max(arm.users - 1, 0)
            dx, dy = arm.mean_x - mean_x, arm.mean_y - mean_y
            xx += within * arm.variance_x + arm.users * dx * dx
            yy += within * arm.variance_y + arm.users * dy * dy
            xy += within * arm.covariance + arm.users * dx * dy
        # Arms without any spread whose means differ by less than rounding are all one value.
        if all(arm.variance_x == 0 for arm in arms) and xx <= users * (users * ROUNDING * mean_x) ** 2:
            xx = 0.0
        divisor = max(users - 1, 1)
        return cls(users, mean_x, mean_y, xx / divisor, yy / divisor, xy / divisor)

    def y(self) -> Mean:
        """Return the y of each user alone."""
        return Mean(self.users, self.mean_y, self.variance_y)


def stratum_weights(strata: Sequence[tuple[Proportion, Proportion]] | Sequence[tuple[Mean, Mean]]) -> list[float]:
    """Return what each stratum counts, n_c n_t / (n_c + n_t), as shares of 1; none where a stratum lacks an arm."""
    if not strata or any(not c.users or not t.users for c, t in strata):
        return []
    sizes = [1 / (1 / c.users + 1 / t.users) for c, t in strata]
    total = math.fsum(sizes)
    return [size / total for size in sizes]


def left_of_variance(*terms: float) -> float:
    """Return the sum of terms of a variance.

    0 where they cancel but for rounding, as of a value that another foretells.
    """
    total = math.fsum(terms)
    return total if total > 1e-12 * max(map(abs, terms)) else 0.0


def finite_array(field: str, values: Values) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return a flat array of floats; raises `InvalidInput` naming the first value that is not finite or too large."""
    import numpy as np

    from supportdesk.stats.errors import LARGEST_NUMBER

    given = values if isinstance(values, np.ndarray) else list(values)
    try:
        array = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise InvalidInput(field, given, "numbers") from None
    if array.ndim != 1:
        raise InvalidInput(field, f"{array.ndim} dimensions", "a flat list of numbers")
    odd = ~(np.abs(array) <= LARGEST_NUMBER)
    if odd.any():
        raise InvalidInput(field, float(array[odd][0]), "finite numbers within ±1e50")
    return array
