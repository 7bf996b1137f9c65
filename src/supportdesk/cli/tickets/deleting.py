"""Commands that delete tickets and restore them."""

from __future__ import annotations

from collections.abc import Sequence

import click

from supportdesk.cli.context import changing_desk
from supportdesk.cli.io.confirmation import confirm_deletion
from supportdesk.cli.io.output import json_option
from supportdesk.cli.tickets.changed import say_updated, typed_references
from supportdesk.domain.ticket import Ticket


@click.command()
@click.argument("refs", nargs=-1, required=True, metavar="REF...")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@json_option
@click.pass_context
def delete(ctx: click.Context, refs: Sequence[str], yes: bool, form: str | None) -> None:
    """Delete tickets; undo or undelete restores them, and their requesters are not notified.

    All of them are deleted, or none when one cannot be. A REF of - reads references from standard input.
    """

    def sentence(ticket: Ticket, is_new: bool) -> str:
        return f"#{ticket.number} {'deleted' if is_new else 'was already deleted'}"

    wanted = typed_references(ctx, refs)
    with changing_desk(ctx, existing=True) as desk:
        if not yes:
            named = list(dict.fromkeys(f"#{desk.tickets.get(each).number}" for each in wanted))
            confirm_deletion(", ".join(named[:10]) + (f" and {len(named) - 10} more" if len(named) > 10 else ""))
        say_updated(form, wanted, desk.tickets.delete(wanted), sentence)


@click.command()
@click.argument("refs", nargs=-1, required=True, metavar="REF...")
@json_option
@click.pass_context
def undelete(ctx: click.Context, refs: Sequence[str], form: str | None) -> None:
    """Restore deleted tickets. A REF of - reads references from standard input."""

    def sentence(ticket: Ticket, is_new: bool) -> str:
        return f"#{ticket.number} {'restored' if is_new else 'was not deleted'}"

    wanted = typed_references(ctx, refs)
    with changing_desk(ctx, existing=True) as desk:
        say_updated(form, wanted, desk.tickets.undelete(wanted), sentence)
