"""The command that changes tickets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from supportdesk.cli.context import changing_desk
from supportdesk.cli.io.output import json_option
from supportdesk.cli.io.param_types import PRIORITY, STATUS, TEXT, Whole
from supportdesk.cli.tickets.changed import dry_run_option, say_preview, say_updated, typed_references
from supportdesk.domain.reference import MAX_NUMBER
from supportdesk.domain.ticket import Ticket, parse_change

if TYPE_CHECKING:
    from supportdesk.domain.actions import Actions


@click.command()
@click.argument("refs", nargs=-1, required=True, metavar="REF...")
@click.option("--status", type=STATUS, help="The status; the requester is notified of a new one.")
@click.option("--priority", type=PRIORITY, help="The urgency.")
@click.option("--title", type=TEXT, help="The subject, on one line.")
@click.option("--description", type=TEXT, help="The text of the ticket; - reads standard input.")
@click.option("--email", type=TEXT, help="The requester's address.")
@click.option("--owner", metavar="NAME|me|none", type=TEXT, help="The agent who sees to it.")
@click.option("--notes", type=TEXT, help="An internal note for the history; the requester does not see it.")
@click.option("--take", is_flag=True, help="With --owner, also when a colleague owns it.")
@dry_run_option
@click.option("--if-version", metavar="N", type=Whole(MAX_NUMBER), help="Only if the ticket has this version still.")
@json_option
@click.pass_context
def update(
    ctx: click.Context,
    refs: Sequence[str],
    status: str | None,
    priority: str | None,
    title: str | None,
    description: str | None,
    email: str | None,
    owner: str | None,
    notes: str | None,
    take: bool,
    dry_run: bool,
    if_version: int | None,
    form: str | None,
) -> None:
    """Change tickets and notify their requesters of a new status.

    All of them are changed, or none when one cannot be. A REF of - reads references from standard input.
    With --json, one REF gives its ticket and several give {"tickets": [...], "changed": [numbers]}.
    """
    values = {
        "status": status, "priority": priority, "title": title, "description": description, "contact_email": email
    }  # fmt: skip
    if notes is None and owner is None and all(value is None for value in values.values()):
        raise click.UsageError(
            "Nothing to change: give --status, --priority, --title, --description, --email, --owner or --notes."
        )
    if if_version is not None and len(refs) > 1:
        raise click.UsageError("--if-version is about one ticket.")
    change = parse_change(notes or "", **values)
    wanted = typed_references(ctx, refs)
    with changing_desk(ctx, existing=True) as desk:
        if dry_run:
            actions = _previewed(status=status, priority=priority, owner=owner, note=notes)
            say_preview(form, desk.bulk.preview(wanted, actions, take=take))
            return
        seen = None if if_version is None else {desk.tickets.get(wanted[0]).number: if_version}
        if owner is not None:
            change = replace(change, owner=desk.tickets.resolve_owner(owner))
        updated = desk.tickets.update(wanted, change, seen=seen, take=take)

        def sentence(ticket: Ticket, is_new: bool) -> str:
            state = f"{ticket.status}, priority {ticket.priority}"
            noted = "; note added" if change.notes else ""
            return f"#{ticket.number} {f'is now {state}' if is_new else f'was already {state}{noted}'}"

        say_updated(form, wanted, updated, sentence)


def _previewed(**values: str | None) -> Actions:
    # Lazy import: keeps start-up fast.
    from supportdesk.domain.actions import parse_actions

    if all(value is None for value in values.values()):
        raise click.UsageError("--dry-run is about --status, --priority, --owner and --notes.")
    return parse_actions(values)
