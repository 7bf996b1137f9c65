"""Commands on canned replies."""

from __future__ import annotations

import click

from supportdesk.cli.context import open_desk
from supportdesk.cli.io.documents import CANNED_REPLY, document, documents
from supportdesk.cli.io.output import json_option, list_formats, say_done, say_rows, say_table
from supportdesk.cli.io.param_types import TEXT


@click.group()
def canned() -> None:
    """Canned replies: texts that agents insert by name.

    A text may have the variables {{number}}, {{title}}, {{requester}}, {{agent}} and {{status}}.
    """


@canned.command("list")
@list_formats
@click.pass_context
def list_canned(ctx: click.Context, form: str | None) -> None:
    """List the canned replies."""
    with open_desk(ctx, existing=True) as desk:
        found = desk.canned_replies.list()
    if form:
        say_rows(form, documents(found, CANNED_REPLY), CANNED_REPLY)
    else:
        rows = [(each.name, " ".join(each.text.split())[:100]) for each in found]
        say_table(("NAME", "TEXT"), rows, empty="no canned replies")


@canned.command()
@click.argument("name", type=TEXT)
@click.option("--text", required=True, type=TEXT, help="What it says; - reads standard input.")
@json_option
@click.pass_context
def save(ctx: click.Context, name: str, text: str, form: str | None) -> None:
    """Save a canned reply, replacing the one of this name."""
    with open_desk(ctx) as desk:
        saved = desk.canned_replies.save(name, text)
    say_done(form, document(saved, CANNED_REPLY), f"canned reply {saved.name} saved")


@canned.command()
@click.argument("name", type=TEXT)
@json_option
@click.pass_context
def delete(ctx: click.Context, name: str, form: str | None) -> None:
    """Delete a canned reply."""
    with open_desk(ctx, existing=True) as desk:
        desk.canned_replies.delete(name)
    say_done(form, {"name": name, "deleted": True}, f"canned reply {name} deleted")
