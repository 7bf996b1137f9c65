"""Commands on tickets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from supportdesk.cli.context import changing_desk, open_desk
from supportdesk.cli.io import cursor as cursors
from supportdesk.cli.io.documents import NOTIFICATION, RELATED, STATUS_CHANGE, TICKET, document, documents
from supportdesk.cli.io.output import (
    format_option,
    json_option,
    list_formats,
    list_summary,
    say,
    say_done,
    say_json,
    say_rows,
    say_table,
    warn,
)
from supportdesk.cli.io.param_types import PRIORITY, STATUS, TEXT, Word
from supportdesk.cli.lazy import LazyGroup
from supportdesk.cli.tickets.text import STEP_HEADINGS, TICKET_HEADINGS, step_row, ticket_row, ticket_text
from supportdesk.domain.errors import invalid
from supportdesk.domain.page import Seek
from supportdesk.domain.period import parse_bound
from supportdesk.domain.query import Order, parse_query
from supportdesk.domain.ticket import new_ticket

if TYPE_CHECKING:
    from supportdesk.domain.ticket import Ticket


@click.group(
    cls=LazyGroup,
    later={
        "reply": ("conversation.commands:reply", "Reply to a ticket by mail."),
        "note": ("conversation.commands:note", "Add an internal note to a ticket, or correct or remove one."),
        "messages": (
            "conversation.commands:messages",
            "Show what was said in a ticket, oldest first; the first message is its description.",
        ),
        "assign": ("tickets.team:assign", "Give tickets to an agent, to yourself (me) or to nobody (none)."),
        "tag": ("tickets.team:tag", "Add tags (+vip) to tickets and remove others (-spam)."),
        "draft": ("conversation.drafts:draft", "Show, share or take the draft of a reply."),
        "snooze": ("tickets.snooze:snooze", "Snooze tickets until a time, or wake them."),
        "still-resolved": (
            "tickets.reopening:still_resolved",
            'Resolve tickets again that a mail such as "thank you" has reopened; nobody is mailed.',
        ),
        "merge": ("tickets.relations:merge", "Merge tickets into another one; nobody is mailed."),
        "unmerge": ("tickets.relations:unmerge", "Take merged tickets out again, with the messages that were theirs."),
        "link": ("tickets.relations:link", "Link tickets to another one."),
        "unlink": ("tickets.relations:unlink", "Remove links between tickets."),
        "update": ("tickets.updating:update", "Change tickets and notify their requesters of a new status."),
        "delete": (
            "tickets.deleting:delete",
            "Delete tickets; undo or undelete restores them, and their requesters are not notified.",
        ),
        "undelete": ("tickets.deleting:undelete", "Restore deleted tickets."),
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
        for each in desk.tickets.similar(new):
            warn(f"Note: #{each.number} of the same requester is similar: {each.title}")
        created = desk.tickets.create(new)
        say_done(form, document(created, TICKET), f"#{created.number} created (id {created.id})")


@ticket.command("list")
@click.argument("query", nargs=-1, type=TEXT)
@click.option("--status", type=Word(("open", *STATUS.words)), help="Only these; several with commas.")
@click.option("--priority", type=PRIORITY, help="Only these; several with commas.")
@click.option("--email", type=TEXT, help="Only this requester's.")
@click.option("--order", default=Order.QUEUE.value, show_default=True, type=Word(Order), help="What comes first.")
@click.option("--since", metavar="WHEN", type=TEXT, help="Created then or later: 2026-11-22, a time, or 2d.")
@click.option("--until", metavar="WHEN", type=TEXT, help="Created before; a date includes its day.")
@cursors.paging_options
@format_option("refs", "Print only references, of all that match: ticket list --refs QUERY | ticket update - ...")
@list_formats
@click.pass_context
def list_tickets(
    ctx: click.Context,
    query: Sequence[str],
    status: str | None,
    priority: str | None,
    email: str | None,
    order: str,
    since: str | None,
    until: str | None,
    limit: int,
    cursor: str | None,
    page: int | None,
    every: bool,
    form: str | None,
) -> None:
    """List tickets, all or those that QUERY finds.

    QUERY is what the screens' search takes: words, "phrases", word*, OR, and filters such as status:open, owner:me,
    from:acme.com, is:unread or age:>2d; `supportdesk help query` has them all. Put -- before a -word that must not
    occur. Times are UTC unless they name a zone.
    """
    if (cursor is not None) + (page is not None) + every > 1:
        raise click.UsageError("--cursor, --page and --all exclude each other.")
    filters = {"status": status, "priority": priority, "from": email}
    for name, value in filters.items():
        if value is not None and not value.strip():
            raise invalid("email" if name == "from" else name, value, "leave it out to list them all")
    wanted = parse_query(" ".join(query), order=order)
    for name, value in filters.items():
        if value is not None:
            wanted = wanted.with_filter(name, value)
    name = "hits" if wanted.has_words else wanted.order
    with open_desk(ctx, existing=True) as desk:
        wanted = replace(
            wanted,
            since=None if since is None else parse_bound("since", since, desk.now()),
            until=None if until is None else parse_bound("until", until, desk.now(), is_end=True),
        )
        shown: Sequence[Ticket]
        if form == "refs":
            say_references(ctx, desk.tickets.numbers(wanted), limit, is_page=cursor is not None or page is not None)
            return
        if every:
            shown, next_cursor = desk.tickets.whole_list(wanted), None
        else:
            seek = Seek(skip=(page - 1) * limit) if page else cursors.read(name, cursor)
            found = desk.tickets.whole_page(wanted, limit + 1, seek)
            shown, next_cursor = cursors.split(found, limit, name, wanted.sort_key)
        if form:
            say_rows(form, documents(shown, TICKET), TICKET, name="tickets", next_cursor=next_cursor)
        else:
            say_table(TICKET_HEADINGS, [ticket_row(each, desk.now()) for each in shown])
            say(list_summary(len(shown), desk.tickets.count(wanted), "tickets", str(wanted), next_cursor))


def say_references(ctx: click.Context, numbers: Sequence[int], limit: int, *, is_page: bool) -> None:
    """Print the references of tickets, all of them unless a limit was typed."""
    if is_page:
        raise click.UsageError("--refs prints all that match; leave out --cursor and --page.")
    typed = ctx.get_parameter_source("limit") is not click.core.ParameterSource.DEFAULT
    say("".join(f"{number}\n" for number in (numbers[:limit] if typed else numbers)), end="")


@ticket.command()
@click.argument("ref", type=TEXT)
@json_option
@click.pass_context
def show(ctx: click.Context, ref: str, form: str | None) -> None:
    """Show a ticket."""
    with open_desk(ctx, existing=True) as desk:
        found, related = desk.tickets.get(ref), desk.relations.of(ref)
        desk.queues.mark_read(ref)
        if form == "json":
            say_json({**document(found, TICKET), **document(related, RELATED)})
        else:
            say(ticket_text(found, related, desk.now()))


@ticket.command()
@click.argument("ref", type=TEXT)
@list_formats
@click.pass_context
def history(ctx: click.Context, ref: str, form: str | None) -> None:
    """Show how a ticket came to its status, oldest first."""
    with open_desk(ctx, existing=True) as desk:
        steps = desk.tickets.history(ref)
    if form:
        say_rows(form, documents(steps, STATUS_CHANGE), STATUS_CHANGE)
    else:
        say_table(STEP_HEADINGS, [step_row(step) for step in steps])


@ticket.command()
@click.argument("ref", type=TEXT)
@list_formats
@click.pass_context
def notifications(ctx: click.Context, ref: str, form: str | None) -> None:
    """Show the mail about a ticket, newest first."""
    # Lazy import: keeps start-up fast.
    from supportdesk.cli.mail.notifications import every_notification
    from supportdesk.cli.mail.text import NOTIFICATION_HEADINGS, notification_row

    with open_desk(ctx, existing=True) as desk:
        messages = every_notification(desk, desk.tickets.get(ref).id)
    if form:
        say_rows(form, documents(messages, NOTIFICATION), NOTIFICATION)
    else:
        say_table(NOTIFICATION_HEADINGS, [notification_row(message) for message in messages], empty="no notifications")
