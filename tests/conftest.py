"""A desk in a folder of its own, a second agent at it, and a clock that stands still."""

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import pytest

from supportdesk.domain.ticket import Ticket, new_ticket
from supportdesk.sample.replay import Clock
from supportdesk.services.desk import Desk


@pytest.fixture
def clock() -> Clock:
    """Half past nine on a Friday, until a test sets `clock.at`."""
    return Clock(datetime(2026, 11, 20, 9, 30, tzinfo=UTC))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the desk's file is."""
    return tmp_path / "support.db"


@pytest.fixture
def desk(path: Path, clock: Clock) -> Iterator[Desk]:
    """Ann's desk."""
    with Desk(path, "ann", now=clock) as desk:
        yield desk


@pytest.fixture
def colleague(path: Path, clock: Clock) -> Iterator[Desk]:
    """The same desk, opened by Bob."""
    with Desk(path, "bob", now=clock) as desk:
        yield desk


@pytest.fixture
def filed(desk: Desk) -> Callable[..., Ticket]:
    """Files a ticket at Ann's desk: `filed("Lamp is dark", priority="high")`."""

    def file(
        title: str = "Lamp is dark",
        description: str = "It does not shine.",
        contact_email: str = "rita@example.com",
        priority: str = "medium",
    ) -> Ticket:
        return desk.tickets.create(new_ticket(title, description, contact_email, priority))

    return file


@pytest.fixture
def sql(path: Path) -> Callable[..., list[tuple[Any, ...]]]:
    """Reads or damages the desk's file behind the program's back."""

    def execute(statement: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(path)) as connection, connection:
            return connection.execute(statement, values).fetchall()

    return execute


@pytest.fixture
def spawn() -> Iterator[Callable[..., "Popen[str]"]]:
    """Starts other processes: `spawn(script, path)`; none of them outlives the test."""
    with ExitStack() as running:

        def start(script: str, *arguments: object, **options: Any) -> "Popen[str]":
            words = [sys.executable, "-c", script, *map(str, arguments)]
            process = running.enter_context(Popen(words, stdin=PIPE, stdout=PIPE, text=True, **options))
            running.callback(process.kill)
            return process

        yield start
