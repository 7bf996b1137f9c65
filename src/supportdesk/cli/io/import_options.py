"""Options, progress and summary shared by the import commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from supportdesk.cli.io.output import counted, json_option, say, say_json, warn
from supportdesk.cli.io.param_types import FILE
from supportdesk.domain.text import clean_line

if TYPE_CHECKING:
    from supportdesk.cli.io.progress import Progress
    from supportdesk.services.transfer.column_mapping import ColumnChoice
    from supportdesk.services.transfer.import_session import Detected, ImportOptions
    from supportdesk.services.transfer.progress import Step, Watch

Result = TypeVar("Result")


class Pair(click.ParamType):  # type: ignore[type-arg]
    """`FIELD=TEXT`, given on as field and text."""

    name = "pair"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """Return field and text; raises wrong usage without an equals sign."""
        field, equals, text = value.partition("=")
        if not equals:
            self.fail(f"{value!r} must be FIELD=TEXT.", param, ctx)
        return field.strip(), text


class Meaning(click.ParamType):  # type: ignore[type-arg]
    """`FIELD:THEIRS=OURS`, split at its first colon and its last equals sign."""

    name = "meaning"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """Return field, their word and ours; raises wrong usage without a colon or an equals sign."""
        field, colon, rest = value.partition(":")
        theirs, equals, ours = rest.rpartition("=")
        if not (colon and equals):
            self.fail(f"{value!r} must be FIELD:THEIRS=OURS.", param, ctx)
        return field.strip(), theirs, ours


UNUSED_SHOWN = 20
"""Columns that are named because nothing was read from them."""
FATES = {"refuse": "refused", "skip": "left out", "keep": "among them"}
"""What becomes of duplicates, by policy; not taken from the service, which help need not import."""

COLUMN = click.option(
    "--column", "columns", multiple=True, type=Pair(), metavar="FIELD=HEADER", help="Which column is a field."
)
DEFAULT = click.option(
    "--default",
    "defaults",
    multiple=True,
    type=Pair(),
    metavar="FIELD=TEXT",
    help="For empty cells, or without a column.",
)
IGNORE = click.option("--ignore", "ignored", multiple=True, metavar="FIELD", help="Leave a field's column out.")
DELIMITER = click.option(
    "--delimiter",
    default="",
    metavar="CHARACTER",
    help="Between cells, or the word tab.  [default: by the first lines]",
)
ENCODING = click.option(
    "--encoding",
    default="",
    metavar="NAME",
    help="Such as cp1252.  [default: by the first bytes]",
)
_OPTIONS = (
    COLUMN,
    click.option(
        "--value",
        "values",
        multiple=True,
        type=Meaning(),
        metavar="FIELD:THEIRS=OURS",
        help="What a value means here; * is every other one.",
    ),
    DEFAULT,
    IGNORE,
    click.option("--rejects", type=FILE, metavar="FILE", help="Set bad rows aside here and import the others."),
    DELIMITER,
    ENCODING,
    click.option(
        "--date-format",
        default="",
        metavar="FORMAT",
        help="day-first, month-first, epoch-seconds, epoch-milliseconds, spreadsheet-days, or a pattern such as "
        "%d.%m.%Y.  [default: by the text]",
    ),
    click.option("--dry-run", is_flag=True, help="Check everything and import nothing."),
    json_option,
)


@dataclass(frozen=True, slots=True)
class Typed:
    """The options that were typed."""

    columns: Sequence[tuple[str, str]]
    values: Sequence[tuple[str, str, str]]
    defaults: Sequence[tuple[str, str]]
    ignored: Sequence[str]
    rejects: Path | None
    delimiter: str
    encoding: str
    date_format: str
    dry_run: bool
    form: str | None

    def choice(self) -> ColumnChoice:
        """Return which columns are which fields."""
        # Lazy import: keeps start-up fast.
        from supportdesk.services.transfer.column_mapping import ColumnChoice

        return ColumnChoice(self.columns, self.values, self.defaults, self.ignored)

    def options(self, progress: Progress, noun: str) -> ImportOptions:
        """Return how the file is read, and who is shown how many of these things have come."""
        from supportdesk.services.transfer.import_session import ImportOptions

        return ImportOptions(
            self.encoding, self.delimiter, self.rejects, self.dry_run, _watching(progress, noun), self.date_format
        )

    def say(
        self,
        noun: str,
        good: int,
        rejected: int,
        *,
        detected: Detected | None = None,
        numbers: tuple[int | None, int | None] | None = None,
        duplicates: int | None = None,
        fate: str = "",
    ) -> None:
        """Print what an import did: how many good and bad rows there were, as JSON or in words.

        `numbers` are the lowest and the highest that were given, of what has numbers; `duplicates` those whose `fate`
        is said, of what can have some.
        """
        first, last = numbers or (None, None)
        if self.form == "json":
            say_json(
                {
                    "good": good,
                    "rejected": rejected,
                    **({} if duplicates is None else {"duplicates": duplicates}),
                    "imported": 0 if self.dry_run else good,
                    **({} if numbers is None else {"first": first, "last": last}),
                    "rejects": None if self.rejects is None else str(self.rejects),
                    "detected": detected_document(detected),
                }
            )
            return
        span = "" if first is None else f" (#{first})" if first == last else f" (#{first} to #{last})"
        alike = f", {counted(duplicates, 'duplicate')} {fate}" if duplicates else ""
        say_detected(detected)
        say(f"{counted(good, noun)} {self.done}{span}{alike}{self.set_aside(rejected)}")

    @property
    def done(self) -> str:
        """Return the fate of the good rows in words."""
        return "can be imported" if self.dry_run else "imported"

    def set_aside(self, rejected: int) -> str:
        """Return the fate of the rejected rows in words."""
        if self.rejects is None:
            return ""
        return f", {counted(rejected, 'row')} set aside in {clean_line(str(self.rejects))}"


def detected_document(detected: Detected | None) -> dict[str, object] | None:
    """Return how a file was read, as JSON."""
    if detected is None:
        return None
    return {
        "encoding": detected.encoding,
        "delimiter": detected.delimiter or None,
        "date_formats": list(detected.date_formats),
        "unused_columns": list(detected.unused),
    }


def say_detected(detected: Detected | None) -> None:
    """Report on stderr how a file was read, and with which options to read it otherwise."""
    if detected is None:
        return
    parts = {f"encoding {detected.encoding}": "--encoding"}
    if detected.delimiter:
        parts[f"delimiter {detected.delimiter}"] = "--delimiter"
    if detected.date_formats:
        parts[f"dates {' and '.join(detected.date_formats)}"] = "--date-format"
    warn(f"Read with {', '.join(parts)} (change with {', '.join(parts.values())})")
    if detected.unused:
        shown = ", ".join(repr(clean_line(name)) for name in detected.unused[:UNUSED_SHOWN])
        more = f" and {len(detected.unused) - UNUSED_SHOWN} more" if len(detected.unused) > UNUSED_SHOWN else ""
        warn(f"Columns that were not read: {shown}{more} (--column FIELD=HEADER reads one)")


def import_options(command: Callable[..., Result]) -> Callable[..., Result]:
    """Add the options of every import, passed to the command as one `typed`."""

    @wraps(command)
    def gathered(*args: Any, **params: Any) -> Result:
        typed = Typed(**{name: params.pop(name) for name in Typed.__dataclass_fields__})
        return command(*args, typed=typed, **params)

    for option in reversed(_OPTIONS):
        gathered = option(gathered)
    return gathered


def _watching(progress: Progress, noun: str) -> Watch:
    def position(step: Step, done: int, total: int | None) -> str:
        match step:
            case "reading" if total is None:
                return f"Reading: {done:,} rows"
            case "reading":
                return f"Reading: {100 * done // max(total or 0, 1)} %"
            case _:
                return f"Saving: {done:,} of {total:,} {noun}"

    return lambda step, done, total: progress.say(position(step, done, total))
