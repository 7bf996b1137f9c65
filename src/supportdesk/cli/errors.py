"""Errors of commands: one sentence on stderr and an exit code, never a traceback."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click

from supportdesk.cli.io.output import unwritten, warn
from supportdesk.cli.typed_name import with_typed_name
from supportdesk.domain.errors import Conflict, DeskError, NotFound, Unavailable, one_of, shortened
from supportdesk.domain.redaction import redact
from supportdesk.domain.text import clean_line
from supportdesk.services.crash_report import InternalError, write_crash_report

EXIT_REFUSED = 1
EXIT_USAGE = 2
EXIT_NOT_FOUND = 3
EXIT_CONFLICT = 4
EXIT_INTERNAL_ERROR = 70
EXIT_TRY_LATER = 75
# What a shell reports of a program that a signal ended: SIGINT, SIGPIPE.
EXIT_INTERRUPTED = 130
EXIT_BROKEN_PIPE = 141
_WRITE_FAILED = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


def exit_code(error: DeskError) -> int:
    """Return the exit code that scripts may rely on for this kind of error."""
    match error:
        case NotFound():
            return EXIT_NOT_FOUND
        case Conflict():
            return EXIT_CONFLICT
        case Unavailable():
            return EXIT_TRY_LATER
        case InternalError():
            return EXIT_INTERNAL_ERROR
        case _:
            return EXIT_REFUSED


@contextmanager
def report_errors(root: click.Group, words: Sequence[str]) -> Iterator[None]:
    """End the program with one sentence and an exit code when something goes wrong inside.

    `words` are what was typed after the name of the program.
    """
    # Read from the words themselves: when they are wrong, no option has been parsed.
    as_json = "--json" in words or "--ndjson" in words
    try:
        yield
    except DeskError as error:
        if _is_of_clean_up(error):
            sys.exit(EXIT_INTERRUPTED)
        message = with_typed_name(error.message, error.field, root, words)
        _report(error.code, message, error.field, as_json)
        sys.exit(exit_code(error))
    except click.exceptions.NoArgsIsHelpError as error:
        if sys.stderr.isatty():
            error.show()
        else:
            _report("wrong_usage", _missing_command(error), None, as_json)
        sys.exit(EXIT_USAGE)
    except click.UsageError as error:
        field = error.param.name if isinstance(error, click.BadParameter) and error.param else None
        _report("wrong_usage", error.format_message() + _see_help(error.ctx), field, as_json)
        sys.exit(EXIT_USAGE)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(EXIT_INTERRUPTED)
    except Exception as error:
        # Help, which click prints: what opens files says so itself.
        if isinstance(error, OSError) and error.filename is None and error.errno in _WRITE_FAILED:
            _report(Unavailable.code, unwritten(error).message, None, as_json)
            sys.exit(EXIT_TRY_LATER)
        internal = write_crash_report(error)
        _report(internal.code, internal.message, internal.field, as_json)
        sys.exit(EXIT_INTERNAL_ERROR)


def _is_of_clean_up(error: BaseException) -> bool:
    """Return whether an error arose while the program ended what ctrl+c had interrupted."""
    before = error.__context__
    return before is not None and (isinstance(before, KeyboardInterrupt) or _is_of_clean_up(before))


def _missing_command(error: click.exceptions.NoArgsIsHelpError) -> str:
    group = error.ctx.command if error.ctx else None
    names = group.list_commands(error.ctx) if isinstance(group, click.Group) and error.ctx else ()
    return f"Missing command: {one_of(names)}.{_see_help(error.ctx)}"


def _see_help(context: click.Context | None) -> str:
    return f" See: {context.command_path} --help" if context else ""


def _report(code: str, message: str, field: str | None, as_json: bool) -> None:
    # A message may repeat what came from outside; cleaned, it can neither drive the terminal nor break the line.
    line = shortened(redact(clean_line(message)))
    if as_json:
        import json

        line = json.dumps({"error": {"code": code, "message": line, "field": field}})
    else:
        line = f"Error: {line}"
    warn(line)
