"""Interim analyses: the ends of the days that are over, whoever looks and however often.

Looking often and stopping at the first good number is how A/B tests deceive. Here looks are not what somebody does but
what the data have: an analysis at the end of each day on which users came, the last of them at the end of the first day
with sample and days full, unless the data of that day cannot be trusted. So everybody gets the same answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from supportdesk.services.experiments.analysis.figures import Figures, day_by_day
from supportdesk.services.experiments.analysis.health import broken_days
from supportdesk.services.experiments.analysis.statistic import Statistic, statistic

STEP = 0.01
"""Of the planned sample or days: an analysis that brings less is left out, or a long test would have hundreds."""


@dataclass(frozen=True)
class Interim:
    """The figures at the end of a day; `day` is empty where nothing is known of time.

    `is_last` says that sample and days are full, so that this one decides.
    """

    figures: Figures
    day: str
    is_last: bool

    @cached_property
    def days_full(self) -> bool:
        """Whether the days are those planned, so that the target may be judged."""
        return self.is_last or self.figures.days_run >= self.figures.minimum_days

    @cached_property
    def share(self) -> float:
        """The share of alpha that may be spent by now."""
        if self.is_last:
            return 1.0
        days = self.figures.days_run / self.figures.minimum_days if self.figures.minimum_days else 1.0
        users = self.figures.smallest / self.figures.planned if self.figures.planned else 1.0
        return min(users, days, 1.0)

    @cached_property
    def _statistics(self) -> dict[tuple[int, int], Statistic | None]:
        return {}

    def statistic(self, metric: int, arm: int) -> Statistic | None:
        """Return the test of a test variant on a metric; None where nothing varies."""
        of = metric, arm
        if of not in self._statistics:
            samples = self.figures.samples[metric]
            self._statistics[of] = statistic(samples[0], samples[arm])
        return self._statistics[of]


def interims(figures: Figures) -> list[Interim]:
    """Return the interim analyses there were, oldest first, up to the one that decides."""
    if not figures.days:
        return [Interim(figures, "", is_last=True)] if figures.smallest else []
    broken = broken_days(figures)
    found: list[Interim] = []
    for day, then in day_by_day(figures):
        if figures.open_from is not None and day >= figures.open_from:
            break
        if day in broken:
            continue
        if not then.smallest:
            continue
        here = Interim(then, day, is_last=then.is_full)
        if here.is_last or not found or here.share >= found[-1].share + STEP:
            found.append(here)
        if here.is_last:
            break
    return found
