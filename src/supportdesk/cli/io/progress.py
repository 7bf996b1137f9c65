"""Progress of long work."""

from __future__ import annotations

import sys
from time import monotonic
from types import TracebackType
from typing import Self

import click

EVERY = 0.1


class Progress:
    """One line on stderr, written over and over and gone at the end; nothing unless stderr is a terminal.

    It is only shown where that is `allowed`: where it does not disturb what the command prints.
    """

    def __init__(self, *, allowed: bool = True) -> None:
        self._shown = allowed and sys.stderr.isatty()
        self._width = 0
        self._next = 0.0

    def say(self, text: str) -> None:
        """Show where the work is; too soon after the last time it does nothing."""
        now = monotonic()
        if self._shown and now >= self._next:
            self._next = now + EVERY
            self._write(text)

    def _write(self, text: str) -> None:
        # Blanks rather than an escape sequence wipe what a longer line left, so that any terminal will do.
        click.echo("\r" + text.ljust(self._width), err=True, nl=False)
        self._width = len(text)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._width:
            self._write("")
            click.echo("\r", err=True, nl=False)
