"""The target of an experiment day by day, for plots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from supportdesk.domain.experiments.analysis import DayArm, SeriesDay
from supportdesk.domain.experiments.experiment import CONTROL
from supportdesk.services.experiments.analysis.comparison import always_valid
from supportdesk.services.experiments.analysis.figures import Figures
from supportdesk.services.experiments.analysis.statistic import mean_of
from supportdesk.services.experiments.analysis.sums import MetricSums, SoFar
from supportdesk.stats import Mean, cautious


def series_of(figures: Figures) -> list[SeriesDay]:
    """Return users, value and the always-valid band of the target, summed up day by day."""
    arms = range(len(figures.variants))
    so_far = SoFar([phase.phase for phase in figures.phases], len(arms), figures.metrics[:1])
    series = []
    for date, of_date in groupby(figures.days, key=lambda day: day.day):
        for day in of_date:
            so_far.add(day)
        sums = so_far.sums(0)
        means = [[mean_of(each) for each in of_arm] for of_arm in so_far.samples(0)]
        series.append(SeriesDay(date, tuple(_day_arm(figures, sums[arm], means, arm) for arm in arms)))
    return series


def _day_arm(figures: Figures, sums: Sequence[MetricSums], means: Sequence[Sequence[Mean]], arm: int) -> DayArm:
    users = sum(each.users for each in means[arm])
    value = sum(each.users * each.mean for each in means[arm]) / users if users else None
    shown = DayArm(sum(each.users for each in sums), sum(each.converted for each in sums), value=value)
    pairs = [(c, t) for c, t in zip(means[CONTROL], means[arm], strict=True) if c.users > 1 and t.users > 1]
    if arm == CONTROL or not pairs:
        return shown
    look = always_valid([cautious(*pair) for pair in pairs], figures.alpha, figures.planned)
    return shown if look is None else replace(shown, difference=look.estimate, lower=look.low, upper=look.high)
