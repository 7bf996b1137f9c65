"""Commands that take tickets in from a file and write them out to one."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from supportdesk.cli.context import open_desk
from supportdesk.cli.output import json_option, say, say_json
from supportdesk.cli.progress import Progress
from supportdesk.cli.values import TEXT
from supportdesk.domain.errors import InvalidValue
from supportdesk.domain.query import parse_query
from supportdesk.domain.text import clean_line

if TYPE_CHECKING:
    from supportdesk.services.import_progress import Step
    from supportdesk.services.ticket_import import Imported

PORTION = 65_536

FILE = click.Path(path_type=Path)


class Pair(click.ParamType):  # type: ignore[type-arg]
    """`FIELD=TEXT`, given on as field and text."""

    name = "pair"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """Field and text; raises wrong usage without an equals sign."""
        field, equals, text = value.partition("=")
        if not equals:
            self.fail(f"{value!r} must be FIELD=TEXT.", param, ctx)
        return field.strip(), text


class Meaning(click.ParamType):  # type: ignore[type-arg]
    """`FIELD:THEIRS=OURS`, split at its first colon and its last equals sign."""

    name = "meaning"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """Field, their word and ours; raises wrong usage without a colon or an equals sign."""
        field, colon, rest = value.partition(":")
        theirs, equals, ours = rest.rpartition("=")
        if not (colon and equals):
            self.fail(f"{value!r} must be FIELD:THEIRS=OURS.", param, ctx)
        return field.strip(), theirs, ours


@click.command("import")
@click.argument("file", type=FILE)
@click.option(
    "--column", "columns", multiple=True, type=Pair(), metavar="FIELD=HEADER", help="Which column is a field."
)
@click.option(
    "--value", "values", multiple=True, type=Meaning(), metavar="FIELD:THEIRS=OURS", help="What a value means here."
)
@click.option(
    "--default",
    "defaults",
    multiple=True,
    type=Pair(),
    metavar="FIELD=TEXT",
    help="For empty cells, or without a column.",
)
@click.option("--ignore", "ignored", multiple=True, metavar="FIELD", help="Leave a field's column out.")
@click.option("--rejects", type=FILE, metavar="FILE", help="Set bad rows aside here and import the others.")
@click.option(
    "--delimiter", default="", metavar="CHARACTER", help="Between cells, or the word tab.  [default: by the header]"
)
@click.option("--encoding", default="", metavar="NAME", help="Such as cp1252.  [default: utf-8, or utf-16 by its mark]")
@click.option("--dry-run", is_flag=True, help="Check everything and import nothing.")
@json_option
@click.pass_context
def import_tickets(
    ctx: click.Context,
    file: Path,
    columns: Sequence[tuple[str, str]],
    values: Sequence[tuple[str, str, str]],
    defaults: Sequence[tuple[str, str]],
    ignored: Sequence[str],
    rejects: Path | None,
    delimiter: str,
    encoding: str,
    dry_run: bool,
    form: str | None,
) -> None:
    """Import tickets from a CSV file, plain or gzipped; - reads standard input.

    All rows go in, or none when one is bad; nobody is mailed. Fields are number, id, title, description,
    priority, status, contact_email, created_at and updated_at. Headers of these names need no --column,
    except that number, id and the times count only when no --column is given at all.

    \b
        supportdesk ticket import old.csv --column title="Ticket Subject" \\
            --column description=Body --column contact_email=Email \\
            --column priority=Urgency --value priority:Critical=high
    """
    # Imported here: only this command needs it.
    from supportdesk.services.columns import ColumnChoice

    choice = ColumnChoice(columns, values, defaults, ignored)
    with open_desk(ctx) as desk, Progress() as progress:
        imported = desk.ticket_import.run(
            _standard_input() if str(file) == "-" else file,
            choice,
            encoding=encoding,
            delimiter=delimiter,
            rejects=rejects,
            dry_run=dry_run,
            watch=lambda step, done, total: progress.say(_position(step, done, total)),
        )
    if form == "json":
        say_json(
            {
                "good": imported.tickets,
                "rejected": imported.rejected,
                "imported": 0 if dry_run else imported.tickets,
                "first": imported.first,
                "last": imported.last,
                "rejects": None if rejects is None else str(rejects),
            }
        )
    else:
        say(_told(imported, rejects, dry_run=dry_run))


@click.command("export")
@click.argument("query", nargs=-1, type=TEXT)
@click.option(
    "--csv", "form", flag_value="csv", default=True, help="Write CSV with the columns import takes.  [default]"
)
@click.option("--json", "form", flag_value="json", help="Write one JSON document.")
@click.option("--jsonl", "form", flag_value="jsonl", help="Write a JSON document a line.")
@click.option("--output", type=FILE, metavar="FILE", help="Write to FILE, which appears when complete.")
@click.pass_context
def export_tickets(ctx: click.Context, query: Sequence[str], form: str, output: Path | None) -> None:
    """Export tickets, all or those that QUERY finds, by number.

    QUERY is what `ticket list` takes. The CSV of one desk, imported into an empty one, gives the same tickets.
    """
    # Imported here: only this command needs it.
    from supportdesk.services.export_form import Form

    wanted = parse_query(" ".join(query))
    if str(output) == "-":
        output = None
    beside = output is not None or not sys.stdout.isatty()
    with open_desk(ctx) as desk, Progress(beside=beside) as progress:

        def watch(done: int) -> None:
            progress.say(f"Writing: {done:,} tickets")

        if output is None:
            out = _Stdout()
            desk.ticket_export.write(wanted, Form(form), out, watch=watch)
            out.flush()
            return
        done = desk.ticket_export.save(wanted, Form(form), output, watch=watch)
    click.echo(f"{_counted(done, 'ticket')} exported to {clean_line(str(output))}", err=True)


class _Stdout:
    """Stdout in UTF-8 and in portions: as any CSV reader wants it, and fast."""

    def __init__(self) -> None:
        self._waiting: list[str] = []
        self._size = 0
        if isinstance(sys.stdout, io.TextIOWrapper) and not sys.stdout.isatty():
            sys.stdout.reconfigure(encoding="utf-8")

    def write(self, text: str) -> None:
        self._waiting.append(text)
        self._size += len(text)
        if self._size > PORTION:
            self.flush()

    def flush(self) -> None:
        say("".join(self._waiting), end="")
        self._waiting.clear()
        self._size = 0


def _standard_input() -> BinaryIO:
    if sys.stdin is None:
        raise InvalidValue("file: standard input is closed", field="file")
    return sys.stdin.buffer


def _position(step: Step, done: int, total: int | None) -> str:
    match step:
        case "reading" if total is None:
            return f"Reading: {done:,} rows"
        case "reading":
            return f"Reading: {100 * done // max(total or 0, 1)} %"
        case _:
            return f"Saving: {done:,} of {total:,} tickets"


def _told(imported: Imported, rejects: Path | None, *, dry_run: bool) -> str:
    told = f"{_counted(imported.tickets, 'ticket')} {'can be imported' if dry_run else 'imported'}"
    if imported.first is not None:
        numbers = f"#{imported.first}" if imported.first == imported.last else f"#{imported.first} to #{imported.last}"
        told += f" ({numbers})"
    if rejects is not None:
        told += f", {_counted(imported.rejected, 'row')} set aside in {clean_line(str(rejects))}"
    return told


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
