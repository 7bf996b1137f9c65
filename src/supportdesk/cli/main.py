"""The root command `supportdesk`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import click

from supportdesk import __version__
from supportdesk.cli.context import session_of
from supportdesk.cli.errors import EXIT_BROKEN_PIPE, report_errors
from supportdesk.cli.io.output import detach_stdout, prepare_streams
from supportdesk.cli.lazy import LazyGroup

COMMANDS = {
    "demo": ("desk.commands:demo", "Open the app on a sample desk, never on your data."),
    "ticket": ("tickets.commands:ticket", "Tickets: questions and problems of requesters."),
    "faq": ("faqs.commands:faq", "Create, find and edit FAQs: questions with answers."),
    "experiment": (
        "experiments.commands:experiment",
        "A/B tests: create and run them, and read results you can trust.",
    ),
    "tag": ("tickets.tags:tag", "Tags: list them, and rename or merge them everywhere."),
    "view": ("tickets.views:view", "Views: queries saved under a name, for you or for the team."),
    "canned": ("conversation.canned:canned", "Canned replies: texts that agents insert by name."),
    "macro": ("conversation.macros:macro", "Macros: changes of tickets under a name, made as one."),
    "notification": ("mail.notifications:notification", "Notifications: the mail to requesters."),
    "preference": (
        "preferences.commands:preference",
        "Preferences: whether, how often and in which language people hear from the desk.",
    ),
    "mail": ("mail.incoming:mail", "Mail that comes in: receive, file and look at it."),
    "attachment": ("mail.attachment:attachment", "Files that came with the mail of a ticket."),
    "suppression": (
        "mail.suppression:suppression",
        "Addresses that no mail is sent to: their mailbox does not exist.",
    ),
    "agent": ("desk.agents:agent", "Agents: who works here, and who is away."),
    "email": ("mail.email:email", "Email: the mail service."),
    "history": ("desk.journal:history", "Show what happened on the desk, newest first."),
    "undo": ("desk.journal:undo", "Undo your last change; the history keeps both."),
    "redo": ("desk.journal:redo", "Do again what you undid last."),
    "health": ("desk.commands:health", "Check that the desk can be read and written, and that mail comes in."),
    "doctor": ("desk.commands:doctor", "Check file, permissions and mail of the desk, and say what to do."),
    "paths": ("desk.commands:paths", "Show each setting in force and where it came from."),
    "restore": ("desk.commands:restore", "Put a backup in the place of the desk, which is set aside."),
    "backup": ("desk.commands:backup", "Copy the desk to FILE while others keep working."),
    "desk": ("desk.copying:desk", "The desk as a whole: copy it to another place."),
    "commands": ("desk.catalog:commands", "List every command; with --json, its options, types and defaults too."),
    "help": ("desk.manual:manual", "Show the manual: its topics, or one of them."),
}
"""Every command: where it is, and its help in a line."""


class DeskCommand(LazyGroup):
    """The root of all commands, which reports the errors of all of them."""

    def make_context(self, *args: Any, **options: Any) -> click.Context:
        """Parse the words; `--help` and `--version` print and end here."""
        with _quiet_ending():
            return super().make_context(*args, **options)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        with _quiet_ending():
            return super().invoke(ctx)

    def main(self, args: Sequence[str] | None = None, *rest: Any, **extra: Any) -> Any:
        """Run a command and end the program with its exit code."""
        words = sys.argv[1:] if args is None else list(args)
        prepare_streams()
        with _exit_codes(words), report_errors(self, words):
            sys.exit(super().main(words, *rest, **{**extra, "standalone_mode": False}))


@contextmanager
def _quiet_ending() -> Iterator[None]:
    """End quietly when the reader of the output has closed the pipe."""
    try:
        yield
    except BrokenPipeError:
        detach_stdout()
        raise click.exceptions.Exit(EXIT_BROKEN_PIPE) from None


def _exit_codes(words: Sequence[str]) -> AbstractContextManager[None]:
    """Return what limits the exit codes of `mail receive`."""
    if "receive" not in words:
        return nullcontext()
    # Lazy import: keeps start-up fast.
    from supportdesk.cli.receiving_codes import receiving_codes

    return receiving_codes(words)


@click.group(
    cls=DeskCommand,
    later=COMMANDS,
    name="supportdesk",
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "--db", metavar="PATH_OR_URL", help="The desk's file or database.  [env: SUPPORTDESK_DB, else DATABASE_URL]"
)
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
