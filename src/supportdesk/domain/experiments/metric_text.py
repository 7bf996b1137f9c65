"""Metrics as people write them: `basket:revenue:down`, `clicks/views:ratio`, `bought:within=7d`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from supportdesk.domain.errors import InvalidValue, invalid, one_of
from supportdesk.domain.experiments.metric import Direction, Metric, MetricKind, MetricRole
from supportdesk.domain.experiments.numbers import EVERYBODY, number
from supportdesk.domain.text import required_line

EVENT_LIMIT = 100
WINDOW_LIMIT = 365
CAP_LIMIT = 1e12
BEFORE = "before"

Word = TypeVar("Word", bound=StrEnum)
_WINDOW = re.compile(r"([0-9]{1,4})\s*([dw])", re.IGNORECASE)
_UNITS = {"d": 1, "w": 7}


def event_name(text: str, field: str = "event") -> str:
    """Return the name of an event; raises `InvalidValue` when it is empty, over-long or holds a comma."""
    name = required_line(field, text, EVENT_LIMIT)
    if "," in name or ";" in name:
        raise invalid(field, text, "the name of an event holds no comma or semicolon; those stand between names")
    return name


def window_days(field: str, text: str) -> int | None:
    """Return a conversion window in days, None for an empty text; raises `InvalidValue`."""
    if not text.strip():
        return None
    found = _WINDOW.fullmatch(text.strip())
    days = int(found[1]) * _UNITS[found[2].lower()] if found else 0
    if not 1 <= days <= WINDOW_LIMIT:
        allowed = (
            f"it must be whole days or weeks such as 7d or 2w, up to {WINDOW_LIMIT}d, since results are kept by day"
        )
        raise invalid(field, text, allowed)
    return days


def cap(field: str, text: str) -> float | None:
    """Return the largest value that a user counts with, None for an empty text; raises `InvalidValue`."""
    if not text.strip():
        return None
    amount = number(field, text)
    if not 0 < amount <= CAP_LIMIT:
        allowed = "it is the largest value a user counts with, above 0; `experiment explore --cap .999` proposes one"
        raise invalid(field, text, allowed)
    return amount


def target_metric(texts: Mapping[str, str], *, before: bool) -> Metric:
    """Return the target as its fields say it; raises `InvalidValue` for the first one at fault."""
    kind = one_word("kind", texts["kind"], MetricKind)
    above, below = _events("metric", texts["metric"], kind)
    metric = Metric(
        above,
        kind,
        below=below,
        better=one_word("better", texts["better"], Direction),
        within=window_days("within", texts["within"]),
        cap=cap("cap", texts["cap"]),
        before=before,
    )
    _check(metric)
    return metric


def one_word(field: str, text: str, words: type[Word]) -> Word:
    """Return one of the words of an enumeration; raises `InvalidValue`."""
    try:
        return words(text.strip().lower())
    except ValueError:
        raise invalid(field, text, one_of(words)) from None


def parse_metrics(field: str, text: str, role: MetricRole) -> list[Metric]:
    """Return further metrics, with semicolons between; raises `InvalidValue`."""
    return [parse_metric(field, spec, role) for spec in text.split(";") if spec.strip()]


def parse_metric(field: str, spec: str, role: MetricRole = MetricRole.SECONDARY) -> Metric:
    """Return a further metric, `EVENT[,EVENT]` and, after colons, what is not usual of it; raises `InvalidValue`."""
    events, *words = spec.split(":")
    known: dict[str, Any] = {}
    for word in (each.strip().lower() for each in words):
        name, value = _option(field, spec, word, role)
        if name in known:
            raise invalid(field, spec, "it can have one kind, one direction, one margin and so on")
        known[name] = value
    kind = known.pop("kind", MetricKind.CONVERSION)
    above, below = _events(field, events, kind)
    metric = Metric(above, kind, role, below=below, **known)
    _check(metric, field)
    return metric


def metric_spec(metric: Metric) -> str:
    """Return a further metric as it would have to be typed."""
    parts = [metric.name, metric.kind, metric.better]
    if metric.margin is not None:
        parts.append(f"{100 * metric.margin:.12g}%")
    if metric.within is not None:
        parts.append(f"within={window_text(metric)}")
    if metric.cap is not None:
        parts.append(f"cap={cap_text(metric)}")
    return ":".join(parts + [BEFORE] * metric.before)


def window_text(metric: Metric) -> str:
    """Return the window of a metric as it is typed; empty without one."""
    return "" if metric.within is None else f"{metric.within}d"


def cap_text(metric: Metric) -> str:
    """Return the cap of a metric as it is typed; empty without one."""
    return "" if metric.cap is None else f"{metric.cap:.15g}"


def described(metric: Metric) -> str:
    """Return kind, direction and all that is unusual of a metric, in words."""
    days = metric.within or 0
    measured = (
        f"within {days} day{'s' * (days != 1)} of the assignment" if days else "",
        f"values above {metric.cap:.12g} lowered to it" if metric.cap is not None else "",
        "adjusted by the value from before (CUPED)" if metric.before else "",
    )
    margin = f"may get worse by {100 * metric.margin:.12g} %" if metric.margin is not None else ""
    return ", ".join(filter(None, (metric.kind, f"{metric.better} is better", *measured, margin)))


_READ = {"within": window_days, "cap": cap}


def refuse_repeats(field: str, names: Sequence[str], what: str) -> None:
    """Raise `InvalidValue` for the first name that stands there twice."""
    for place, name in enumerate(names):
        if name in names[:place]:
            raise invalid(field, name, f"each can be {what} once only")


def _option(field: str, spec: str, word: str, role: MetricRole) -> tuple[str, Any]:
    """Return name and value of what stands after a colon."""
    if word in set(MetricKind):
        return "kind", MetricKind(word)
    if word in set(Direction):
        return "better", Direction(word)
    if word.endswith("%") and role is MetricRole.GUARDRAIL:
        return "margin", _margin(field, word)
    name, equals, text = word.partition("=")
    if equals and text and name in _READ:
        return name, _READ[name](field, text)
    if word == BEFORE:
        return BEFORE, True
    margin = ", or a margin such as 1%" if role is MetricRole.GUARDRAIL else ""
    raise invalid(
        field, spec, f"after a colon {one_of((*MetricKind, *Direction, 'within=7d', 'cap=500', BEFORE))}{margin}"
    )


def _margin(field: str, text: str) -> float:
    amount = number(field, text.removesuffix("%"))
    if not 0 < amount <= EVERYBODY:
        raise invalid(field, text, "a margin is how much worse it may get, over 0% up to 100%")
    return amount / 100


def _events(field: str, text: str, kind: MetricKind) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the events of a metric, and of a ratio those below."""
    if kind is not MetricKind.RATIO:
        return _names(field, text), ()
    parts = text.split("/")
    if len(parts) != 2:
        raise invalid(field, text, "a ratio is two events with one slash between, such as clicks/views")
    above, below = (_names(field, part) for part in parts)
    refuse_repeats(field, [*above, *below], "an event of a ratio")
    return above, below


def _names(field: str, text: str) -> tuple[str, ...]:
    names = tuple(event_name(name, field) for name in text.split(",") if name.strip())
    if not names:
        raise invalid(field, text, f"it needs the name of an event, up to {EVENT_LIMIT} characters")
    refuse_repeats(field, names, "an event")
    return names


def _check(metric: Metric, field: str = "") -> None:
    """Raise `InvalidValue` for what a kind of metric cannot have; without a field, it has one of its own."""
    if metric.cap is not None and metric.kind not in (MetricKind.MEAN, MetricKind.REVENUE):
        named = field or "cap"
        raise InvalidValue(
            f"{named}: {metric.name} is a {metric.kind} and has no value to lower; a mean or revenue has", field=named
        )
    if metric.before and metric.kind not in (MetricKind.MEAN, MetricKind.REVENUE):
        named = field or "before"
        raise InvalidValue(
            f"{named}: {metric.name} is a {metric.kind} and cannot be adjusted; a mean or revenue can", field=named
        )
