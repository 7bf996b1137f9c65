"""Commands on tickets that belong together: merged into one another, and linked."""

from __future__ import annotations

from collections.abc import Sequence

import click

from supportdesk.cli.context import changing_desk
from supportdesk.cli.io.documents import TICKET, document
from supportdesk.cli.io.output import json_option, say, say_json
from supportdesk.cli.io.param_types import TEXT
from supportdesk.cli.tickets.changed import say_updated, typed_references
from supportdesk.domain.ticket import Ticket


@click.command()
@click.argument("refs", nargs=-1, required=True, metavar="REF...")
@click.option("--into", required=True, metavar="REF", type=TEXT, help="The ticket that continues them.")
@json_option
@click.pass_context
def merge(ctx: click.Context, refs: Sequence[str], into: str, form: str | None) -> None:
    """Merge tickets into another one; nobody is mailed.

    Their messages are shown there, and what comes in for them goes there. They leave the lists until `unmerge`. All of
    them are merged, or none when one cannot be. A REF of - reads references from standard input. With --json it prints
    the ticket that continues them.
    """
    wanted = typed_references(ctx, refs)
    with changing_desk(ctx, existing=True) as desk:
        merged = desk.relations.merge(wanted, into)
        if form == "json":
            say_json(document(merged.tickets[0], TICKET))
            return
        for number in sorted(merged.changed):
            say(f"#{number} merged into #{merged.tickets[0].number}")


@click.command()
@click.argument("refs", nargs=-1, required=True, metavar="REF...")
@json_option
@click.pass_context
def unmerge(ctx: click.Context, refs: Sequence[str], form: str | None) -> None:
    """Take merged tickets out again, with the messages that were theirs.

    What was said since they were merged stays where it was said. A REF of - reads references from standard input.
    """
    wanted = typed_references(ctx, refs)
    with changing_desk(ctx, existing=True) as desk:
        updated = desk.relations.unmerge(wanted)
        say_updated(
            form, wanted, updated, lambda each, _: f"#{each.number} is a ticket of its own again, {each.status}"
        )


@click.command()
@click.argument("refs", nargs=-1, required=True, metavar="REF...")
@click.option("--to", required=True, metavar="REF", type=TEXT, help="The ticket to link them to.")
@json_option
@click.pass_context
def link(ctx: click.Context, refs: Sequence[str], to: str, form: str | None) -> None:
    """Link tickets to another one; `ticket show` has the links of both.

    A REF of - reads references from standard input.
    """
    wanted = typed_references(ctx, refs)
    with changing_desk(ctx, existing=True) as desk:
        other = desk.tickets.get(to).number

        def sentence(ticket: Ticket, is_new: bool) -> str:
            return f"#{ticket.number} {'is now' if is_new else 'was already'} linked to #{other}"

        say_updated(form, wanted, desk.relations.link(wanted, to), sentence)


@click.command()
@click.argument("refs", nargs=-1, required=True, metavar="REF...")
@click.option("--from", "to", required=True, metavar="REF", type=TEXT, help="The ticket that they are linked to.")
@json_option
@click.pass_context
def unlink(ctx: click.Context, refs: Sequence[str], to: str, form: str | None) -> None:
    """Remove links between tickets. A REF of - reads references from standard input."""
    wanted = typed_references(ctx, refs)
    with changing_desk(ctx, existing=True) as desk:
        other = desk.tickets.get(to).number

        def sentence(ticket: Ticket, is_new: bool) -> str:
            return f"#{ticket.number} {'is not' if is_new else 'was not'} linked to #{other}"

        say_updated(form, wanted, desk.relations.unlink(wanted, to), sentence)
