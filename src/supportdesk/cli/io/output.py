"""What commands print: JSON documents and CSV for scripts, aligned text for people.

A list command takes `@list_formats`, any other `@json_option`; both hand the command a `form`:
"json", "csv" or None. Everything that goes to stdout goes through `say`.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import click

from supportdesk.domain.errors import Unavailable
from supportdesk.domain.page import Count

Command = TypeVar("Command", bound=Callable[..., Any])
_FORM = f"{__name__}.form"

PORTION = 65_536
"""Characters that are written at a time where there may be many."""


def format_option(form: str, text: str, *, otherwise: str | None = None) -> Callable[[Command], Command]:
    """Adds a flag such as `--json`, which arrives as `form="json"`; two of them are wrong usage.

    Without any, `form` is what the flags say it is `otherwise`.
    """

    def choose(ctx: click.Context, flag: click.Parameter, given: bool) -> None:
        ctx.params.setdefault("form", otherwise)
        if not given:
            return
        other = ctx.meta.setdefault(_FORM, form)
        if other != form:
            raise click.UsageError(f"--{other} and --{form} exclude each other.", ctx)
        ctx.params["form"] = form

    return click.option(f"--{form}", f"as_{form}", is_flag=True, expose_value=False, callback=choose, help=text)


def json_option(command: Command) -> Command:
    """Adds `--json`, which arrives as `form="json"`."""
    return format_option("json", "Print one JSON document.")(command)


def list_formats(command: Command) -> Command:
    """Adds `--json` and `--csv`, which arrive as `form`."""
    return json_option(format_option("csv", "Print CSV with a header.")(command))


def prepare_stdout() -> None:
    """Lets stdout replace what its encoding cannot say, so that no character of a ticket ends a command."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def detach_stdout() -> None:
    """Sends what Python still holds for stdout nowhere, so that closing it at the end says nothing."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say(text: str, *, end: str = "\n") -> None:
    """Prints to stdout; raises `Unavailable` when it cannot be written, as on a full disk."""
    try:
        click.echo(text + end, nl=False)
    except BrokenPipeError:
        raise
    except OSError as error:
        detach_stdout()
        raise Unavailable(f"the output cannot be written: {error.strerror}") from error


class Stdout:
    """Stdout in UTF-8 and in portions: as any CSV reader wants it, and fast."""

    def __init__(self) -> None:
        self._waiting: list[str] = []
        self._size = 0
        if isinstance(sys.stdout, io.TextIOWrapper) and not sys.stdout.isatty():
            sys.stdout.reconfigure(encoding="utf-8")

    def write(self, text: str) -> None:
        """Keeps text until there is a portion of it."""
        self._waiting.append(text)
        self._size += len(text)
        if self._size > PORTION:
            self.flush()

    def flush(self) -> None:
        """Writes what is kept."""
        say("".join(self._waiting), end="")
        self._waiting.clear()
        self._size = 0


def say_json(document: object) -> None:
    """Prints one JSON document; in ASCII where stdout is not UTF-8."""
    import json

    unicode = getattr(sys.stdout, "encoding", "").lower().replace("-", "") == "utf8"
    say(json.dumps(document, ensure_ascii=not unicode, indent=2))


def say_csv(rows: Iterable[Mapping[str, object]], columns: Sequence[str]) -> None:
    """Prints a header and rows as CSV; None is an empty cell, fields within a field are JSON."""
    # Lazy import: keeps start-up fast.
    import json

    from supportdesk.services.transfer.csv_writer import CsvWriter

    text = io.StringIO()
    writer = CsvWriter(text)
    writer.write(columns)
    for row in rows:
        values = (row.get(name) for name in columns)
        structured = (Mapping, list)
        writer.write(
            json.dumps(value, ensure_ascii=False) if isinstance(value, structured) else value for value in values
        )
    say(text.getvalue(), end="")


def say_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Prints an aligned table; nothing without rows."""
    if rows:
        say(table(headings, rows))


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """An aligned table: clipped to the terminal's width on a terminal, whole in a pipe."""
    from supportdesk.cli.io.table import aligned

    width = None
    if _on_a_terminal():
        import shutil

        width = shutil.get_terminal_size().columns
    return aligned(headings, rows, width=width, colour=in_colour())


def counted(number: int, noun: str) -> str:
    """A number of things in words: `1 ticket`, `2,000 tickets`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def list_summary(shown: int, total: Count | None, noun: str, wanted: str, next_cursor: str | None) -> str:
    """The line under a list: how much of it was shown, what was asked for, and how to go on."""
    if not shown:
        return f"no {noun}{f' for {wanted}' if wanted else ''}"
    of = f" of {total}" if total is not None else ""
    filtered = f" for {wanted}" if wanted else ""
    on = f"; go on with --cursor {next_cursor}" if next_cursor else ""
    return f"{shown:,}{of} {noun}{filtered}{on}"


def in_colour() -> bool:
    """Whether colours are welcome: only on a terminal that has some, and never with NO_COLOR."""
    return _on_a_terminal() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _on_a_terminal() -> bool:
    # A program whose stdout was closed by its caller has none.
    return sys.stdout is not None and sys.stdout.isatty()
