"""Commands on owners and tags of tickets."""

from __future__ import annotations

from collections.abc import Sequence

import click

from supportdesk.cli.context import changing_desk
from supportdesk.cli.io.output import json_option
from supportdesk.cli.io.param_types import TEXT
from supportdesk.cli.tickets.changed import dry_run_option, say_preview, say_updated, typed_references
from supportdesk.domain.actions import Actions, parse_actions
from supportdesk.domain.ticket import Ticket


@click.command()
@click.argument("refs", nargs=-1, required=True, metavar="REF...")
@click.argument("owner", metavar="NAME|me|none", type=TEXT)
@click.option("--take", is_flag=True, help="Also when a colleague owns it.")
@dry_run_option
@json_option
@click.pass_context
def assign(ctx: click.Context, refs: Sequence[str], owner: str, take: bool, dry_run: bool, form: str | None) -> None:
    """Give tickets to an agent, to yourself (me) or to nobody (none).

    All of them are given, or none when one cannot be. A REF of - reads references from standard input.
    """
    wanted = typed_references(ctx, refs)
    with changing_desk(ctx, existing=True) as desk:
        if dry_run:
            say_preview(form, desk.bulk.preview(wanted, Actions(owner=owner), take=take))
            return
        say_updated(form, wanted, desk.tickets.assign(wanted, owner, take=take), _owned)


def _owned(ticket: Ticket, is_new: bool) -> str:
    owner = f"owned by {ticket.owner}" if ticket.owner else "unassigned"
    return f"#{ticket.number} {'is now' if is_new else 'was already'} {owner}"


class TagCommand(click.Command):
    """A command whose words may be tags to remove."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the words; `-spam` is a tag to remove, and not four options."""
        if "--" not in args:
            tags = [word for word in args if word[:1] == "-" and word[1:2] not in ("", "-") and word != "-h"]
            args = [*(word for word in args if word not in tags), *(["--", *tags] if tags else [])]
        return super().parse_args(ctx, args)


@click.command(cls=TagCommand)
@click.argument("words", nargs=-1, required=True, metavar="REF... [+TAG|-TAG]...")
@dry_run_option
@json_option
@click.pass_context
def tag(ctx: click.Context, words: Sequence[str], dry_run: bool, form: str | None) -> None:
    """Add tags (+vip) to tickets and remove others (-spam).

    All of them are changed, or none when one cannot be. A REF of - reads references from standard input.
    """
    add = [word[1:] for word in words if word.startswith("+")]
    remove = [word[1:] for word in words if word.startswith("-") and word != "-"]
    refs = [word for word in words if word == "-" or word[0:1] not in ("+", "-")]
    if not refs:
        raise click.UsageError("No ticket: give a REF.")
    if not add and not remove:
        raise click.UsageError("No tag: give +TAG or -TAG.")
    wanted = typed_references(ctx, refs)
    with changing_desk(ctx, existing=True) as desk:
        if dry_run:
            tags = [word for word in words if word != "-" and word[:1] in ("+", "-")]
            say_preview(form, desk.bulk.preview(wanted, parse_actions({"tags": tags})))
            return
        say_updated(form, wanted, desk.tickets.tag(wanted, add, remove), _tagged)


def _tagged(ticket: Ticket, is_new: bool) -> str:
    tags = f"tagged {' '.join(ticket.tags)}" if ticket.tags else "without tags"
    return f"#{ticket.number} {'is now' if is_new else 'was already'} {tags}"
