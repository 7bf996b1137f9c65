"""The target of an experiment day by day, for plots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from supportdesk.domain.experiment_analysis import DayArm, SeriesDay
from supportdesk.domain.experiments.experiment import CONTROL, MetricKind
from supportdesk.services.experiments.analysis.comparison import always_valid
from supportdesk.services.experiments.analysis.figures import Figures
from supportdesk.stats import Mean, cautious
from supportdesk.storage.experiments.daily import Day


@dataclass(slots=True)
class _SoFar:
    """Sums of an arm in a phase up to a day."""

    users: int = 0
    converted: int = 0
    reported: int = 0
    total: float = 0.0
    squares: float = 0.0

    def add(self, day: Day) -> None:
        """Add a day."""
        self.users += day.users
        self.converted += day.converted[0]
        reported, total, squares = day.values[0]
        self.reported += int(reported)
        self.total += total
        self.squares += squares

    def mean(self, kind: MetricKind) -> Mean:
        """Return the sums as the mean that a metric of this kind compares."""
        if kind is MetricKind.CONVERSION:
            converted = float(min(self.converted, self.users))
            return Mean.of_sums(self.users, converted, converted)
        users = self.reported if kind is MetricKind.MEAN else self.users
        if users <= 0:
            return Mean(0, 0.0, 0.0)
        return Mean.of_sums(users, self.total, max(self.squares, self.total * self.total / users))


def series_of(figures: Figures) -> list[SeriesDay]:
    """Return users, value and the always-valid band of the target, summed up day by day."""
    kind, arms = figures.metrics[0].kind, range(len(figures.variants))
    so_far = {(phase.phase, arm): _SoFar() for phase in figures.phases for arm in arms}
    series = []
    for date, of_date in groupby(figures.days, key=lambda day: day.day):
        for day in of_date:
            so_far[day.phase, day.variant].add(day)
        sums = [[so_far[phase.phase, arm] for phase in figures.phases] for arm in arms]
        means = [[each.mean(kind) for each in of_arm] for of_arm in sums]
        series.append(SeriesDay(date, tuple(_day_arm(figures, sums[arm], means, arm) for arm in arms)))
    return series


def _day_arm(figures: Figures, sums: Sequence[_SoFar], means: Sequence[Sequence[Mean]], arm: int) -> DayArm:
    users = sum(each.users for each in means[arm])
    value = sum(each.users * each.mean for each in means[arm]) / users if users else None
    shown = DayArm(sum(each.users for each in sums), sum(each.converted for each in sums), value=value)
    pairs = [(c, t) for c, t in zip(means[CONTROL], means[arm], strict=True) if c.users > 1 and t.users > 1]
    if arm == CONTROL or not pairs:
        return shown
    look = always_valid([cautious(*pair) for pair in pairs], figures.alpha, figures.planned)
    return shown if look is None else replace(shown, difference=look.estimate, lower=look.low, upper=look.high)
