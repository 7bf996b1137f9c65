"""Commands on tickets."""

from __future__ import annotations

from collections.abc import Sequence

import click

from supportdesk.cli.context import changing_desk, open_desk
from supportdesk.cli.io import cursor as cursors
from supportdesk.cli.io.documents import NOTIFICATION, STATUS_CHANGE, TICKET, document, documents
from supportdesk.cli.io.output import json_option, list_formats, list_summary, say, say_csv, say_json, say_table
from supportdesk.cli.io.param_types import PRIORITY, STATUS, TEXT, Whole, Word, standard_input
from supportdesk.cli.lazy import LazyGroup
from supportdesk.cli.mail.text import NOTIFICATION_HEADINGS, notification_row
from supportdesk.cli.tickets.text import STEP_HEADINGS, TICKET_HEADINGS, step_row, ticket_row, ticket_text
from supportdesk.domain.errors import InvalidValue, invalid
from supportdesk.domain.query import Order, narrowed, parse_query
from supportdesk.domain.reference import MAX_NUMBER
from supportdesk.domain.ticket import TicketChange, new_ticket, parse_priority, parse_status


@click.group(
    cls=LazyGroup,
    later={
        "reply": ("conversation.commands:reply", "Reply to a ticket by mail."),
        "note": ("conversation.commands:note", "Add an internal note to a ticket."),
        "messages": (
            "conversation.commands:messages",
            "Show what was said in a ticket, oldest first; the first message is its description.",
        ),
        "import": ("tickets.transfer:import_tickets", "Import tickets from a CSV file, plain or gzipped."),
        "export": ("tickets.transfer:export_tickets", "Export tickets, all or those that QUERY finds."),
    },
)
def ticket() -> None:
    """Tickets: questions and problems of requesters.

    REF is a number (12 or '#12'), an id, or the first 4 or more digits of one.
    """


@ticket.command()
@click.option("--title", required=True, type=TEXT, help="What it is about, on one line.")
@click.option("--description", required=True, type=TEXT, help="The whole story; - reads standard input.")
@click.option("--email", required=True, type=TEXT, help="The requester's address.")
@click.option("--priority", default="medium", show_default=True, type=PRIORITY, help="How urgent it is.")
@json_option
@click.pass_context
def create(ctx: click.Context, title: str, description: str, email: str, priority: str, form: str | None) -> None:
    """File a ticket and tell its requester."""
    new = new_ticket(title, description, email, priority)
    with changing_desk(ctx) as desk:
        created = desk.tickets.create(new)
        if form == "json":
            say_json(document(created, TICKET))
        else:
            say(f"#{created.number} created (id {created.id})")


@ticket.command("list")
@click.argument("query", nargs=-1, type=TEXT)
@click.option("--status", type=Word(("open", *STATUS.words)), help="Only these; several with commas.")
@click.option("--priority", type=PRIORITY, help="Only these; several with commas.")
@click.option("--email", type=TEXT, help="Only this requester's.")
@click.option("--order", default=Order.QUEUE.value, show_default=True, type=Word(Order), help="What comes first.")
@cursors.page_options
@list_formats
@click.pass_context
def list_tickets(
    ctx: click.Context,
    query: Sequence[str],
    status: str | None,
    priority: str | None,
    email: str | None,
    order: str,
    limit: int,
    cursor: str | None,
    form: str | None,
) -> None:
    """List tickets, all or those that QUERY finds.

    QUERY is what the screens' search takes: words, "phrases", word*, OR, and the filters status:open,
    priority:high and email:ann@example.com. Put -- before a -word that must not occur.
    """
    filters = {"status": status, "priority": priority, "email": email}
    for name, value in filters.items():
        if value is not None and not value.strip():
            raise invalid(name, value, "leave it out to list them all")
    wanted = narrowed(
        parse_query(" ".join(query), order=order), **{name: value.strip() for name, value in filters.items() if value}
    )
    name = "hits" if wanted.text else wanted.order
    with open_desk(ctx, existing=True) as desk:
        found = desk.tickets.whole_page(wanted, limit + 1, cursors.read(name, cursor).key)
        page, next_cursor = cursors.split(found, limit, name, wanted.sort_key)
        if form == "json":
            say_json({"tickets": documents(page, TICKET), "next_cursor": next_cursor})
        elif form == "csv":
            say_csv(documents(page, TICKET), TICKET)
        else:
            say_table(TICKET_HEADINGS, [ticket_row(each, desk.now()) for each in page])
            say(list_summary(len(page), desk.tickets.count(wanted), "tickets", str(wanted), next_cursor))


@ticket.command()
@click.argument("ref", type=TEXT)
@json_option
@click.pass_context
def show(ctx: click.Context, ref: str, form: str | None) -> None:
    """Show a ticket."""
    with open_desk(ctx, existing=True) as desk:
        found = desk.tickets.get(ref)
        if form == "json":
            say_json(document(found, TICKET))
        else:
            say(ticket_text(found, desk.now()))


@ticket.command()
@click.argument("refs", nargs=-1, required=True, metavar="REF...")
@click.option("--status", type=STATUS, help="How far it has come.")
@click.option("--priority", type=PRIORITY, help="How urgent it is.")
@click.option("--notes", type=TEXT, help="Why, for the history; the requester does not see it.")
@click.option("--if-version", metavar="N", type=Whole(MAX_NUMBER), help="Only if the ticket has this version still.")
@json_option
@click.pass_context
def update(
    ctx: click.Context,
    refs: Sequence[str],
    status: str | None,
    priority: str | None,
    notes: str | None,
    if_version: int | None,
    form: str | None,
) -> None:
    """Change tickets and tell their requesters.

    All of them are changed, or none when one cannot be. A REF of - reads references from standard input.
    With --json, one REF gives its ticket and several give {"tickets": [...], "changed": [numbers]}.
    """
    if status is None and priority is None and notes is None:
        raise click.UsageError("Nothing to change: give --status, --priority or --notes.")
    if if_version is not None and len(refs) > 1:
        raise click.UsageError("--if-version is about one ticket.")
    change = TicketChange(
        status=None if status is None else parse_status(status),
        priority=None if priority is None else parse_priority(priority),
        notes=notes or "",
    )
    wanted = [word for ref in refs for word in (standard_input(ctx, "refs").split() if ref == "-" else [ref])]
    if not wanted:
        raise InvalidValue("refs: standard input names no ticket", field="refs")
    with changing_desk(ctx, existing=True) as desk:
        seen = None if if_version is None else {desk.tickets.get(wanted[0]).number: if_version}
        updated = desk.tickets.update(wanted, change, seen=seen)
        if form == "json" and len(wanted) == 1:
            say_json(document(updated.tickets[0], TICKET))
        elif form == "json":
            say_json({"tickets": documents(updated.tickets, TICKET), "changed": sorted(updated.changed)})
        else:
            for each in updated.tickets:
                state = f"{each.status}, priority {each.priority}"
                say(f"#{each.number} {'is now' if each.number in updated.changed else 'was already'} {state}")


@ticket.command()
@click.argument("ref", type=TEXT)
@list_formats
@click.pass_context
def history(ctx: click.Context, ref: str, form: str | None) -> None:
    """Show how a ticket came to its status, oldest first."""
    with open_desk(ctx, existing=True) as desk:
        steps = desk.tickets.history(ref)
    if form == "json":
        say_json(documents(steps, STATUS_CHANGE))
    elif form == "csv":
        say_csv(documents(steps, STATUS_CHANGE), STATUS_CHANGE)
    else:
        say_table(STEP_HEADINGS, [step_row(step) for step in steps])


@ticket.command()
@click.argument("ref", type=TEXT)
@list_formats
@click.pass_context
def notifications(ctx: click.Context, ref: str, form: str | None) -> None:
    """Show the mail about a ticket, newest first."""
    from supportdesk.cli.mail.notifications import every_notification

    with open_desk(ctx, existing=True) as desk:
        messages = every_notification(desk, desk.tickets.get(ref).id)
    if form == "json":
        say_json(documents(messages, NOTIFICATION))
    elif form == "csv":
        say_csv(documents(messages, NOTIFICATION), NOTIFICATION)
    else:
        say_table(NOTIFICATION_HEADINGS, [notification_row(message) for message in messages])
