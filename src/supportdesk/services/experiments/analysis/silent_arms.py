"""Arms that stopped reporting: a hole in the events of one arm looks like harm, and is none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from supportdesk.domain.experiments.experiment import Check
from supportdesk.services.experiments.analysis.figures import Figures

NAME = "reporting"
MISSED = 14.0
"""Expected conversions of which chance leaves none once in a million."""

Counts = Mapping[str, tuple[int, int]]


def silent_arms(figures: Figures) -> Iterator[Check]:
    """Yield a blocked check for each arm without any conversion on days on which the others have many."""
    for name, first, last, missed in _holes(figures):
        days = f"on {first}" if first == last else f"from {first} to {last}"
        said = f"{name} has no {figures.metrics[0].name} {days}, though {missed:,.0f} were to be expected"
        yield Check(NAME, "blocked", said)


def first_hole(figures: Figures) -> str:
    """Return the first day on which an arm did not report; empty where all did."""
    return min((first for _, first, *_ in _holes(figures)), default="")


def _holes(figures: Figures) -> Iterator[tuple[str, str, str, float]]:
    """Yield the arms that stopped reporting, the first and last day of it, and how many conversions are missing."""
    by_arm: dict[int, dict[str, tuple[int, int]]] = defaultdict(dict)
    for day in figures.days:
        users, converted = by_arm[day.variant].get(day.day, (0, 0))
        by_arm[day.variant][day.day] = users + day.users, converted + day.converted[0]
    dates = sorted({day.day for day in figures.days})
    for arm, name in enumerate(figures.variants):
        if not by_arm[arm]:
            continue
        others = [counts for other, counts in by_arm.items() if other != arm]
        hole = _hole(dates, by_arm[arm], others)
        if hole:
            yield name, *hole


def _hole(dates: list[str], arm: Counts, others: Sequence[Counts]) -> tuple[str, str, float] | None:
    """Return the first hole: its first and last day, and the conversions to expect of it.

    By the rates of the others on those days or by its own on other days, whichever is less: a variant may be worse. One
    that never reported anything may be one in which there is nothing to report.
    """
    users, converted = (sum(counts) for counts in zip(*arm.values(), strict=True))
    for silent, of_run in groupby(dates, key=lambda date: not arm.get(date, (0, 0))[1]):
        run = list(of_run)
        here = sum(arm.get(date, (0, 0))[0] for date in run)
        if not silent or not converted or here in (0, users):
            continue
        by_own = here * converted / (users - here)
        missed = min(by_own, sum(arm.get(date, (0, 0))[0] * _rate(date, others) for date in run))
        if missed >= MISSED:
            return run[0], run[-1], missed
    return None


def _rate(date: str, arms: Sequence[Counts]) -> float:
    """Return the rate of some arms on a day; late conversions may pass the users of a day."""
    users, converted = (sum(each) for each in zip(*(counts.get(date, (0, 0)) for counts in arms), strict=True))
    return min(converted / users, 1.0) if users else 0.0
