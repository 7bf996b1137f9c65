"""The command `supportdesk`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from supportdesk import __version__
from supportdesk.cli.context import session_of
from supportdesk.cli.errors import reported
from supportdesk.cli.output import prepare_stdout

COMMANDS = {
    "demo": ("desk:demo", "Open the app on a sample desk of its own, never on your data."),
    "ticket": ("tickets:ticket", "Tickets: what requesters asked."),
    "notification": ("notifications:notification", "Notifications: the mail to requesters."),
    "history": ("journal:history", "Show what happened on the desk, newest first."),
    "undo": ("journal:undo", "Take your last change back; the history keeps both."),
    "health": ("desk:health", "Say whether the desk can be read and written."),
    "paths": ("desk:paths", "Show each place and setting in force, and where it came from."),
    "backup": ("desk:backup", "Copy the desk to FILE while others go on working."),
}
"""Every command: where in this package it is, and what it says of itself in a line."""


class DeskCommand(click.Group):
    """The root of all commands, which loads only the one that runs and says what went wrong in one sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, as help lists them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(f"supportdesk.cli.{module}"), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, says) for name, (_, says) in COMMANDS.items()])

    def main(self, args: Sequence[str] | None = None, *rest: Any, **extra: Any) -> Any:
        """Runs a command and ends the program with its exit code."""
        words = sys.argv[1:] if args is None else list(args)
        prepare_stdout()
        # Read from the words themselves: when they are wrong, no option has been parsed yet.
        with reported(as_json="--json" in words):
            sys.exit(super().main(words, *rest, **{**extra, "standalone_mode": False}))


@click.group(
    cls=DeskCommand,
    name="supportdesk",
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option("--db", metavar="PATH_OR_URL", help="The desk's file.  [env: SUPPORTDESK_DB, else DATABASE_URL]")
@click.option("--as", "agent", metavar="NAME", help="Who acts.  [env: SUPPORTDESK_AGENT, else the login name]")
@click.option("--config", metavar="FILE", help="The config file.  [env: SUPPORTDESK_CONFIG]")
@click.version_option(__version__, message="supportdesk %(version)s")
@click.pass_context
def supportdesk(ctx: click.Context, db: str | None, agent: str | None, config: str | None) -> None:
    """A help desk that lives in the terminal.

    Without a command it opens the app. Everything the screens can do, a command can do too; `--json` makes any
    of them print one JSON document. A value that was typed beats the environment, which beats the config file.
    """
    session = session_of(ctx)
    session.db, session.agent, session.config = db, agent, config
    if ctx.invoked_subcommand is None:
        session.settings.make_place()
        ctx.exit(session.open_app(session.settings))
