"""Fills a desk by living its story: every ticket and change at its time, by the agent who did it."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from supportdesk.domain import moment
from supportdesk.domain.ticket import TicketChange, new_ticket, parse_priority, parse_status
from supportdesk.services.desk import Desk

INTAKE = "system"
"""Who files what requesters write."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to the ticket `key`."""

    at: datetime
    agent: str
    key: str
    act: Callable[[Desk, str], str]
    """Acts on the ticket of this number ("" before it has one); gives the number."""


@dataclass(slots=True)
class Clock:
    """A clock that shows what it is set to."""

    at: datetime

    def __call__(self) -> datetime:
        """The moment it shows."""
        return self.at


def fill(path: Path, *, end: datetime | None = None) -> None:
    """Makes the sample desk at `path`, its story ending at `end`, which is now.

    History, journal and mail are real, because the services wrote them.
    """
    steps = sorted(_story(end or moment.now()), key=lambda step: step.at)
    clock = Clock(steps[0].at)
    numbers: dict[str, str] = {}
    with ExitStack() as open_desks:
        desks: dict[str, Desk] = {}
        for step in steps:
            clock.at = step.at
            if step.agent not in desks:
                desks[step.agent] = open_desks.enter_context(Desk(path, step.agent, now=clock))
            desk = desks[step.agent]
            numbers[step.key] = step.act(desk, numbers.get(step.key, ""))
            desk.mail.deliver()


def _story(end: datetime) -> Iterator[Step]:
    created: dict[str, datetime] = {}
    for row in _rows("tickets.csv"):
        created[row["key"]] = at = end - timedelta(minutes=int(row["minutes_ago"]))
        yield Step(at, INTAKE, row["key"], _creation(row))
    for row in _rows("ticket_events.csv"):
        at = created[row["key"]] + timedelta(minutes=int(row["minutes_after"]))
        yield Step(at, row["agent"], row["key"], _change(row))


def _creation(row: dict[str, str]) -> Callable[[Desk, str], str]:
    new = new_ticket(row["title"], row["description"], row["contact_email"], row["priority"])
    return lambda desk, _: str(desk.tickets.create(new).number)


def _change(row: dict[str, str]) -> Callable[[Desk, str], str]:
    change = TicketChange(
        status=parse_status(row["status"]) if row["status"] else None,
        priority=parse_priority(row["priority"]) if row["priority"] else None,
        notes=row["notes"],
    )

    def act(desk: Desk, number: str) -> str:
        desk.tickets.update([number], change)
        return number

    return act


def _rows(name: str) -> list[dict[str, str]]:
    with (_data_folder() / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _data_folder() -> Path:
    """Inside the package in a wheel, at the root of the repository in a checkout."""
    packaged = Path(__file__).parent / "data"
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / "data"
