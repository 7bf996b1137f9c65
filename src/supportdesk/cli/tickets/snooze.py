"""The command that snoozes tickets."""

from __future__ import annotations

from collections.abc import Sequence

import click

from supportdesk.cli.context import changing_desk
from supportdesk.cli.io.output import json_option
from supportdesk.cli.io.param_types import TEXT
from supportdesk.cli.tickets.changed import dry_run_option, say_preview, say_updated, typed_references
from supportdesk.domain import moment
from supportdesk.domain.actions import WAKE, Actions
from supportdesk.domain.ticket import Ticket


@click.command()
@click.argument("refs", nargs=-1, required=True, metavar="REF...")
@click.option("--until", metavar="WHEN", type=TEXT, help="Due then: 2h, 3d, tomorrow, monday 9:00, 2026-12-01.")
@click.option("--wake", is_flag=True, help="They are due now.")
@dry_run_option
@json_option
@click.pass_context
def snooze(
    ctx: click.Context, refs: Sequence[str], until: str | None, wake: bool, dry_run: bool, form: str | None
) -> None:
    """Snooze tickets until a time, or wake them.

    A word from the requester wakes a ticket too. A time without a zone is this machine's, a day without a time begins
    at 9:00. All of them are snoozed, or none when one cannot be. A REF of - reads references from standard input.
    """
    if wake is (until is not None):
        raise click.UsageError("Give --until WHEN or --wake.")
    wanted = typed_references(ctx, refs)
    with changing_desk(ctx, existing=True) as desk:
        if dry_run:
            say_preview(form, desk.bulk.preview(wanted, Actions(snooze=until or WAKE)))
            return
        updated = desk.tickets.snooze(wanted, until) if until is not None else desk.tickets.wake(wanted)
        say_updated(form, wanted, updated, _snoozed)


def _snoozed(ticket: Ticket, is_new: bool) -> str:
    state = f"snoozed until {moment.local(ticket.snoozed_until)}" if ticket.snoozed_until else "awake"
    return f"#{ticket.number} {'is' if is_new else 'was already'} {state}"
