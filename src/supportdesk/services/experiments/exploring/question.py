"""What somebody wants to know beyond the plan of an experiment, checked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from supportdesk.domain.errors import InvalidValue, invalid
from supportdesk.domain.experiments.assignment import attribute_name
from supportdesk.domain.experiments.metric import Metric, MetricKind
from supportdesk.domain.experiments.metric_text import event_name, parse_metric
from supportdesk.domain.experiments.numbers import decimal

_WINDOW = re.compile(r"([0-9]{1,4})\s*([hdw])", re.IGNORECASE)
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


@dataclass(frozen=True, slots=True)
class Ratio:
    """The sum of one event over the sum of another, user by user: `clicks/views`; an event without a value is 1."""

    above: str
    below: str

    @property
    def name(self) -> str:
        """How people write it."""
        return f"{self.above}/{self.below}"


@dataclass(frozen=True, slots=True)
class Question:
    """What to compare, and how: values above the `cap` quantile lowered to it, only events `within` so long after the
    assignment, adjusted by the value from `before`, apart for each value of the attribute `segment`."""

    metrics: tuple[Metric, ...] = ()
    ratios: tuple[Ratio, ...] = ()
    cap: float | None = None
    within: timedelta | None = None
    before: bool = False
    segment: str = ""


def parse_question(
    events: tuple[str, ...] = (),
    ratios: tuple[str, ...] = (),
    *,
    cap: str = "",
    within: str = "",
    before: bool = False,
    segment: str = "",
) -> Question:
    """Check what somebody typed; raises `InvalidValue` for the first option at fault."""
    metrics = tuple(parse_metric("event", text) for text in events)
    if cap and any(each.kind is MetricKind.CONVERSION for each in metrics) and len(metrics) == 1:
        raise InvalidValue(
            f"cap: a conversion has no value to lower; give {metrics[0].name}:revenue or :mean", field="cap"
        )
    return Question(
        metrics,
        tuple(map(_ratio, ratios)),
        _cap(cap) if cap.strip() else None,
        _within(within) if within.strip() else None,
        before,
        attribute_name(segment) if segment.strip() else "",
    )


def _ratio(text: str) -> Ratio:
    above, slash, below = text.partition("/")
    if not slash:
        raise invalid("ratio", text, "it must be two events such as clicks/views")
    return Ratio(event_name(above, "ratio"), event_name(below, "ratio"))


def _cap(text: str) -> float:
    try:
        share = decimal(text)
    except ValueError:
        share = 0.0
    if not 0.5 <= share < 1:
        raise invalid("cap", text, "it must be a quantile from .5 to under 1, such as .999")
    return share


def _within(text: str) -> timedelta:
    found = _WINDOW.fullmatch(text.strip())
    window = int(found[1]) * _UNITS[found[2].lower()] if found else timedelta()
    if not window:
        raise invalid("within", text, "it must be a time such as 7d, 36h or 2w")
    return window
