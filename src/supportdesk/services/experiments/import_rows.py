"""Conversion of rows to users and events of an experiment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from supportdesk.domain.errors import InvalidValue
from supportdesk.domain.experiments.assignment import attribute_value
from supportdesk.domain.experiments.experiment import Experiment
from supportdesk.domain.experiments.form import weights
from supportdesk.domain.time_formats import TimeReader
from supportdesk.services.experiments.fields import (
    EVENT_USER,
    NUMBERED,
    assignment_fields,
    attribute_columns,
    choice_for,
    event_fields,
    outcome_columns,
    outcome_value,
    with_names,
)
from supportdesk.services.transfer.column_mapping import ColumnChoice, RowReader
from supportdesk.services.transfer.rows import Row
from supportdesk.storage.experiments.staged_rows import StagedAttribute, StagedEvent, StagedUser


class AssignmentReader:
    """Reader of users from rows of assignments; their events are collected in `happened`, attributes in `known`.

    `beside_events` says that some of the choice is about another file, of events. Raises `InvalidValue` for a choice
    that does not fit the header and, called, for a bad row.
    """

    def __init__(
        self,
        experiment: Experiment,
        choice: ColumnChoice,
        outcomes: Sequence[tuple[str, str]],
        attributes: Sequence[tuple[str, str]],
        header: Sequence[str],
        now: str,
        times: TimeReader,
        *,
        beside_events: bool,
    ) -> None:
        self.happened: list[StagedEvent] = []
        self.known: list[StagedAttribute] = []
        self._arms, self._weights = len(experiment.variants), dict[int, str]()
        self._now = now
        self._numbered = ("user_identifier", NUMBERED) in choice.columns and NUMBERED not in header
        if self._numbered:
            choice = replace(choice, columns=[pair for pair in choice.columns if pair[1] != NUMBERED])
        fields = assignment_fields(experiment, now, numbered=self._numbered)
        others = {**event_fields(now).clean, EVENT_USER: None} if beside_events else {}
        # A field of the file comes before an event of the same name.
        of_outcomes = [each for each in choice.values if each[0] in dict(outcomes) and each[0] not in fields.clean]
        choice = replace(choice, values=[each for each in choice.values if each not in of_outcomes])
        mine = with_names(choice_for(choice, fields.clean, others), experiment)
        self._reader = RowReader(fields, mine, header, times)
        self._outcomes = outcome_columns(outcomes, header, experiment.metrics, of_outcomes)
        self._attributes = attribute_columns(attributes, header)

    def __call__(self, number: int, row: Row) -> StagedUser:
        """Return the user of a row; raises `InvalidValue`."""
        values = self._reader.read(row.cells)
        user = str(number) if self._numbered else values["user_identifier"]
        variant, told = values["variant"], values.get("assigned_at", "")
        at = told or self._now
        reported = _later_day(values, at)
        for column in self._outcomes:
            cell = row.cells[column.place]
            # Most users did nothing.
            value = None if cell == "0" else outcome_value(column, cell)
            if value is not None:
                self.happened.append(StagedEvent(user, number, column.event, value, None, None, at, told, reported))
        for name, place in self._attributes:
            known = attribute_value(name, row.cells[place])
            if known:
                self.known.append(StagedAttribute(number, name, known))
        agrees = int(values.get("exposed", variant) == variant)
        before, left_out = values.get("before"), values.get("left_out") or 0
        return StagedUser(number, user, variant, at, agrees, before, left_out, reported, self._phase(values))

    @property
    def phases(self) -> dict[int, tuple[float, ...]]:
        """The phases that rows name, with their weights."""
        return {phase: weights(text, self._arms) for phase, text in self._weights.items()}

    def _phase(self, values: Mapping[str, Any]) -> int | None:
        """Return the phase of a row, and note its weights."""
        phase, shares = values.get("phase"), values.get("weights")
        if phase is None:
            return None
        if shares is None:
            raise InvalidValue("weights: a phase needs the weights that it had, such as 90/10", field="weights")
        if self._weights.setdefault(phase, shares) != shares:
            raise InvalidValue(f"weights: phase {phase} had others in a row before", field="weights")
        return int(phase)


def event_reader(
    experiment: Experiment,
    choice: ColumnChoice,
    header: Sequence[str],
    now: str,
    times: TimeReader,
    *,
    beside_assignments: bool,
) -> RowReader:
    """Read the rows of a file of events; `beside_assignments` says that some of the choice is about another file.

    Raises `InvalidValue` for a choice that does not fit the header.
    """
    fields = event_fields(now)
    own = [("user_identifier", header) for field, header in choice.columns if field == EVENT_USER]
    replaced = (EVENT_USER, "user_identifier") if own else ()
    choice = replace(choice, columns=[*(pair for pair in choice.columns if pair[0] not in replaced), *own])
    others = assignment_fields(experiment, now, numbered=False).clean if beside_assignments else {}
    return RowReader(fields, choice_for(choice, fields.clean, others), header, times)


def staged_event(reader: RowReader, now: str, number: int, row: Row) -> StagedEvent:
    """Return the event in a row; raises `InvalidValue`."""
    values = reader.read(row.cells)
    value, told = values.get("event_value"), values.get("created_at", "")
    return StagedEvent(
        values["user_identifier"],
        None,
        values["event_name"],
        value,
        values.get("event_data"),
        values.get("event_id"),
        told or now,
        told if value is None else f"{told} {value!r}",
        _later_day(values, told or now),
    )


def _later_day(values: Mapping[str, Any], at: str) -> str | None:
    """Return the day on which something was reported, where that is after the day on which it happened."""
    day = (values.get("reported_at") or "")[:10]
    return day if day > at[:10] else None
