"""The values of single users, gathered by segment, phase and arm in arrays of plain numbers."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from itertools import groupby
from typing import Any

from supportdesk.domain.experiments.experiment import Experiment
from supportdesk.domain.experiments.metric import Metric, MetricKind
from supportdesk.domain.moment import from_text, to_text
from supportdesk.services.context import Context
from supportdesk.services.experiments.exploring.question import Question, Ratio
from supportdesk.storage.experiments import reading

Cell = tuple[str, int, int]
"""Segment, phase and arm."""
UNKNOWN = "(unknown)"


@dataclass(slots=True)
class Values:
    """The users of a cell: how many, their values, the value from before, and of a ratio what stands below."""

    users: int = 0
    y: array[float] = field(default_factory=lambda: array("d"))
    before: array[float] = field(default_factory=lambda: array("d"))
    below: array[float] = field(default_factory=lambda: array("d"))


@dataclass(slots=True)
class Gathered:
    """All cells of one thing that is compared, and how many users were too young to be part of them."""

    cells: defaultdict[Cell, Values] = field(default_factory=lambda: defaultdict(Values))
    too_young: int = 0
    with_before: int = 0


def gather(context: Context, experiment: Experiment, of: Metric | Ratio, question: Question) -> Gathered:
    """Return the values of all users who are in, as of now."""
    names = (of.above, of.below) if isinstance(of, Ratio) else of.events
    gathered, now = Gathered(), context.now()
    young_from = None if question.within is None else to_text(now - question.within)
    for user, happened in _users(context, experiment, names, question.segment):
        _, phase, variant, at, before, segment = user
        if young_from is not None and at > young_from:
            gathered.too_young += 1
            continue
        if question.within is not None:
            until = _end(at, question.within)
            happened = [each for each in happened if each[2] <= until]
        gathered.with_before += before is not None
        cell = gathered.cells[(segment or UNKNOWN) if question.segment else "", phase, variant]
        cell.users += 1
        _add(cell, of, happened, before or 0.0)
    return gathered


def _add(cell: Values, of: Metric | Ratio, happened: Sequence[tuple[str, float | None, str]], before: float) -> None:
    if isinstance(of, Ratio):
        cell.y.append(sum(1.0 if value is None else value for name, value, _ in happened if name == of.above))
        cell.below.append(sum(1.0 if value is None else value for name, value, _ in happened if name == of.below))
        return
    if of.kind is MetricKind.CONVERSION:
        value = float(bool(happened))
    else:
        value = sum(value or 0.0 for _, value, _ in happened)
        if of.kind is MetricKind.MEAN:
            # A mean is of those who reported something.
            if not happened:
                return
            value /= len(happened)
    cell.y.append(value)
    cell.before.append(before)


def _users(
    context: Context, experiment: Experiment, names: Sequence[str], segment: str
) -> Iterator[tuple[tuple[Any, ...], list[tuple[str, float | None, str]]]]:
    """Yield each user who is in, with name, value and time of each of their events of these names."""
    found = reading.users_with_events(context.database, experiment.number, names, segment)
    with closing(found):
        for _, rows in groupby(found, key=lambda row: row[0]):
            listed = list(rows)
            yield listed[0][:6], [row[6:] for row in listed if row[6] is not None]


@lru_cache(maxsize=10_000)
def _end(at: str, window: timedelta) -> str:
    return to_text(from_text(at) + window)
