"""How commands end: one sentence on stderr and an exit code, never a traceback."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from supportdesk.domain.errors import Conflict, DeskError, NotFound, Unavailable
from supportdesk.domain.text import clean_line
from supportdesk.services.crash_report import Mistake, written_down

REFUSED = 1
WRONG_USAGE = 2
NOT_FOUND = 3
CONFLICT = 4
BROKEN = 70
TRY_LATER = 75
# What a shell reports of a program that a signal ended: SIGINT, SIGPIPE.
INTERRUPTED = 130
NOBODY_READS = 141


def exit_code(error: DeskError) -> int:
    """The exit code that scripts may rely on for this kind of error."""
    match error:
        case NotFound():
            return NOT_FOUND
        case Conflict():
            return CONFLICT
        case Unavailable():
            return TRY_LATER
        case Mistake():
            return BROKEN
        case _:
            return REFUSED


@contextmanager
def reported(*, as_json: bool) -> Iterator[None]:
    """Ends the program with one sentence and an exit code when something goes wrong inside."""
    try:
        yield
    except DeskError as error:
        _report(error.code, error.message, error.field, as_json)
        sys.exit(exit_code(error))
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(WRONG_USAGE)
    except click.UsageError as error:
        field = error.param.name if isinstance(error, click.BadParameter) and error.param else None
        hint = f" See: {error.ctx.command_path} --help" if error.ctx else ""
        _report("wrong_usage", error.format_message() + hint, field, as_json)
        sys.exit(WRONG_USAGE)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(INTERRUPTED)
    except Exception as error:
        broken = written_down(error)
        _report(broken.code, broken.message, broken.field, as_json)
        sys.exit(BROKEN)


def _report(code: str, message: str, field: str | None, as_json: bool) -> None:
    # A message may repeat what came from outside; cleaned, it can neither drive the terminal nor break the line.
    line = clean_line(message)
    if as_json:
        import json

        line = json.dumps({"error": {"code": code, "message": line, "field": field}})
    else:
        line = f"Error: {line}"
    click.echo(line, err=True)
