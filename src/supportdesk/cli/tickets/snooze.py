"""The command that snoozes tickets."""

from __future__ import annotations

from collections.abc import Sequence

import click

from supportdesk.cli.context import changing_desk
from supportdesk.cli.io.output import json_option, say
from supportdesk.cli.io.param_types import TEXT
from supportdesk.cli.tickets.changed import dry_run_option
from supportdesk.cli.tickets.commands import say_preview, say_updated, typed_references
from supportdesk.domain import moment
from supportdesk.domain.actions import WAKE, Actions


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
            say_preview(desk.bulk.preview(wanted, Actions(snooze=until or WAKE)), form)
            return
        updated = desk.tickets.snooze(wanted, until) if until is not None else desk.tickets.wake(wanted)
        if form == "json":
            say_updated(wanted, updated)
            return
        for each in updated.tickets:
            verb = "is" if each.number in updated.changed else "was already"
            until_when = each.snoozed_until
            say(f"#{each.number} {verb} {f'snoozed until {moment.local(until_when)}' if until_when else 'awake'}")
