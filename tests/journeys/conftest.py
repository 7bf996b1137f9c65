"""Bob, who files tickets from elsewhere, and a place at the desk for Ann."""

import os
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import count, islice
from pathlib import Path

import pytest

from supportdesk.domain.experiments.event import new_event
from supportdesk.domain.experiments.form import new_experiment
from supportdesk.domain.faq import new_faq
from supportdesk.domain.ticket import Priority, Status, TicketChange, new_ticket
from supportdesk.sample.replay import Clock
from supportdesk.services.desk import Desk
from tests.arms import falling_in
from tests.journeys.seat import Seat
from tests.terminal import PROGRAM, Terminal


@pytest.fixture(autouse=True)
def _one_time_zone(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.delenv("NO_COLOR", raising=False)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def file(colleague: Desk) -> Callable[..., int]:
    """Files a ticket and gives its number."""

    def file(
        title: str,
        *,
        description: str = "It says no.",
        email: str = "rita@example.com",
        priority: str = "medium",
        status: str = "new",
    ) -> int:
        number = colleague.tickets.create(new_ticket(title, description, email, priority)).number
        if status != "new":
            colleague.tickets.update([str(number)], TicketChange(status=Status(status)))
        return number

    return file


@pytest.fixture
def write(colleague: Desk) -> Callable[..., int]:
    """Writes an FAQ and gives its number."""

    def write(question: str, answer: str = "Ask us.", category: str = "general") -> int:
        return colleague.faqs.create(new_faq(question, answer, category)).number

    return write


@pytest.fixture
def answered(write: Callable[..., int]) -> None:
    """A desk with three answers."""
    write("How do I reset my password?", "Press **Forgot password** below the form.", "account")
    write("Where is my invoice?", "Under *Billing*, one for each month.", "billing")
    write("Why does the printer smoke?", "Pull the plug.\n\n- Do not use water.\n- Call us.", "technical")


@pytest.fixture
def plan(colleague: Desk) -> Callable[..., int]:
    """Plans an experiment and gives its number."""

    def plan(name: str = "Ticket form: short or long", *, start: bool = False, **texts: str) -> int:
        given = {"control": "long", "test": "short", "metric": "ticket_submitted", **texts}
        number = colleague.experiments.create(new_experiment({"name": name, **given})).number
        if start:
            colleague.experiments.start(str(number))
        return number

    return plan


@pytest.fixture
def come(colleague: Desk) -> Callable[..., None]:
    """Lets so many users come to each arm of an experiment, of whom so many do what counts."""
    known = count()

    def come(number: int, *arms: tuple[int, int], event: str = "ticket_submitted") -> None:
        experiment = colleague.experiments.get(str(number))
        for arm, (users, converted) in enumerate(arms):
            mine = falling_in(arm, (f"user-{n}" for n in known), experiment.id, experiment.weights)
            for place, user in enumerate(islice(mine, users)):
                colleague.experiments.assign(str(number), user)
                if place < converted:
                    colleague.experiments.track(str(number), user, new_event(event))

    return come


@pytest.fixture
def tried(plan, come, clock) -> int:
    """An experiment that has run for a week."""
    number = plan(hypothesis="A shorter form is sent more often.", min_sample="400", start=True)
    for day in range(7):
        come(number, (20, 3 + day % 2), (20, 4 + day % 3))
        clock.at += timedelta(days=1)
    return number


@pytest.fixture
def busy(file, colleague, clock):
    """A desk where Bob has been at work."""
    file("Printer on fire", email="rita@example.com")
    file("Password forgotten", email="fail@example.com")
    clock.at += timedelta(minutes=20)
    colleague.tickets.update(["1"], TicketChange(status=Status.IN_PROGRESS, notes="called the fire brigade"))
    clock.at += timedelta(hours=2)
    colleague.tickets.update(["1"], TicketChange(status=Status.RESOLVED, priority=Priority.HIGH))
    colleague.mail.deliver()


@pytest.fixture
def sit_down(path: Path, tmp_path: Path, clock: Clock) -> Callable[..., Seat]:
    """Seats Ann at the desk: `async with sit_down() as desk: ...`."""
    return partial(Seat, path, tmp_path / "state", clock)


@pytest.fixture
def environment(tmp_path, path):
    """All a program gets of the world: a home of its own."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "SUPPORTDESK_DB": str(path),
        "SUPPORTDESK_AGENT": "ann",
        **{f"XDG_{name}_HOME": str(tmp_path / name) for name in ("DATA", "CONFIG", "STATE")},
    }


@pytest.fixture
def log_in(environment):
    """Starts the program in a terminal: `with log_in() as terminal: ...`."""

    def log_in(*words, columns=80, rows=24, program=PROGRAM, **more):
        return Terminal([*program, *words], columns=columns, rows=rows, environment={**environment, **more})

    return log_in
