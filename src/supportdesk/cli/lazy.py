"""Groups of commands that import only the one that runs."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """A group with commands that are imported when they run.

    `later` has for each, by name, its place in this package ("module:attribute") and its help in a line, so that the
    help of the group needs no import either.
    """

    def __init__(self, *args: Any, later: Mapping[str, tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.later = later

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, as help lists them."""
        return [*self.commands, *self.later]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of this name, imported on first use."""
        if cmd_name not in self.later:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = self.later[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(f"supportdesk.cli.{module}"), attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that was typed; the error for an unknown one names those that are like it."""
        if (
            args
            and not ctx.resilient_parsing
            and not args[0].startswith("-")
            and args[0] not in self.list_commands(ctx)
        ):
            # Lazy import: only a typing error needs it.
            from difflib import get_close_matches

            like = get_close_matches(args[0], self.list_commands(ctx))
            meant = f" Did you mean {' or '.join(map(repr, like))}?" if like else ""
            raise click.UsageError(f"No such command {args[0]!r}.{meant}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write every command with its help."""
        rows = [(name, command.get_short_help_str(limit=100)) for name, command in self.commands.items()]
        rows += [(name, says) for name, (_, says) in self.later.items()]
        with formatter.section("Commands"):
            formatter.write_dl(rows)
