"""Confirmation of what deletes something or tells somebody."""

from __future__ import annotations

import sys

import click

from supportdesk.cli.io.output import warn
from supportdesk.domain.errors import NotAllowed
from supportdesk.domain.text import clean_line


def confirm_deletion(what: str) -> None:
    """Ask whether to delete `what`; raises `NotAllowed` when that is not wanted, or nobody can be asked."""
    if not _is_terminal():
        raise NotAllowed("yes: cannot ask for confirmation without a terminal; pass --yes", field="yes")
    if not click.confirm(f"Delete {clean_line(what)}", err=True):
        raise NotAllowed("nothing was deleted")


def confirm(question: str) -> None:
    """Ask whether to do something; raises `NotAllowed` when that is not wanted, or nobody can be asked."""
    if not _is_terminal():
        raise NotAllowed("yes: cannot ask for confirmation without a terminal; pass --yes", field="yes")
    if not click.confirm(clean_line(question), err=True):
        raise NotAllowed("nothing was changed")


def confirm_undo(warning: str, *, yes: bool) -> None:
    """Print who is told of an undo and ask whether to continue; raises `NotAllowed` when that is not wanted.

    Where nobody can be asked, the warning is all: a script that undoes means it.
    """
    if yes or not _is_terminal():
        warn(f"Note: {warning}")
    elif not click.confirm(f"{clean_line(warning)}. Undo it", err=True):
        raise NotAllowed("nothing was undone")


def _is_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()
