"""What users did in an experiment."""

from __future__ import annotations

import json
import math
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from supportdesk.domain.errors import InvalidValue, invalid
from supportdesk.domain.experiments.experiment import Experiment
from supportdesk.domain.experiments.form import texts_of
from supportdesk.domain.experiments.metric_text import event_name
from supportdesk.domain.experiments.numbers import decimal
from supportdesk.domain.text import clean_line, required_line
from supportdesk.domain.time_formats import parse_time

DATA_LIMIT = 10_000
EVENT_ID_LIMIT = 200
CLOCK_SKEW = timedelta(minutes=5)
"""How far the clocks of those who send events and those who take them may be apart."""
VALUE_LIMIT = 1e12
"""Sums of squares of millions of such values are finite still."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event, already checked; `data` is JSON as text, a repeated `event_id` is ignored."""

    name: str
    value: float | None = None
    data: str | None = None
    at: datetime | None = None
    event_id: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """An event of a user; `repeated` says whether it was known already.

    `counted` says whether a metric counts events of this name, and of one that has just come, whether it changed a
    metric; `note` says why not.
    """

    id: str
    test_id: str
    user_identifier: str
    variant: str
    event_name: str
    event_value: float | None
    event_data: str | None
    event_id: str | None
    created_at: datetime
    counted: bool
    repeated: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class EventCount:
    """How many events of a name there are, and whether a metric counts them."""

    name: str
    events: int
    counted: bool


def clone_command(experiment: Experiment, events: Sequence[EventCount]) -> str:
    """Return the command for a run that counts the events which no metric counts; empty where there are none.

    As further metrics: among the target's own events, they would change what a conversion is.
    """
    names = [each.name for each in events if not each.counted and each.events]
    if not names:
        return ""
    others = "; ".join(filter(None, (texts_of(experiment.definition)["secondary"], *names)))
    return f"supportdesk experiment clone {experiment.number} --secondary {shlex.quote(others)}"


def new_event(name: str, *, value: str = "", data: str = "", at: str = "", event_id: str = "") -> NewEvent:
    """Check what somebody typed; raises `InvalidValue` for the first field at fault."""
    return NewEvent(
        event_name(name),
        event_value(value) if value.strip() else None,
        event_data(data) if data.strip() else None,
        parse_time("at", at) if at.strip() else None,
        required_line("event_id", event_id, EVENT_ID_LIMIT) if event_id.strip() else None,
    )


def event_value(text: str, named: str = "value", limit: float = VALUE_LIMIT) -> float:
    """Return the value of an event, read like `decimal`; raises `InvalidValue` for what is no finite number."""
    try:
        number = decimal(text)
    except ValueError:
        raise invalid(named, text, "it must be a number such as 1 or 19.90") from None
    if not math.isfinite(number) or abs(number) > limit:
        raise invalid(named, text, f"it must be a finite number, up to {limit:,.15g}")
    return number


def event_data(text: str) -> str:
    """Return JSON, written anew without what drives terminals; raises `InvalidValue` for what is none."""
    if len(text) > DATA_LIMIT:
        raise InvalidValue(f"data: {len(text):,} characters are too many; it can have {DATA_LIMIT:,}", field="data")
    try:
        found = clean_json(json.loads(text, parse_constant=_no_constant))
        return json.dumps(found, ensure_ascii=False, allow_nan=False)
    except (ValueError, RecursionError):
        raise invalid("data", text, 'it must be JSON such as {"button_color": "blue"}') from None


def clean_json(thing: object) -> object:
    """Return what JSON holds, with every text in it cleaned to one line."""
    match thing:
        case str():
            return clean_line(thing)
        case Mapping():
            return {clean_line(str(name)): clean_json(value) for name, value in thing.items()}
        case list():
            return [clean_json(each) for each in thing]
        case _:
            return thing


def _no_constant(name: str) -> object:
    raise ValueError(name)
