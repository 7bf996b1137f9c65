"""Commands on the suppression list."""

from __future__ import annotations

import click

from supportdesk.cli.context import open_desk
from supportdesk.cli.io.documents import SUPPRESSION, document, documents
from supportdesk.cli.io.output import json_option, list_formats, say_done, say_rows, say_table
from supportdesk.cli.io.param_types import TEXT
from supportdesk.domain import moment


@click.group()
def suppression() -> None:
    """Addresses that no mail is sent to: their mailbox does not exist."""


@suppression.command("list")
@list_formats
@click.pass_context
def list_suppressions(ctx: click.Context, form: str | None) -> None:
    """List the suppressed addresses."""
    with open_desk(ctx, existing=True) as desk:
        found = desk.suppressions.list()
    if form:
        say_rows(form, documents(found, SUPPRESSION), SUPPRESSION)
    else:
        rows = [(each.address, moment.local(each.added_at), each.added_by, each.reason) for each in found]
        say_table(("ADDRESS", "SINCE", "BY", "REASON"), rows, empty="no suppressed addresses")


@suppression.command()
@click.argument("address", type=TEXT)
@click.option("--reason", default="", type=TEXT, help="Why, for the list.")
@json_option
@click.pass_context
def add(ctx: click.Context, address: str, reason: str, form: str | None) -> None:
    """Send no mail to an address any more."""
    with open_desk(ctx) as desk:
        added = desk.suppressions.add(address, reason)
    say_done(form, document(added, SUPPRESSION), f"{added.address} gets no mail from now on")


@suppression.command()
@click.argument("address", type=TEXT)
@json_option
@click.pass_context
def remove(ctx: click.Context, address: str, form: str | None) -> None:
    """Send mail to an address again."""
    with open_desk(ctx, existing=True) as desk:
        desk.suppressions.remove(address)
    say_done(form, {"address": address, "suppressed": False}, f"{address} gets mail again")
