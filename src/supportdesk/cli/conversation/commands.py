"""Commands on the conversation of a ticket."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from supportdesk.cli.context import changing_desk, open_desk
from supportdesk.cli.conversation.text import message_text
from supportdesk.cli.io.documents import MESSAGE, document, documents
from supportdesk.cli.io.output import json_option, list_formats, say, say_json, say_rows
from supportdesk.cli.io.param_types import FILE, STATUS, TEXT
from supportdesk.domain.conversation.message import new_reply
from supportdesk.domain.ticket import parse_status


@click.command()
@click.argument("ref", type=TEXT)
@click.option("--text", type=TEXT, help="What to answer; - reads standard input.")
@click.option("--to", "to", multiple=True, type=TEXT, help="Instead of the requester; may be repeated.")
@click.option("--cc", "cc", multiple=True, type=TEXT, help="Who gets a copy; may be repeated.")
@click.option("--all", "to_all", is_flag=True, help="Also to everybody who takes part.")
@click.option("--status", type=STATUS, help="The ticket's status after the reply.")
@click.option("--canned", type=TEXT, help="Begin with the canned reply of this name.")
@click.option("--faq", type=TEXT, help="Begin with the answer of this FAQ.")
@click.option(
    "--attach",
    multiple=True,
    metavar="FILE",
    type=FILE,
    help="A file to send with it; may be repeated.",
)
@click.option("--no-take", is_flag=True, help="Do not become the owner of a ticket that nobody owns.")
@click.option("--seen", metavar="MESSAGE_ID", type=TEXT, help="Only if nobody has added anything after this message.")
@json_option
@click.pass_context
def reply(
    ctx: click.Context,
    ref: str,
    text: str | None,
    to: Sequence[str],
    cc: Sequence[str],
    to_all: bool,
    status: str | None,
    canned: str | None,
    faq: str | None,
    attach: Sequence[Path],
    no_take: bool,
    seen: str | None,
    form: str | None,
) -> None:
    """Reply to a ticket by mail.

    It goes to the requester, or to --to, and leaves after mail.hold seconds; until then `supportdesk undo` withdraws
    it. A ticket that nobody owns is yours then, unless you pass --no-take. With --seen it is refused (exit 4) when
    somebody has added to the ticket what you have not read.
    """
    if text is None and canned is None and faq is None:
        raise click.UsageError("Nothing to say: give --text, --canned or --faq.")
    # Lazy import: keeps start-up fast.
    from supportdesk.services.conversation.attachments import read_files

    files = read_files(attach)
    with changing_desk(ctx, existing=True) as desk:
        ticket = desk.tickets.get_continuing(ref)
        pieces = [desk.canned_replies.fill(canned, ticket)] if canned is not None else []
        pieces += [desk.faqs.get(faq).answer] if faq is not None else []
        pieces += [text] if text is not None else []
        with _shown_if_unseen(form):
            replied = desk.conversation.reply(
                ref,
                new_reply("\n\n".join(pieces), to, cc, files),
                status=None if status is None else parse_status(status),
                to_all=to_all,
                take=not no_take,
                seen=None if seen is None else desk.conversation.find_message(str(ticket.number), seen).id,
            )
        if form == "json":
            say_json(document(replied.message, MESSAGE))
        else:
            message, now = replied.message, replied.ticket
            took = f", owned by {now.owner}" if now.owner != ticket.owner else ""
            sent = f" with {', '.join(each.name for each in message.attachments)}" if message.attachments else ""
            say(f"#{now.number} reply{sent} to {', '.join((*message.to, *message.cc))}, {now.status}{took}")


@contextmanager
def _shown_if_unseen(form: str | None) -> Iterator[None]:
    """Print, for people, the messages because of which a reply was not sent."""
    # Lazy import: keeps start-up fast.
    from supportdesk.services.conversation.service import Unseen

    try:
        yield
    except Unseen as unseen:
        if form is None:
            say("\n\n".join(message_text(message) for message in unseen.messages))
        raise


@click.command()
@click.argument("ref", type=TEXT)
@click.option("--text", type=TEXT, help="What agents should know; - reads standard input.")
@click.option("--edit", metavar="MESSAGE_ID", type=TEXT, help="Replace what this note of yours says.")
@click.option("--remove", metavar="MESSAGE_ID", type=TEXT, help="Remove this note of yours.")
@json_option
@click.pass_context
def note(
    ctx: click.Context, ref: str, text: str | None, edit: str | None, remove: str | None, form: str | None
) -> None:
    """Add an internal note to a ticket, or correct or remove one.

    Agents read it; the requester never does, and no note is ever mailed. A colleague's name after an @ puts the ticket
    into the queue of their mentions. You can correct and remove your own notes for 10 minutes; the history keeps what
    they said.
    """
    if (text is None) is (remove is None) or (edit is not None and remove is not None):
        raise click.UsageError("Give --text TEXT, --edit MESSAGE_ID --text TEXT, or --remove MESSAGE_ID.")
    with changing_desk(ctx, existing=True) as desk:
        if remove is not None:
            saved, done = desk.conversation.remove_note(desk.conversation.find_message(ref, remove).id), "removed"
        elif edit is not None:
            found = desk.conversation.find_message(ref, edit)
            saved, done = desk.conversation.correct_note(found.id, text or ""), "corrected"
        else:
            saved, done = desk.conversation.note(ref, text or ""), "added"
        if form == "json":
            say_json(document(saved, MESSAGE))
        else:
            number = desk.tickets.get(saved.ticket_id).number
            say(f"#{number} internal note {done}; the requester does not see it")
            if text and (unknown := desk.agents.unknown_mentions(text)):
                say(f"no agent is called {' or '.join(unknown)}, see supportdesk agent list")


@click.command()
@click.argument("ref", type=TEXT)
@list_formats
@click.pass_context
def messages(ctx: click.Context, ref: str, form: str | None) -> None:
    """Show what was said in a ticket, oldest first; the first message is its description."""
    with open_desk(ctx, existing=True) as desk:
        said = desk.conversation.messages(ref)
        desk.queues.mark_read(ref)
    if form:
        say_rows(form, documents(said, MESSAGE), MESSAGE)
    else:
        say("\n\n".join(message_text(message) for message in said))
