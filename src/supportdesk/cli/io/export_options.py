"""Options and summary shared by the export commands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from supportdesk.cli.io.output import Stdout, counted, format_option, warn
from supportdesk.cli.io.param_types import FILE
from supportdesk.domain.text import clean_line

if TYPE_CHECKING:
    from supportdesk.services.transfer.csv_writer import Writable

Command = TypeVar("Command", bound=Callable[..., Any])


def export_options(command: Command) -> Command:
    """Add the options of every export: format and file."""
    for option in reversed(
        (
            format_option("csv", "Write CSV with the columns import takes.  [default]", otherwise="csv"),
            format_option("json", "Write one JSON document.", otherwise="csv"),
            format_option("jsonl", "Write a JSON document a line.", "--ndjson", otherwise="csv"),
            click.option("--output", type=FILE, metavar="FILE", help="Write to FILE, which appears when complete."),
        )
    ):
        command = option(command)
    return command


def file_of(output: Path | None) -> Path | None:
    """Return the file to write; None for stdout, which `-` means too."""
    return None if str(output) == "-" else output


def to_stdout(write: Callable[[Writable], object]) -> None:
    """Write an export to stdout."""
    out = Stdout()
    write(out)
    out.flush()


def say_exported(done: int, noun: str, place: Path) -> None:
    """Report on stderr how many things were exported."""
    warn(f"{counted(done, noun)} exported to {clean_line(str(place))}")
