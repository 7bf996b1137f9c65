"""Commands on notifications, the mail that tells requesters about their tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from supportdesk.cli.context import changing_desk, open_desk
from supportdesk.cli.io import cursor as cursors
from supportdesk.cli.io.documents import NOTIFICATION, document, documents
from supportdesk.cli.io.output import (
    json_option,
    list_formats,
    list_summary,
    say,
    say_done,
    say_json,
    say_rows,
    say_table,
)
from supportdesk.cli.io.param_types import PAGE_LIMIT, TEXT, Word
from supportdesk.cli.lazy import LazyGroup
from supportdesk.cli.mail.text import NOTIFICATION_HEADINGS, notification_row, notification_text
from supportdesk.domain.mail.notification import DeliveryStatus, Notification
from supportdesk.domain.page import START, Seek

if TYPE_CHECKING:
    from supportdesk.services.desk import Desk


@click.group(
    cls=LazyGroup,
    later={
        "deliver": (
            "mail.delivery:deliver",
            "File mail that came in, deliver the mail that is due, and make the digests that are.",
        )
    },
)
def notification() -> None:
    """Notifications: the mail to requesters.

    REF is an id, or the first 4 or more digits of one.
    """


@notification.command("list")
@click.option("--status", type=Word(DeliveryStatus), help="Only these.")
@click.option("--ticket", metavar="REF", type=TEXT, help="Only those about this ticket.")
@click.option("--search", metavar="TEXT", type=TEXT, default="", help="Only with these words in recipient or subject.")
@cursors.page_options
@list_formats
@click.pass_context
def list_notifications(
    ctx: click.Context,
    status: str | None,
    ticket: str | None,
    search: str,
    limit: int,
    cursor: str | None,
    form: str | None,
) -> None:
    """List notifications, newest first."""
    seek = cursors.read("notifications", cursor)
    with open_desk(ctx, existing=True) as desk:
        ticket_id = None if ticket is None else desk.tickets.get(ticket).id
        found = desk.mail.page(seek, limit + 1, status=status, ticket_id=ticket_id, text=search)
        total = desk.mail.count(status=status, ticket_id=ticket_id, text=search)
    page, next_cursor = cursors.split(found, limit, "notifications", lambda message: (message.seq,))
    if form:
        say_rows(form, documents(page, NOTIFICATION), NOTIFICATION, name="notifications", next_cursor=next_cursor)
    else:
        say_table(NOTIFICATION_HEADINGS, [notification_row(message) for message in page])
        say(
            list_summary(
                len(page), total, "notifications", " ".join(filter(None, (status, ticket, search))), next_cursor
            )
        )


@notification.command()
@click.argument("ref", type=TEXT)
@json_option
@click.pass_context
def show(ctx: click.Context, ref: str, form: str | None) -> None:
    """Show a notification as it was sent."""
    with open_desk(ctx, existing=True) as desk:
        message = desk.mail.get(ref)
        if form == "json":
            say_json(document(message, NOTIFICATION))
        else:
            say(notification_text(message, desk.now()))


@notification.command()
@click.argument("ref", type=TEXT)
@click.option("--yes", is_flag=True, help="Also when it may have arrived, and so may arrive twice.")
@json_option
@click.pass_context
def retry(ctx: click.Context, ref: str, yes: bool, form: str | None) -> None:
    """Have a notification that failed sent again, by whoever delivers next."""
    with changing_desk(ctx, existing=True) as desk:
        message = desk.mail.retry(ref, even_if_unknown=yes)
        say_done(
            form, document(message, NOTIFICATION), f"{message.id[:8]} to {message.recipient_email} will be sent again"
        )


def every_notification(desk: Desk, ticket_id: str) -> list[Notification]:
    """Return all mail about one ticket, newest first."""
    messages: list[Notification] = []
    seek = START
    while page := desk.mail.page(seek, PAGE_LIMIT, ticket_id=ticket_id):
        messages += page
        seek = Seek((page[-1].seq,))
    return messages
