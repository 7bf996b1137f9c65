"""A group of commands that imports only the one that runs."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from supportdesk.domain.errors import DeskError

OPTIONS = {
    "contact_email": "--email",
    "notification_frequency": "--frequency",
    "preferred_language": "--language",
    "target_metric": "--metric",
}
"""Fields whose options have other names."""


class DeskCommand(click.Command):
    """A command whose errors name the option that was typed."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an error about a field begins with its option, if the command has that."""
        try:
            return super().invoke(ctx)
        except DeskError as error:
            option = OPTIONS.get(error.field or "", "")
            if option and any(option in param.opts for param in self.params):
                error.message = error.message.replace(f"{error.field}: ", f"{option}: ", 1)
            raise


class LazyGroup(click.Group):
    """A group with commands that are imported when they run.

    `later` says of each, by name, where in this package it is ("module:attribute") and what it says of
    itself in a line, so that help needs no import either.
    """

    command_class = DeskCommand

    def __init__(self, *args: Any, later: Mapping[str, tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.later = later

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, as help lists them."""
        return [*self.commands, *self.later]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, imported now when it was not yet."""
        if cmd_name not in self.later:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = self.later[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(f"supportdesk.cli.{module}"), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes what every command says of itself."""
        rows = [(name, command.get_short_help_str(limit=100)) for name, command in self.commands.items()]
        rows += [(name, says) for name, (_, says) in self.later.items()]
        with formatter.section("Commands"):
            formatter.write_dl(rows)
