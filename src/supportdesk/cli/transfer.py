"""What commands share that take things in from a file or write them out to one."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

import click

from supportdesk.cli.output import format_option, json_option, say
from supportdesk.domain.errors import InvalidValue
from supportdesk.domain.text import clean_line

if TYPE_CHECKING:
    from supportdesk.cli.progress import Progress
    from supportdesk.services.import_progress import Step, Watch

PORTION = 65_536

FILE = click.Path(path_type=Path)

Command = TypeVar("Command", bound=Callable[..., Any])


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


def import_options(command: Command) -> Command:
    """Adds what every import can be told: which columns are which fields, what values mean, how to read the file."""
    for option in reversed(
        (
            click.option(
                "--column",
                "columns",
                multiple=True,
                type=Pair(),
                metavar="FIELD=HEADER",
                help="Which column is a field.",
            ),
            click.option(
                "--value",
                "values",
                multiple=True,
                type=Meaning(),
                metavar="FIELD:THEIRS=OURS",
                help="What a value means here; * is every other one.",
            ),
            click.option(
                "--default",
                "defaults",
                multiple=True,
                type=Pair(),
                metavar="FIELD=TEXT",
                help="For empty cells, or without a column.",
            ),
            click.option("--ignore", "ignored", multiple=True, metavar="FIELD", help="Leave a field's column out."),
            click.option("--rejects", type=FILE, metavar="FILE", help="Set bad rows aside here and import the others."),
            click.option(
                "--delimiter",
                default="",
                metavar="CHARACTER",
                help="Between cells, or the word tab.  [default: by the header]",
            ),
            click.option(
                "--encoding",
                default="",
                metavar="NAME",
                help="Such as cp1252.  [default: utf-8, or utf-16 by its mark]",
            ),
            click.option("--dry-run", is_flag=True, help="Check everything and import nothing."),
            json_option,
        )
    ):
        command = option(command)
    return command


def export_options(command: Command) -> Command:
    """Adds what every export can be told: in which form, and into which file."""
    for option in reversed(
        (
            format_option("csv", "Write CSV with the columns import takes.  [default]", otherwise="csv"),
            format_option("json", "Write one JSON document.", otherwise="csv"),
            format_option("jsonl", "Write a JSON document a line.", otherwise="csv"),
            click.option("--output", type=FILE, metavar="FILE", help="Write to FILE, which appears when complete."),
        )
    ):
        command = option(command)
    return command


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


def source(file: Path) -> Path | BinaryIO:
    """What to import: a path, or standard input for `-`."""
    if str(file) != "-":
        return file
    if sys.stdin is None:
        raise InvalidValue("file: standard input is closed", field="file")
    return sys.stdin.buffer


def watching(progress: Progress, noun: str) -> Watch:
    """Shows how far an import of these things has come."""

    def position(step: Step, done: int, total: int | None) -> str:
        match step:
            case "reading" if total is None:
                return f"Reading: {done:,} rows"
            case "reading":
                return f"Reading: {100 * done // max(total or 0, 1)} %"
            case _:
                return f"Saving: {done:,} of {total:,} {noun}"

    return lambda step, done, total: progress.say(position(step, done, total))


def told(many: str, first: int | None, last: int | None, *, dry_run: bool) -> str:
    """What an import did, in words."""
    numbers = f"#{first}" if first == last else f"#{first} to #{last}"
    return f"{many} {'can be imported' if dry_run else 'imported'}" + ("" if first is None else f" ({numbers})")


def told_rejects(rejected: int, rejects: Path | None) -> str:
    """What an import set aside, in words, to follow others."""
    return "" if rejects is None else f", {counted(rejected, 'row')} set aside in {clean_line(str(rejects))}"


def counted(number: int, noun: str) -> str:
    """A number of things in words: `1 ticket`, `2,000 tickets`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
