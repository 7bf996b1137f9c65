"""The sample desk, made by replaying its story: each step at its time, by its agent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path

from supportdesk.domain import moment
from supportdesk.domain.agent import Account
from supportdesk.domain.ticket import TicketChange, new_ticket, parse_priority, parse_status
from supportdesk.email.settings import MailSettings
from supportdesk.sample.content import Step, rows
from supportdesk.sample.conversation_story import conversation_steps, introduce_agents
from supportdesk.sample.experiment_story import experiment_steps
from supportdesk.sample.faq_story import faq_steps
from supportdesk.sample.preference_story import preference_steps
from supportdesk.services.desk import Desk

SYSTEM_AGENT = "system"
"""The agent that records what requesters write."""


@dataclass(slots=True)
class Clock:
    """A clock that shows what it is set to."""

    at: datetime

    def __call__(self) -> datetime:
        """Return the moment it shows."""
        return self.at


def fill(path: Path, *, end: datetime | None = None) -> None:
    """Create the sample desk at `path` with a story that ends at `end` (default: now).

    History, journal and mail are real, because the services wrote them.
    """
    end = end or moment.now()
    numbers: dict[str, str] = {}
    created = {row["key"]: end - timedelta(minutes=int(row["minutes_ago"])) for row in rows("tickets.csv")}
    story = (
        _ticket_steps(created),
        conversation_steps(created, numbers),
        faq_steps(end),
        experiment_steps(end),
        preference_steps(end),
    )
    steps = sorted(chain.from_iterable(story), key=lambda step: step.at)
    clock = Clock(steps[0].at)
    with ExitStack() as open_desks:
        desks: dict[str, Desk] = {}
        with _open(path, SYSTEM_AGENT, clock) as desk:
            introduce_agents(desk)
        for step in steps:
            clock.at = step.at
            if step.agent not in desks:
                desks[step.agent] = open_desks.enter_context(_open(path, step.agent, clock))
                open_desks.enter_context(desks[step.agent].relaxed())
            desk = desks[step.agent]
            numbers[step.key] = step.act(desk, numbers.get(step.key, ""))


def _open(path: Path, agent: str, clock: Clock) -> Desk:
    return Desk(path, agent, account=Account(agent), now=clock, mail=MailSettings(hold=0))


def _ticket_steps(created: Mapping[str, datetime]) -> Iterator[Step]:
    for row in rows("tickets.csv"):
        yield Step(created[row["key"]], SYSTEM_AGENT, row["key"], _creation(row))
    for row in rows("ticket_events.csv"):
        at = created[row["key"]] + timedelta(minutes=int(row["minutes_after"]))
        yield Step(at, row["agent"], row["key"], _change(row))


def _creation(row: dict[str, str]) -> Callable[[Desk, str], str]:
    new = new_ticket(row["title"], row["description"], row["contact_email"], row["priority"])

    def act(desk: Desk, _: str) -> str:
        number = str(desk.tickets.create(new).number)
        desk.mail.deliver()
        return number

    return act


def _change(row: dict[str, str]) -> Callable[[Desk, str], str]:
    change = TicketChange(
        status=parse_status(row["status"]) if row["status"] else None,
        priority=parse_priority(row["priority"]) if row["priority"] else None,
        notes=row["notes"],
    )

    def act(desk: Desk, number: str) -> str:
        desk.tickets.update([number], change)
        desk.mail.deliver()
        return number

    return act
