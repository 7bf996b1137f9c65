"""What a command works with: the settings in force and the open desk.

A command takes click's context and opens the desk in a `with` block:

    @ticket.command()
    @click.argument("ref")
    @click.pass_context
    def show(ctx: click.Context, ref: str) -> None:
        with open_desk(ctx) as desk:
            ticket = desk.tickets.get(ref)

One that changes something uses `changing_desk`, which also sees to the mail about it. Services are imported
where they are used, so that the help of a command costs no more than click.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Protocol, TypeVar

import click

from supportdesk.cli.io.output import warn
from supportdesk.domain.errors import DeskError, InvalidValue

if TYPE_CHECKING:
    from supportdesk.services.desk import Desk
    from supportdesk.services.settings.settings import Settings

    class OpenApp(Protocol):
        """Opener of the screens, which the commands know nothing of."""

        def __call__(self, settings: Settings, *, demo: bool = False) -> int:
            """Run the app until it is left."""


Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


@dataclass
class Session:
    """One run of the program: how to open the app, and the global options as they were typed."""

    open_app: OpenApp
    db: str | None = None
    agent: str | None = None
    config: str | None = None

    @cached_property
    def settings(self) -> Settings:
        """Return the settings in force; raises `InvalidValue` for the first one at fault."""
        return self._load()

    def settings_and_faults(self) -> tuple[Settings, list[InvalidValue]]:
        """Return the settings in force as far as they can be, and what is wrong with those about mail.

        For commands that help to find out what is wrong, and send nothing.
        """
        faults: list[InvalidValue] = []
        return self._load(mail_faults=faults), faults

    def _load(self, *, mail_faults: list[InvalidValue] | None = None) -> Settings:
        from supportdesk.services.settings.settings import load

        return load(db=self.db, agent=self.agent, config=self.config, mail_faults=mail_faults)


def session_of(ctx: click.Context) -> Session:
    """Return the run that a command belongs to."""
    return ctx.ensure_object(Session)


def pass_settings(
    command: Callable[Concatenate[Settings, Parameters], Result],
) -> Callable[Parameters, Result]:
    """Pass the settings in force to a command as its first argument."""

    @wraps(command)
    def with_settings(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        return command(session_of(click.get_current_context()).settings, *args, **kwargs)

    return with_settings


def open_desk(ctx: click.Context, *, existing: bool = False) -> Desk:
    """Return the desk that the settings name, open; closes at the end of its `with` block.

    Where there is none, it is made; or refused when an `existing` one is wanted: what cron runs, and what only looks,
    would else find a desk at a mistyped path that is well forever.
    """
    return open_at(session_of(ctx).settings, existing=existing)


def open_at(settings: Settings, *, existing: bool = False) -> Desk:
    """Return the desk that these settings name, as `open_desk` does it."""
    from supportdesk.services.desk import Desk

    if existing:
        settings.check_desk()
    settings.make_place()
    return Desk(settings.db, settings.agent, mail=settings.mail, macros=settings.macros, create=not existing)


@contextmanager
def changing_desk(ctx: click.Context, *, existing: bool = False) -> Iterator[Desk]:
    """Open the desk for a command that changes it; mail that need not wait is delivered afterwards.

    What is saved is saved: when delivery fails, the mail waits in the outbox and the command has succeeded.
    """
    with open_desk(ctx, existing=existing) as desk, desk.deliver_afterwards(_note_undelivered):
        if similar := desk.journal.similar_actor():
            warn(f"Note: {desk.actor} looks like {similar}, the name of another agent")
        yield desk


def _note_undelivered(error: DeskError) -> None:
    warn(f"Note: the mail about it is still to be sent: {error.message}")
