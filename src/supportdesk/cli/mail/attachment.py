"""Commands on attachments of tickets."""

from __future__ import annotations

from pathlib import Path

import click

from supportdesk.cli.context import open_desk
from supportdesk.cli.io.documents import ATTACHMENT, documents
from supportdesk.cli.io.output import json_option, list_formats, say_done, say_rows, say_table
from supportdesk.cli.io.param_types import FILE, TEXT


@click.group()
def attachment() -> None:
    """Files that came with the mail of a ticket."""


@attachment.command("list")
@click.argument("ref", type=TEXT)
@list_formats
@click.pass_context
def list_attachments(ctx: click.Context, ref: str, form: str | None) -> None:
    """List the attachments of a ticket."""
    with open_desk(ctx, existing=True) as desk:
        found = desk.attachments.list(ref)
    if form:
        say_rows(form, documents(found, ATTACHMENT), ATTACHMENT)
    else:
        rows = [
            (str(place), each.label, each.content_type, f"{each.size:,}", each.warning)
            for place, each in enumerate(found, 1)
        ]
        columns = 5 if any(each.warning for each in found) else 4
        say_table(
            ("N", "NAME", "TYPE", "BYTES", "WARNING")[:columns], [row[:columns] for row in rows], empty="no attachments"
        )


@attachment.command()
@click.argument("ref", type=TEXT)
@click.argument("wanted", metavar="[NAME|N]", default="1", type=TEXT)
@click.option("--to", "folder", metavar="FOLDER", default=".", type=FILE, help="Where it goes.")
@json_option
@click.pass_context
def save(ctx: click.Context, ref: str, wanted: str, folder: Path, form: str | None) -> None:
    """Save an attachment of a ticket, by its name or its place in the list; nothing is overwritten."""
    with open_desk(ctx, existing=True) as desk:
        file = desk.attachments.find(ref, wanted)
        saved = desk.attachments.save(file, folder)
    warned = f" (careful: {file.warning})" if file.warning else ""
    say_done(form, {"path": str(saved), "warning": file.warning or None}, f"saved as {saved}{warned}")
