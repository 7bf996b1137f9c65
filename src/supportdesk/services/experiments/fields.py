"""The fields of assignments and events in a file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from supportdesk.domain import moment
from supportdesk.domain.assignment import user_identifier
from supportdesk.domain.errors import InvalidValue, invalid, one_of, quoted
from supportdesk.domain.experiment import Experiment, Metric, MetricKind
from supportdesk.domain.experiment_event import event_data, event_value
from supportdesk.domain.experiment_form import event_name
from supportdesk.domain.text import optional_line
from supportdesk.services.transfer.column_mapping import ColumnChoice, Fields, Value

NUMBERED = "#"
"""In place of a header: the rows are numbered, since nothing in them names the user."""
_WITHOUT_ZONE = re.compile(r"[1-9]\d{3}-\d\d-\d\d[ T]\d\d:\d\d:\d\d\.\d{3}(\d{3})?")
EVENT_USER = "event_user"
"""The user's column in the file of events, where it is another one."""


def assignment_fields(experiment: Experiment, now: str, *, numbered: bool) -> Fields:
    """Return the fields of a file of assignments; with numbered rows, none names the user."""
    places = {variant.name: place for place, variant in enumerate(experiment.variants)}

    def variant(field: str, text: str) -> int:
        if text.strip() in places:
            return places[text.strip()]
        raise invalid(field, text, one_of(places))

    user = {} if numbered else {"user_identifier": lambda text: user_identifier(text, "user_identifier")}
    return Fields(
        clean={
            **user,
            "variant": lambda text: variant("variant", text),
            "assigned_at": lambda text: _time("assigned_at", text, now),
            "exposed": lambda text: variant("exposed", text),
        },
        required=(*user, "variant"),
        words=("variant", "exposed"),
        identity=(),
    )


def event_fields(now: str) -> Fields:
    """Return the fields of a file of events."""
    return Fields(
        clean={
            "user_identifier": lambda text: user_identifier(text, "user_identifier"),
            "event_name": lambda text: event_name(text, "event_name"),
            "event_value": lambda text: event_value(text) if text.strip() else None,
            "event_data": lambda text: event_data(text) if text.strip() else None,
            "event_id": lambda text: optional_line("event_id", text, 200) or None,
            "created_at": lambda text: _time("created_at", text, now),
        },
        required=("user_identifier", "event_name"),
        words=("event_name",),
        identity=(),
    )


def choice_for(choice: ColumnChoice, known: Mapping[str, object], other: Mapping[str, object]) -> ColumnChoice:
    """Return the part of a choice about the fields of one file; unknown fields stay in it."""

    def mine(field: str) -> bool:
        return field in known or field not in other

    return ColumnChoice(
        [pair for pair in choice.columns if mine(pair[0])],
        [each for each in choice.values if mine(each[0])],
        [pair for pair in choice.defaults if mine(pair[0])],
        [field for field in choice.ignored if mine(field)],
    )


def with_names(choice: ColumnChoice, experiment: Experiment) -> ColumnChoice:
    """Return a choice in which the names of variants map to themselves; a lookup is faster than a check."""
    known = {(field, theirs.strip()) for field, theirs, _ in choice.values}
    columns = {field for field, _ in choice.columns}
    names = [
        (field, variant.name, variant.name)
        for field in ("variant", "exposed")
        for variant in experiment.variants
        if field in columns and (field, variant.name) not in known
    ]
    return replace(choice, values=[*choice.values, *names])


class OutcomeColumn(NamedTuple):
    """An event that stands as a number in a column; `yes_or_no` when metrics only ask whether it happened."""

    event: str
    place: int
    yes_or_no: bool


def outcome_columns(
    outcomes: Sequence[tuple[str, str]], header: Sequence[str], metrics: Sequence[Metric]
) -> list[OutcomeColumn]:
    """Return the columns of assignments that hold events; raises `InvalidValue` for one that no metric counts."""
    found = []
    for name, column in outcomes:
        event = event_name(name, "outcome")
        kinds = {metric.kind for metric in metrics if event in metric.events}
        if not kinds:
            known = dict.fromkeys(each for metric in metrics for each in metric.events)
            raise invalid("outcome", event, f"no metric counts it; {one_of(known)}")
        if column.strip() not in header:
            raise invalid("outcome", column, f"the file has no such header; it has {', '.join(map(quoted, header))}")
        found.append(OutcomeColumn(event, header.index(column.strip()), kinds == {MetricKind.CONVERSION}))
    return found


def outcome_value(column: OutcomeColumn, cell: str) -> float | None:
    """Return the number in a cell; None for nothing and for zero, which is no event."""
    if not cell.strip():
        return None
    try:
        value = event_value(cell)
    except InvalidValue as error:
        raise InvalidValue(f"{column.event}: {error.message}", field=column.event) from None
    if column.yes_or_no and value < 0:
        raise invalid(column.event, cell, "it says how often that happened, from 0 up")
    return value or None


def _time(field: str, text: str, now: str) -> Value:
    at = _plain_time(text) or moment.to_text(moment.parse(field, text))
    if at > now:
        raise invalid(field, text, f"it lies in the future; by now it is {now}")
    return at


def _plain_time(text: str) -> str:
    """Return the stored form of a time that is nearly in that form (the fast path); else an empty text."""
    if not _WITHOUT_ZONE.fullmatch(text):
        return ""
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return ""
    return f"{text[:10]}T{text[11:23]}Z"
