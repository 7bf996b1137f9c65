"""The command on tickets that a mail has reopened."""

from __future__ import annotations

from collections.abc import Sequence

import click

from supportdesk.cli.context import changing_desk
from supportdesk.cli.io.output import json_option
from supportdesk.cli.tickets.changed import say_updated, typed_references
from supportdesk.domain.ticket import Ticket


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
        say_updated(form, wanted, desk.tickets.resolve_again(wanted), _resolved)


def _resolved(ticket: Ticket, is_new: bool) -> str:
    return f"#{ticket.number} {'resolved again' if is_new else 'is resolved already'}"
