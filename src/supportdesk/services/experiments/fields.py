"""The fields of assignments and events in a file."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from supportdesk.domain.errors import InvalidValue, invalid, one_of, quoted
from supportdesk.domain.experiments.assignment import attribute_name, user_identifier
from supportdesk.domain.experiments.event import CLOCK_SKEW, event_data, event_value
from supportdesk.domain.experiments.experiment import Experiment
from supportdesk.domain.experiments.form import weights, weights_text
from supportdesk.domain.experiments.metric import Metric, MetricKind
from supportdesk.domain.experiments.metric_text import event_name
from supportdesk.domain.experiments.numbers import whole
from supportdesk.domain.moment import from_text, to_text
from supportdesk.domain.text import optional_line
from supportdesk.services.transfer.column_mapping import (
    EVERY_OTHER,
    WORD_LIMIT,
    ColumnChoice,
    Fields,
    Value,
    refuse_spoiled,
)

NUMBERED = "#"
"""In place of a header: the rows are numbered, since nothing in them names the user."""
BETWEEN, SHOWN_BETWEEN = "\x1f", "\u241f"
"""Between the parts of an event's id that an import made."""
EVENT_ID_LIMIT = 1_000
"""Such an id has user, name and time in it."""
_TRUTH = {**dict.fromkeys(("true", "yes", "t", "y", "on"), 1.0), **dict.fromkeys(("false", "no", "f", "n", "off"), 0.0)}
ATTRIBUTE = "attribute:"
"""What the header of a column begins with that is an attribute of users."""
ATTRIBUTES_LIMIT = 20
PHASES_LIMIT = 1_000
EVENT_USER = "event_user"
"""The user's column in the file of events, where it is another one."""


def assignment_fields(experiment: Experiment, now: str, *, numbered: bool) -> Fields:
    """Return the fields of a file of assignments; with numbered rows, none names the user."""
    places = {variant.name: place for place, variant in enumerate(experiment.variants)}

    def variant(field: str, text: str) -> int:
        if text.strip() in places:
            return places[text.strip()]
        raise invalid(field, text, one_of(places))

    user = {} if numbered else {"user_identifier": _user}
    return Fields(
        clean={
            **user,
            "variant": lambda text: variant("variant", text),
            "assigned_at": lambda text: _past("assigned_at", text, now),
            "exposed": lambda text: variant("exposed", text),
            "before": lambda text: _number(text) if text.strip() else None,
            "left_out": lambda text: int(bool(_number(text))) if text.strip() else 0,
            "reported_at": lambda text: _past("reported_at", text, now),
            "phase": lambda text: whole("phase", text, 1, PHASES_LIMIT) if text.strip() else None,
            "weights": lambda text: weights_text(weights(text, len(places))) if text.strip() else None,
        },
        required=(*user, "variant"),
        words=("variant", "exposed"),
        identity=(),
        times=("assigned_at",),
        maybe_times=("reported_at",),
    )


def event_fields(now: str) -> Fields:
    """Return the fields of a file of events."""
    return Fields(
        clean={
            "user_identifier": _user,
            "event_name": lambda text: event_name(text, "event_name"),
            "event_value": lambda text: _number(text) if text.strip() else None,
            "event_data": lambda text: event_data(text) if text.strip() else None,
            "event_id": lambda text: _event_id(text) or None,
            "created_at": lambda text: _past("created_at", text, now),
            "reported_at": lambda text: _past("reported_at", text, now),
        },
        required=("user_identifier", "event_name"),
        words=("event_name",),
        identity=(),
        times=("created_at",),
        maybe_times=("reported_at",),
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


def attribute_columns(attributes: Sequence[tuple[str, str]], header: Sequence[str]) -> list[tuple[str, int]]:
    """Return name and place of the columns that hold attributes: those named, and those whose header says it.

    Raises `InvalidValue` for a column that does not exist.
    """
    given = [(name, column.strip()) for name, column in attributes]
    named = {column for _, column in given}
    given += [
        (each.removeprefix(ATTRIBUTE), each) for each in header if each.startswith(ATTRIBUTE) and each not in named
    ]
    found: dict[str, int] = {}
    for text, column in given:
        name = attribute_name(text)
        if column not in header:
            raise invalid("attribute", column, f"the file has no such header; it has {', '.join(map(quoted, header))}")
        if name in found:
            raise InvalidValue(f"attribute: {quoted(name)} has two columns; it can have one", field="attribute")
        found[name] = header.index(column)
    if len(found) > ATTRIBUTES_LIMIT:
        raise InvalidValue(f"attribute: {len(found)} are too many; there can be {ATTRIBUTES_LIMIT}", field="attribute")
    return list(found.items())


class OutcomeColumn(NamedTuple):
    """An event that is a number in a column; `yes_or_no` when metrics only ask whether it happened.

    `means` are the numbers of values that are none, as somebody mapped them.
    """

    event: str
    place: int
    yes_or_no: bool
    means: Mapping[str, float]


def outcome_columns(
    outcomes: Sequence[tuple[str, str]],
    header: Sequence[str],
    metrics: Sequence[Metric],
    values: Sequence[tuple[str, str, str]],
) -> list[OutcomeColumn]:
    """Return the columns of assignments that hold events; raises `InvalidValue` for one that no metric counts."""
    found = []
    for name, column in outcomes:
        event = event_name(name, "outcome")
        kinds = {metric.kind for metric in metrics if event in metric.all_events}
        if not kinds:
            known = dict.fromkeys(each for metric in metrics for each in metric.all_events)
            raise invalid("outcome", event, f"no metric counts it; {one_of(known)}")
        if column.strip() not in header:
            raise invalid("outcome", column, f"the file has no such header; it has {', '.join(map(quoted, header))}")
        found.append(
            OutcomeColumn(
                event, header.index(column.strip()), kinds == {MetricKind.CONVERSION}, _meanings(event, values)
            )
        )
    return found


def outcome_value(column: OutcomeColumn, cell: str) -> float | None:
    """Return the number in a cell; None for nothing and for zero, which is no event."""
    word = cell.strip()
    if not word:
        return None
    value = column.means.get(word)
    if value is None:
        try:
            value = _number(word)
        except InvalidValue as error:
            value = column.means.get(EVERY_OTHER)
            if value is None:
                hint = f"map it with --value {shlex.quote(f'{column.event}:{word[:WORD_LIMIT]}=NUMBER')}"
                message = error.message.removeprefix("value: ")
                raise InvalidValue(f"{column.event}: {message}; {hint}", field=column.event) from None
    if column.yes_or_no and value < 0:
        raise invalid(column.event, cell, "it is how often that happened, from 0 up")
    return value or None


def _meanings(event: str, values: Sequence[tuple[str, str, str]]) -> dict[str, float]:
    """Return the numbers that values of an outcome's column were mapped to."""
    found: dict[str, float] = {}
    for name, theirs, ours in values:
        if name != event:
            continue
        if theirs.strip() in found:
            raise InvalidValue(f"value: {name}:{theirs} is mapped twice; it can mean one thing", field="value")
        try:
            found[theirs.strip()] = _number(ours)
        except InvalidValue as error:
            raise InvalidValue(f"value {quoted(f'{name}:{theirs}={ours}')}: {error.message}", field="value") from None
    return found


def _number(text: str) -> float:
    """Return a number; yes and no, as programs write them, are 1 and 0."""
    truth = _TRUTH.get(text.strip().lower())
    return event_value(text) if truth is None else truth


def _user(text: str) -> str:
    return user_identifier(refuse_spoiled("user_identifier", text), "user_identifier")


def shown_event_id(event_id: str | None) -> str | None:
    """Return the id of an event for a file: what an import made of several parts has a visible sign between them."""
    return event_id if event_id is None else event_id.replace(BETWEEN, SHOWN_BETWEEN)


def _event_id(text: str) -> str:
    line = optional_line("event_id", refuse_spoiled("event_id", text), EVENT_ID_LIMIT)
    return line.replace(SHOWN_BETWEEN, BETWEEN)


def _past(field: str, at: str, now: str) -> Value:
    if at <= now:
        return at
    if at > to_text(from_text(now) + CLOCK_SKEW):
        raise invalid(field, at, f"it is in the future; now is {now}")
    # Clocks of different machines differ; it has happened by now.
    return now
