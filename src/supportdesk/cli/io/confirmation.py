"""Asking before something is deleted."""

from __future__ import annotations

import sys

import click

from supportdesk.domain.errors import NotAllowed


def confirm_deletion(what: str) -> None:
    """Asks whether to delete `what`; raises `NotAllowed` when that is not wanted, or nobody can be asked."""
    if sys.stdin is None or not sys.stdin.isatty():
        raise NotAllowed("yes: there is no terminal to ask on; say --yes to delete it", field="yes")
    if not click.confirm(f"Delete {what}", err=True):
        raise NotAllowed("nothing was deleted")
