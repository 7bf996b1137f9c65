"""The command on tickets that a mail has reopened."""

from __future__ import annotations

from collections.abc import Sequence

import click

from supportdesk.cli.context import changing_desk
from supportdesk.cli.io.output import json_option, say
from supportdesk.cli.tickets.commands import say_updated, typed_references


@click.command()
@click.argument("refs", nargs=-1, required=True, metavar="REF...")
@json_option
@click.pass_context
def still_resolved(ctx: click.Context, refs: Sequence[str], form: str | None) -> None:
    """Resolve tickets again that a mail such as "thank you" has reopened; nobody is mailed.

    All of them are resolved, or none when one cannot be. A REF of - reads references from standard input.
    """
    wanted = typed_references(ctx, refs)
    with changing_desk(ctx, existing=True) as desk:
        updated = desk.tickets.resolve_again(wanted)
        if form == "json":
            say_updated(wanted, updated)
            return
        for each in updated.tickets:
            said = "resolved again" if each.number in updated.changed else "is resolved already"
            say(f"#{each.number} {said}")
