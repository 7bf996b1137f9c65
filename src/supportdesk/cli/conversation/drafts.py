"""The command on shared drafts."""

from __future__ import annotations

import click

from supportdesk.cli.context import changing_desk
from supportdesk.cli.io.documents import SHARED_DRAFT, document
from supportdesk.cli.io.facts import when
from supportdesk.cli.io.output import json_option, say, say_json
from supportdesk.cli.io.param_types import TEXT


@click.command()
@click.argument("ref", type=TEXT)
@click.option("--share", metavar="TEXT", type=TEXT, help="Share this beginning of a reply; - reads standard input.")
@click.option("--take", is_flag=True, help="Take the shared draft, so that nobody else continues it.")
@json_option
@click.pass_context
def draft(ctx: click.Context, ref: str, share: str | None, take: bool, form: str | None) -> None:
    """Show, share or take the draft of a reply.

    A shared draft is seen by agents alone; a ticket has one at most.
    """
    if share is not None and take:
        raise click.UsageError("--share and --take exclude each other.")
    with changing_desk(ctx, existing=True) as desk:
        drafts, now = desk.shared_drafts, desk.now()
        if share is not None:
            drafts.share(ref, share)
        found = drafts.take(ref) if take else drafts.find(ref)
    if form == "json":
        say_json(None if found is None else document(found, SHARED_DRAFT))
    elif found is None:
        say(f"nobody has shared a draft for {ref}")
    elif share is not None:
        say(f"draft shared; `supportdesk ticket draft {ref} --take` takes it over")
    else:
        say(f"{found.agent}, {when(found.saved_at, now)}\n\n{found.text}")
