"""Daily sums added up, and the samples that they make: what each arm has of each metric in each phase."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from supportdesk.domain.experiments.metric import Metric, MetricKind
from supportdesk.stats import Mean, Pairs, Proportion, adjusted_means, ratio_mean
from supportdesk.storage.experiments.daily import Day

Sample = Proportion | Mean
NOBODY = Mean(0, 0.0, 0.0)


@dataclass(slots=True)
class MetricSums:
    """The sums of an arm in a phase on one metric: users whose value counts and those who reported one.

    x is the value from before of each user, or what stands below in a ratio.
    """

    users: int = 0
    before: float = 0.0
    before_squares: float = 0.0
    converted: int = 0
    reported: int = 0
    total: float = 0.0
    squares: float = 0.0
    total_x: float = 0.0
    squares_x: float = 0.0
    products: float = 0.0

    def add(self, day: Day, place: int) -> None:
        """Add what a day brought of the metric at a place."""
        users, before, before_squares = day.counted_for(place)
        self.users += users
        self.before += before
        self.before_squares += before_squares
        self.converted += day.converted[place]
        values = day.values[place]
        self.reported += int(values.users)
        self.total += values.total
        self.squares += values.squares
        self.total_x += values.total_x
        self.squares_x += values.squares_x
        self.products += values.products

    def plain(self, metric: Metric) -> Sample:
        """Return the sample of a metric that needs no other sums."""
        if metric.kind is MetricKind.CONVERSION:
            return Proportion(min(self.converted, self.users), self.users)
        # A mean is of those who reported a value; revenue is of all users, most of whom brought nothing.
        users = self.reported if metric.kind is MetricKind.MEAN else self.users
        # Users who were left out again can leave rounding behind.
        return Mean.of_sums(users, self.total, _at_least(self.squares, self.total, users)) if users > 0 else NOBODY

    def with_before(self, metric: Metric) -> Pairs:
        """Return value from before (x) and value (y) of each user; of a mean, of those who reported one."""
        if metric.kind is MetricKind.MEAN:
            squares_x = _at_least(self.squares_x, self.total_x, self.reported)
            squares = _at_least(self.squares, self.total, self.reported)
            return Pairs.of_sums(self.reported, self.total_x, self.total, squares_x, squares, self.products)
        squares_x = _at_least(self.before_squares, self.before, self.users)
        squares = _at_least(self.squares, self.total, self.users)
        return Pairs.of_sums(self.users, self.before, self.total, squares_x, squares, self.products)

    def ratio(self) -> Mean:
        """Return the ratio as a mean of users."""
        above = _at_least(self.squares, self.total, self.users)
        below = _at_least(self.squares_x, self.total_x, self.users)
        return ratio_mean(Pairs.of_sums(self.users, self.total, self.total_x, above, below, self.products))


class SoFar:
    """Sums of all arms in all phases, added up day after day."""

    def __init__(self, phases: Sequence[int], arms: int, metrics: Sequence[Metric]) -> None:
        self._arms, self._phases = range(arms), phases
        self._metrics = metrics
        self._users = {(phase, arm): 0 for phase in phases for arm in self._arms}
        self._sums = {key: [MetricSums() for _ in metrics] for key in self._users}

    def add(self, day: Day) -> None:
        """Add a day of an arm in a phase."""
        key = day.phase, day.variant
        self._users[key] += day.users
        for place, of in enumerate(self._sums[key]):
            of.add(day, place)

    @property
    def users(self) -> tuple[tuple[int, ...], ...]:
        """The users of each arm, by phase."""
        return tuple(tuple(self._users[phase, arm] for arm in self._arms) for phase in self._phases)

    def sums(self, place: int) -> list[list[MetricSums]]:
        """Return the sums of a metric, for each arm one a phase."""
        return [[self._sums[phase, arm][place] for phase in self._phases] for arm in self._arms]

    def samples(self, place: int) -> tuple[tuple[Sample, ...], ...]:
        """Return the samples of a metric, for each arm one a phase."""
        metric, sums = self._metrics[place], self.sums(place)
        if metric.kind is MetricKind.RATIO:
            return tuple(tuple(each.ratio() for each in of_arm) for of_arm in sums)
        if metric.before:
            by_phase = adjusted_means(
                [[each.with_before(metric) for each in of_phase] for of_phase in zip(*sums, strict=True)]
            )
            return tuple(zip(*by_phase, strict=True))
        return tuple(tuple(each.plain(metric) for each in of_arm) for of_arm in sums)


def _at_least(squares: float, total: float, users: int) -> float:
    """Return a sum of squares, or the least that there can be with that total: sums of floats are rounded."""
    return max(squares, total * total / users) if users > 0 else squares
