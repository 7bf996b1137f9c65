"""Rows of an import of experiment data before they are moved into the desk, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class BothArms(StrEnum):
    """How users in several rows and users in several variants are treated."""

    LEAVE_OUT = "leave-out"
    """Who was seen in several variants is left out; of everybody else every row counts."""
    FIRST = "first"
    """The first row of a user decides, and only that row counts."""
    EVERY_ROW = "every-row"
    """Every row is a user of its own."""


class StagedUser(NamedTuple):
    """A checked row of assignments; `agrees` is 0 when the user saw something else than was meant.

    `before` is a value from before the assignment; who is `left_out` is no part of the results. `reported` is the day
    on which it came to be known, where that is a later one.
    """

    place: int
    user: str
    variant: int
    at: str
    agrees: int
    before: float | None = None
    left_out: int = 0
    reported: str | None = None
    phase: int | None = None


class StagedAttribute(NamedTuple):
    """What the row of assignments at `row` says of its user."""

    row: int
    name: str
    value: str


class StagedEvent(NamedTuple):
    """A checked event; `row` is the place of the assignment in whose row it stood, if it did.

    `told` is what the file says of it besides user and name, for one without an id: the same again is no new event.
    `reported` is the day on which it came to be known, where that is a later one.
    """

    user: str
    row: int | None
    name: str
    value: float | None
    data: str | None
    event_id: str | None
    at: str
    told: str
    reported: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """Counts of staged rows, users and irregular ones."""

    rows: int = 0
    users: int = 0
    mismatched_rows: int = 0
    users_in_both_arms: int = 0
    users_with_more_rows: int = 0


@dataclass(frozen=True, slots=True)
class Moved:
    """Counts of imported, known and rejected users and events."""

    users: int = 0
    known_users: int = 0
    left_out: int = 0
    events: int = 0
    repeated_events: int = 0
    without_assignment: int = 0
    before_assignment: int = 0
    foreign_ids: int = 0
    late_users: int = 0
    late_events: int = 0
    first_at: str | None = None
