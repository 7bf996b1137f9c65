"""What a command says of tickets that it changed, or would change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from supportdesk.cli.io.output import say
from supportdesk.cli.tickets.commands import say_updated

if TYPE_CHECKING:
    from supportdesk.services.tickets.service import Updated

dry_run_option = click.option("--dry-run", is_flag=True, help="Say what it would do, and to how many.")


def say_changed(wanted: Sequence[str], updated: Updated, form: str | None) -> None:
    """Print tickets as they are now, and which of them changed."""
    if form == "json":
        say_updated(wanted, updated)
        return
    for each in updated.tickets:
        verb = "is now" if each.number in updated.changed else "was already"
        owner = f", owned by {each.owner}" if each.owner else ""
        tags = f", tagged {' '.join(each.tags)}" if each.tags else ""
        say(f"#{each.number} {verb} {each.status}, priority {each.priority}{owner}{tags}")
