"""Commands on tags."""

from __future__ import annotations

import click

from supportdesk.cli.context import changing_desk, open_desk
from supportdesk.cli.io.documents import TAG, documents
from supportdesk.cli.io.output import counted, json_option, list_formats, say, say_done, say_rows, say_table
from supportdesk.cli.io.param_types import TEXT


@click.group()
def tag() -> None:
    """Tags: list them, and rename or merge them everywhere.

    `supportdesk ticket tag` adds them to tickets and removes them.
    """


@tag.command("list")
@list_formats
@click.pass_context
def list_tags(ctx: click.Context, form: str | None) -> None:
    """List the tags, with how many tickets have each."""
    with open_desk(ctx, existing=True) as desk:
        found = desk.tags.list()
    if form:
        say_rows(form, documents(found, TAG), TAG)
    else:
        say_table(("TAG", "TICKETS"), [(each.tag, f"{each.tickets:,}") for each in found])
        say(counted(len(found), "tag"))


@tag.command()
@click.argument("old", type=TEXT)
@click.argument("new", type=TEXT)
@json_option
@click.pass_context
def rename(ctx: click.Context, old: str, new: str, form: str | None) -> None:
    """Replace a tag by another one on all tickets; where both are, one stays.

    One change, which one `supportdesk undo` takes back.
    """
    with changing_desk(ctx, existing=True) as desk:
        updated = desk.tags.rename(old, new)
    say_done(
        form,
        {"old": old, "new": new, "changed": sorted(updated.changed)},
        f"{old} is now {new} on {counted(len(updated.changed), 'ticket')}",
    )
