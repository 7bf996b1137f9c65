"""Commands on macros."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from supportdesk.cli.context import changing_desk, open_desk
from supportdesk.cli.io.documents import MACRO, document
from supportdesk.cli.io.output import json_option, list_formats, say_done, say_rows, say_table
from supportdesk.cli.io.param_types import PRIORITY, STATUS, TEXT
from supportdesk.cli.tickets.changed import dry_run_option, say_preview, say_updated, typed_references
from supportdesk.domain.actions import parse_actions
from supportdesk.domain.ticket import Ticket

if TYPE_CHECKING:
    from supportdesk.storage.conversation.macros import Macro


@click.group()
def macro() -> None:
    """Macros: changes of tickets under a name, made as one.

    A reply may have the variables {{number}}, {{title}}, {{requester}}, {{agent}} and {{status}}.
    """


@macro.command("list")
@list_formats
@click.pass_context
def list_macros(ctx: click.Context, form: str | None) -> None:
    """List the macros."""
    with open_desk(ctx, existing=True) as desk:
        found = desk.macros.list()
    if form:
        say_rows(form, [_document(each) for each in found], MACRO)
    else:
        say_table(("NAME", "DOES"), [(each.name, _does(each)) for each in found], empty="no macros")


@macro.command()
@click.argument("name", type=TEXT)
@click.option("--status", type=STATUS, help="The status.")
@click.option("--priority", type=PRIORITY, help="The urgency.")
@click.option("--owner", metavar="NAME|me|none", type=TEXT, help="The agent who sees to it; me is who runs it.")
@click.option(
    "--tag", "tags", metavar="+TAG|-TAG", multiple=True, type=TEXT, help="A tag to add or remove; may repeat."
)
@click.option("--snooze", metavar="WHEN", type=TEXT, help="Snooze until then, or wake.")
@click.option("--note", type=TEXT, help="An internal note; - reads standard input.")
@click.option("--reply", type=TEXT, help="Answer the requester; - reads standard input.")
@click.option("--canned", type=TEXT, help="Answer with the canned reply of this name.")
@json_option
@click.pass_context
def save(ctx: click.Context, /, name: str, form: str | None, **values: object) -> None:
    """Save a macro, replacing the one of this name."""
    with open_desk(ctx) as desk:
        saved = desk.macros.save(name, parse_actions(values))
    say_done(form, _document(saved), f"macro {saved.name} saved: {_does(saved)}")


@macro.command()
@click.argument("name", type=TEXT)
@json_option
@click.pass_context
def delete(ctx: click.Context, name: str, form: str | None) -> None:
    """Delete a macro."""
    with open_desk(ctx, existing=True) as desk:
        desk.macros.delete(name)
    say_done(form, {"name": name, "deleted": True}, f"macro {name} deleted")


@macro.command()
@click.argument("name", type=TEXT)
@click.argument("refs", nargs=-1, required=True, metavar="REF...")
@click.option("--take", is_flag=True, help="Also when a colleague owns a ticket.")
@dry_run_option
@json_option
@click.pass_context
def run(ctx: click.Context, name: str, refs: Sequence[str], take: bool, dry_run: bool, form: str | None) -> None:
    """Run a macro on tickets: on all of them, or on none.

    One change, which one `supportdesk undo` takes back. A REF of - reads references from standard input.
    """
    wanted = typed_references(ctx, refs)
    with changing_desk(ctx, existing=True) as desk:
        if dry_run:
            say_preview(form, desk.macros.preview(name, wanted, take=take))
        else:
            say_updated(form, wanted, desk.macros.run(name, wanted, take=take), _done)


def _done(ticket: Ticket, is_new: bool) -> str:
    owner = f", owned by {ticket.owner}" if ticket.owner else ""
    tags = f", tagged {' '.join(ticket.tags)}" if ticket.tags else ""
    verb = "is now" if is_new else "was already"
    return f"#{ticket.number} {verb} {ticket.status}, priority {ticket.priority}{owner}{tags}"


def _document(macro: Macro) -> dict[str, object]:
    return {**document(macro, MACRO), "actions": macro.actions.to_document()}


def _does(macro: Macro) -> str:
    actions = macro.actions
    if macro.fault:
        return f"nothing; {macro.fault}"
    text = " ".join((actions.reply or (actions.canned and f"canned {actions.canned}")).split())
    return f"{actions.verbs}{f': {text[:60]}' if text else ''}"
