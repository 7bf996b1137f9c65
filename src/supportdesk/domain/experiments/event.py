"""What users did in an experiment."""

from __future__ import annotations

import json
import math
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from supportdesk.domain.errors import InvalidValue, invalid
from supportdesk.domain.experiments.experiment import Experiment
from supportdesk.domain.experiments.form import texts_of
from supportdesk.domain.experiments.metric_text import event_name
from supportdesk.domain.text import clean_line, required_line
from supportdesk.domain.time_formats import parse_time

DATA_LIMIT = 10_000
EVENT_ID_LIMIT = 200
CLOCK_SKEW = timedelta(minutes=5)
"""How far the clocks of those who send events and those who take them may be apart."""
VALUE_LIMIT = 1e12
"""Sums of squares of millions of such values are finite still."""
_COMMA_IS_POINT = re.compile("[+-]?(?:[0-9]{1,3}(?:[ .'\u00a0\u2019\u202f][0-9]{3})+|[0-9]+),[0-9]{1,2}")
_COMMA_GROUPS = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+")


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event, already checked; `data` is JSON as text, `event_id` makes repeats of it harmless."""

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


def event_value(text: str, named: str = "value") -> float:
    """Return the value of an event; raises `InvalidValue` for what is no finite number.

    A comma is read where it has one meaning: `12,50`, `1.234,56` and `1,234.56`, but not `1,234`.
    """
    plain = text.strip().replace("\u2212", "-")
    try:
        # Python takes 1_000 too.
        number = _with_commas(plain) if "," in plain or "_" in plain else float(plain)
    except ValueError:
        raise invalid(named, text, "it must be a number such as 1 or 19.90") from None
    if not math.isfinite(number) or abs(number) > VALUE_LIMIT:
        raise invalid(named, text, f"it must be a finite number, up to {VALUE_LIMIT:,.0f}")
    return number


def _with_commas(text: str) -> float:
    if _COMMA_IS_POINT.fullmatch(text):
        return float(re.sub("[^0-9,+-]", "", text).replace(",", "."))
    if _COMMA_GROUPS.fullmatch(text):
        return float(text.replace(",", ""))
    raise ValueError(text)


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
