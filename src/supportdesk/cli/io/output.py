"""Output of commands: JSON documents and CSV for scripts, aligned text for people.

A list command takes `@list_formats` and prints by `say_rows` unless its `form` is None; any other takes `@json_option`,
and its `form` is "json" or None. Everything is printed from here, and cleaned on its way.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeVar

import click

from supportdesk.cli.io.printable import printable, printable_json
from supportdesk.domain.errors import Unavailable, invalid, one_of
from supportdesk.domain.page import Count
from supportdesk.domain.text import clean_line

Command = TypeVar("Command", bound=Callable[..., Any])
_FORM = f"{__name__}.form"
_FIELDS = f"{__name__}.fields"

PORTION = 65_536
"""Characters that are written at a time where there may be many."""


def format_option(form: str, text: str, *names: str, otherwise: str | None = None) -> Callable[[Command], Command]:
    """Add a flag such as `--json`, or of other `names`, which arrives as `form="json"`; two of them are wrong usage.

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

    return click.option(f"--{form}", *names, f"as_{form}", is_flag=True, expose_value=False, callback=choose, help=text)


def json_option(command: Command) -> Command:
    """Add `--json`, which arrives as `form="json"`."""
    return format_option("json", "Print one JSON document.")(command)


def list_formats(command: Command) -> Command:
    """Add `--json`, `--ndjson`, `--csv` and `--fields`, which arrive as `form`; `say_rows` prints what they ask for."""
    fields = click.option(
        "--fields", metavar="A,B", expose_value=False, callback=_take_fields, help="Print only these fields."
    )
    csv = format_option("csv", "Print CSV with a header.")
    ndjson = format_option("ndjson", "Print a JSON document a line.")
    return json_option(ndjson(csv(fields(command))))


def _take_fields(ctx: click.Context, option: click.Parameter, text: str | None) -> None:
    if text is not None:
        ctx.meta[_FIELDS] = tuple(name.strip() for name in text.split(",") if name.strip()) or ("",)
        if ctx.params.get("form") is None:
            ctx.params["form"] = "table"


def say_rows(
    form: str, rows: Sequence[Mapping[str, object]], columns: Sequence[str], *, name: str | None = None, **more: object
) -> None:
    """Print rows in the form and with the fields that were asked for.

    As JSON they are one document: an array, or under `name` an object with what `more` has.
    """
    wanted = _wanted_fields(rows, columns)
    chosen = [{field: row[field] for field in wanted} for row in rows] if wanted else rows
    match form:
        case "json":
            say_json(chosen if name is None else {name: chosen, **more})
        case "ndjson":
            for row in chosen:
                say_json(row, indent=None)
        case "csv":
            say_csv([{field: row[field] for field in wanted or columns} for row in rows], wanted or columns)
        case _:
            say_table([field.upper() for field in wanted], [[_cell(row[field]) for field in wanted] for row in rows])


def _wanted_fields(rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> Sequence[str]:
    wanted: Sequence[str] = click.get_current_context().meta.get(_FIELDS, ())
    known = list(dict.fromkeys([*columns, *(rows[0] if rows else ())]))
    for field in wanted:
        if field not in known:
            raise invalid("fields", field, one_of(known))
    return wanted


def _cell(value: object) -> str:
    import json

    return value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)


def prepare_streams() -> None:
    """Have stdout replace what its encoding cannot say, so that no character of a ticket ends a command.

    Standard streams that the caller has closed are opened on nothing: else a file of the desk would take their place.
    What is read stays closed, so that whoever asks for a value is told.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    sys.stdout = sys.stdout or _nothing()
    sys.stderr = sys.stderr or _nothing()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def _nothing() -> io.TextIOWrapper:
    return open(os.devnull, "w", encoding="utf-8")


def detach_stdout() -> None:
    """Discard what Python still holds for stdout, so that closing it at the end raises nothing."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say(text: str, *, end: str = "\n") -> None:
    """Print text for people to stdout, without control sequences; raises `Unavailable` when it cannot be written."""
    _write(printable(text, styled=in_colour()) + end)


def warn(text: str) -> None:
    """Print a line to stderr, without control sequences; where nobody can read it, what was done is done."""
    with suppress(OSError):
        click.echo(clean_line(text), err=True)


def _write(text: str) -> None:
    try:
        click.echo(text, nl=False)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritten(error) from error


def unwritten(error: OSError) -> Unavailable:
    """Return what to say when stdout takes nothing, and discard what it holds."""
    detach_stdout()
    return Unavailable(f"the output cannot be written: {error.strerror}")


def _write_data(text: str) -> None:
    """Print CSV or what is exported: exact for a program that reads it, without control sequences on a terminal."""
    _write(printable(text) if _on_a_terminal() else text)


class Stdout:
    """Stdout in UTF-8 and in portions: as any CSV reader wants it, and fast."""

    def __init__(self) -> None:
        self._waiting: list[str] = []
        self._size = 0
        if isinstance(sys.stdout, io.TextIOWrapper) and not sys.stdout.isatty():
            sys.stdout.reconfigure(encoding="utf-8")

    def write(self, text: str) -> None:
        """Buffer text until there is a portion of it."""
        self._waiting.append(text)
        self._size += len(text)
        if self._size > PORTION:
            self.flush()

    def flush(self) -> None:
        """Write what is buffered."""
        _write_data("".join(self._waiting))
        self._waiting.clear()
        self._size = 0


def say_json(document: object, *, indent: int | None = 2) -> None:
    """Print one JSON document, in ASCII where stdout is not UTF-8; without `indent` on one line."""
    import json

    unicode = getattr(sys.stdout, "encoding", "").lower().replace("-", "") == "utf8"
    _write(printable_json(json.dumps(document, ensure_ascii=not unicode, indent=indent)) + "\n")


def say_done(form: str | None, document: object, sentence: str) -> None:
    """Print what a command has done: its JSON document where that was asked for, else a sentence for people."""
    if form == "json":
        say_json(document)
    else:
        say(sentence)


def say_csv(rows: Iterable[Mapping[str, object]], columns: Sequence[str]) -> None:
    """Print a header and rows as CSV; None is an empty cell, fields within a field are JSON."""
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
    _write_data(text.getvalue())


def say_table(headings: Sequence[str], rows: Sequence[Sequence[str]], *, empty: str = "") -> None:
    """Print an aligned table; without rows what says so, where something is `empty`."""
    if rows:
        say(table(headings, rows))
    elif empty:
        say(empty)


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return an aligned table: clipped to the terminal's width on a terminal, whole in a pipe."""
    from supportdesk.cli.io.table import aligned

    width = None
    if _on_a_terminal():
        import shutil

        width = shutil.get_terminal_size().columns
    cells = [[clean_line(cell) for cell in row] for row in rows]
    return aligned(headings, cells, width=width, colour=in_colour())


def counted(number: int, noun: str) -> str:
    """Return a number of things in words: `1 ticket`, `2,000 tickets`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def list_summary(shown: int, total: Count | None, noun: str, wanted: str, next_cursor: str | None) -> str:
    """Return the line under a list: how much was shown, what was asked for, and how to continue."""
    if not shown:
        return f"no {noun}{f' for {wanted}' if wanted else ''}"
    of = f" of {total}" if total is not None else ""
    filtered = f" for {wanted}" if wanted else ""
    on = f"; continue with --cursor {next_cursor}" if next_cursor else ""
    return f"{shown:,}{of} {noun}{filtered}{on}"


def in_colour() -> bool:
    """Return whether colours are used: only on a terminal that has some, and never with NO_COLOR."""
    return _on_a_terminal() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _on_a_terminal() -> bool:
    return sys.stdout.isatty()
