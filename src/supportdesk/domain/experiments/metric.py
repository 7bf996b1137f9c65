"""Metrics: what an experiment measures, and what it is for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class MetricKind(StrEnum):
    """What is compared: the share of users who did it, their average value, what a user brought in sum, or a ratio.

    A ratio divides what all users brought of one event by what they brought of another.
    """

    CONVERSION = "conversion"
    MEAN = "mean"
    REVENUE = "revenue"
    RATIO = "ratio"


class MetricRole(StrEnum):
    """What a metric is for: the verdict, further insight, or a warning."""

    TARGET = "target"
    SECONDARY = "secondary"
    GUARDRAIL = "guardrail"


class Direction(StrEnum):
    """Which way is better."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Metric:
    """What is measured: one or several events, any of which counts; of a ratio, over the events `below`.

    `margin` is how much worse a guardrail may get, as a share of the control. `within` are the days after the
    assignment in which events count; users for whom they are not over are no part of it yet. `cap` is the largest
    value a user counts with. With `before` the values are adjusted by those from before the assignment (CUPED).
    """

    events: tuple[str, ...]
    kind: MetricKind = MetricKind.CONVERSION
    role: MetricRole = MetricRole.TARGET
    better: Direction = Direction.UP
    margin: float | None = None
    within: int | None = None
    cap: float | None = None
    before: bool = False
    below: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its events, as people write them: `bought,upgraded`, or `clicks/views`."""
        return "/".join(",".join(names) for names in (self.events, self.below) if names)

    @property
    def is_plain(self) -> bool:
        """Whether sums of a day are enough that know no single users: without a ratio, a window or values before."""
        return self.kind is not MetricKind.RATIO and self.within is None and not self.before

    @property
    def all_events(self) -> tuple[str, ...]:
        """The events that it needs, also those below."""
        return self.events + self.below
