"""Types of parameters: text or `-` for standard input, one of a few words, a whole number, a file."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from supportdesk.domain.desk_address import parse_path
from supportdesk.domain.errors import InvalidValue, invalid
from supportdesk.domain.ticket import Priority, Status

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_SURROGATES = re.compile("[\ud800-\udfff]")
STDIN_LIMIT = 1_000_000
PAGE_LIMIT = 1_000


def standard_input(ctx: click.Context, field: str) -> str:
    """Return standard input for the value `field`, without line breaks at its end, like a shell's `$(…)`.

    Raises `InvalidValue` the second time and when it is too much.
    """
    taken = ctx.meta.setdefault("supportdesk.standard_input", field)
    if taken != field:
        raise InvalidValue(
            f"{field}: standard input was already read for {taken}; it can be one value only", field=field
        )
    if sys.stdin is None:
        raise InvalidValue(f"{field}: standard input is closed", field=field)
    given = sys.stdin.buffer.read(STDIN_LIMIT + 1)
    if len(given) > STDIN_LIMIT:
        raise InvalidValue(f"{field}: standard input is too long; it can have up to {STDIN_LIMIT:,} bytes", field=field)
    return given.decode("utf-8", errors="replace").rstrip("\r\n")


def decoded(word: str) -> str:
    """Return a word of the command line with what is not UTF-8 replaced, as in standard input."""
    return word if word.isascii() else _SURROGATES.sub("\ufffd", word)


def source(file: Path) -> Path | BinaryIO:
    """Return what a file is read from: its path, or stdin for `-`; raises `InvalidValue` when that is closed."""
    if str(file) != "-":
        return file
    if sys.stdin is None:
        raise InvalidValue("file: standard input is closed", field="file")
    return sys.stdin.buffer


class Text(click.ParamType):  # type: ignore[type-arg]
    """Any text; `-` reads standard input."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the text as typed, or what standard input holds."""
        # While a shell completes a line, standard input is the keyboard.
        if value != "-" or param is None or ctx is None or ctx.resilient_parsing:
            return decoded(value) if isinstance(value, str) else value
        return standard_input(ctx, param.name or self.name)


class Word(Text):
    """One of a few words.

    They are offered by the shell's completion and checked by the domain, so that a wrong one is a refused
    value with a sentence of its own and not wrong usage.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self.words = tuple(words)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Return the words, as help shows them."""
        return "|".join(self.words)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Return the words that begin with what was typed."""
        from click.shell_completion import CompletionItem

        return [CompletionItem(word) for word in self.words if word.startswith(incomplete)]


class Whole(click.ParamType):  # type: ignore[type-arg]
    """A whole number from 1 to `largest`."""

    name = "integer"

    def __init__(self, largest: int) -> None:
        self.largest = largest

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Return what help shows for the number."""
        return param.name.upper() if isinstance(param, click.Argument) and param.name else "N"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number; raises `InvalidValue` that names the range."""
        try:
            number = int(value)
        except ValueError:
            number = 0
        if not 1 <= number <= self.largest:
            name = param.name if param and param.name else self.name
            raise invalid(name, value, f"it must be a whole number from 1 to {self.largest:,}")
        return number


class FilePath(click.Path):
    """The path of a file or a folder; `-` may stand for a standard stream."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return the path; raises `InvalidValue` for what no file can be called."""
        return value if isinstance(value, Path) else parse_path(param.name if param and param.name else "file", value)


TEXT = Text()
FILE = FilePath()
STATUS = Word(Status)
PRIORITY = Word(Priority)
LIMIT = Whole(PAGE_LIMIT)
