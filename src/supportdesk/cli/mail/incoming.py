"""Commands about mail that comes in."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from supportdesk.cli.context import open_desk, session_of
from supportdesk.cli.io.documents import BLOCKED_SENDER, FILED, INCOMING_MAIL, TICKET, document, documents
from supportdesk.cli.io.facts import format_facts
from supportdesk.cli.io.output import (
    counted,
    detach_stdout,
    json_option,
    list_formats,
    say,
    say_done,
    say_json,
    say_rows,
    say_table,
    warn,
)
from supportdesk.cli.io.param_types import FILE, LIMIT, TEXT, Word, source
from supportdesk.cli.lazy import LazyGroup
from supportdesk.cli.receiving_codes import EXIT_STORED, EXIT_TOO_LARGE, ending_signals
from supportdesk.domain import moment
from supportdesk.domain.errors import DeskError, InvalidValue, Unavailable, invalid, one_of, quoted
from supportdesk.domain.mail.incoming import MAIL_LIMIT, Envelope, Filed, IncomingMail, Outcome
from supportdesk.domain.text import clean_body
from supportdesk.services.crash_report import write_crash_report

if TYPE_CHECKING:
    from supportdesk.email.receiving.parsed import ParsedMail
    from supportdesk.storage.intake.raw_store import HeldMail

LATER = {
    "fetch": ("mail.fetching:fetch", "Fetch mail from the Maildir and IMAP sources of the config."),
    "submit": (
        "mail.submitting:submit",
        "Take what a web form has sent, as a JSON object on standard input, like a mail.",
    ),
}
STATES = {
    "waiting": (Outcome.PARKED, Outcome.FAILED),
    "parked": (Outcome.PARKED,),
    "failed": (Outcome.FAILED,),
    "discarded": (Outcome.DISCARDED,),
    "all": tuple(Outcome),
}


@click.group(cls=LazyGroup, later=LATER)
def mail() -> None:
    """Mail that comes in: receive, file and look at it."""


@mail.command()
@click.option("--envelope-from", metavar="ADDRESS", type=TEXT, help="The SMTP sender; empty for <>.")
@click.option("--envelope-to", metavar="ADDRESS", multiple=True, type=TEXT, help="An SMTP recipient; may be repeated.")
@json_option
@click.pass_context
def receive(ctx: click.Context, envelope_from: str | None, envelope_to: Sequence[str], form: str | None) -> None:
    """Take one raw mail from standard input, for a mail system to call.

    Exits 0 when the mail is stored durably, whatever becomes of it; 75 when it is not and should be tried again; 65
    when it is larger than allowed. It exits with nothing else.
    """
    # Lazy import: keeps start-up fast.
    from supportdesk.services.intake.storing import store_mail

    with ending_signals() as ending:
        raw = read_stdin()
        if len(raw) > MAIL_LIMIT:
            with suppress(OSError, ValueError):
                warn(f"Error: the mail has more than {MAIL_LIMIT:,} bytes")
            ctx.exit(EXIT_TOO_LARGE)
        settings, faults = session_of(ctx).settings_and_faults()
        settings.make_place()
        held = store_mail(settings.db, raw, Envelope(envelope_from, tuple(envelope_to)))
        # From here on nothing that happens may have the mail system return it.
        ending.code = EXIT_STORED
        say_stored(file_stored(ctx, held, faults), form)


def file_stored(ctx: click.Context, held: HeldMail, faults: Sequence[DeskError]) -> Filed:
    """File a mail that is stored; where that is not possible now, return it as stored, with the cause."""
    try:
        if faults:
            # Its rules and its acknowledgement need settings that are right.
            raise faults[0]
        with open_desk(ctx) as desk, desk.deliver_afterwards(lambda error: None):
            return desk.intake.file(held)
    except DeskError as error:
        return Filed(held.file.stem, Outcome.STORED, cause=error.message)
    except Exception as error:
        return Filed(held.file.stem, Outcome.STORED, cause=write_crash_report(error).message)


@mail.command()
@click.option("--orphans", is_flag=True, help="Also raw mails without a record, as after restoring a backup.")
@json_option
@click.pass_context
def process(ctx: click.Context, orphans: bool, form: str | None) -> None:
    """File the mail that is stored and not filed yet."""
    with open_desk(ctx, existing=True) as desk, desk.deliver_afterwards(lambda error: None):
        if orphans:
            desk.intake.put_back_orphans()
        filed = list(desk.intake.process())
    say_done(form, [document(each, FILED) for each in filed], f"{counted(len(filed), 'mail')} filed")


@mail.command("list")
@click.option(
    "--state", default="waiting", show_default=True, type=Word(STATES), help="Which mails; parked and failed ones wait."
)
@click.option("--limit", default=100, show_default=True, type=LIMIT, help="How many at most.")
@list_formats
@click.pass_context
def list_mails(ctx: click.Context, state: str, limit: int, form: str | None) -> None:
    """List the mails that wait for a decision, newest first."""
    if state not in STATES:
        raise invalid("state", state, one_of(STATES))
    with open_desk(ctx, existing=True) as desk:
        found = desk.intake.list(STATES[state], limit)
    if form:
        say_rows(form, documents(found, INCOMING_MAIL), INCOMING_MAIL)
    else:
        say_table(("MAIL", "STATE", "FROM", "SUBJECT", "WHY"), [_row(each) for each in found], empty="no mails")


@mail.command()
@click.argument("ref", type=TEXT)
@click.option("--raw", is_flag=True, help="The raw mail as text.")
@json_option
@click.pass_context
def show(ctx: click.Context, ref: str, raw: bool, form: str | None) -> None:
    """Show a mail that came in."""
    with open_desk(ctx, existing=True) as desk:
        found, data = desk.intake.get(ref), desk.intake.raw(ref)
        parsed = None if raw and form != "json" else desk.intake.read(ref)
    if parsed is None:
        say(clean_body(data.decode("utf-8", "replace")))
    elif form == "json":
        say_json({**document(found, INCOMING_MAIL), **parsed.to_document()})
    else:
        say(f"mail {found.seq}, {found.outcome}{f': {found.cause}' if found.cause else ''}")
        _say_parsed(parsed)


@mail.command()
@click.argument("ref", type=TEXT)
@click.option("--ticket", metavar="REF", type=TEXT, help="Add it to this ticket instead of making one.")
@json_option
@click.pass_context
def accept(ctx: click.Context, ref: str, ticket: str | None, form: str | None) -> None:
    """Make a ticket of a parked mail, or add it to one; nobody is mailed about it."""
    with open_desk(ctx, existing=True) as desk:
        target = desk.intake.accept(ref, ticket)
    say_done(form, document(target, TICKET), f"mail {ref} is now in #{target.number}")


@mail.command()
@click.argument("ref", type=TEXT)
@json_option
@click.pass_context
def discard(ctx: click.Context, ref: str, form: str | None) -> None:
    """Discard a parked mail; its raw bytes are kept."""
    with open_desk(ctx, existing=True) as desk:
        discarded = desk.intake.discard(ref)
    say_done(form, document(discarded, INCOMING_MAIL), f"mail {discarded.seq} discarded")


@mail.command()
@click.argument("sender", metavar="ADDRESS", type=TEXT)
@json_option
@click.pass_context
def block(ctx: click.Context, sender: str, form: str | None) -> None:
    """Park what an address or a domain sends, from now on; nobody is told."""
    with open_desk(ctx) as desk:
        blocked = desk.blocked_senders.block(sender)
    say_done(form, document(blocked, BLOCKED_SENDER), f"mail from {blocked.sender} is parked from now on")


@mail.command()
@click.argument("sender", metavar="ADDRESS", type=TEXT)
@json_option
@click.pass_context
def unblock(ctx: click.Context, sender: str, form: str | None) -> None:
    """Accept what an address or a domain sends again."""
    with open_desk(ctx, existing=True) as desk:
        unblocked = desk.blocked_senders.unblock(sender)
    say_done(form, {"sender": unblocked, "blocked": False}, f"mail from {unblocked} is accepted again")


@mail.command()
@list_formats
@click.pass_context
def blocked(ctx: click.Context, form: str | None) -> None:
    """List the blocked senders."""
    with open_desk(ctx, existing=True) as desk:
        found = desk.blocked_senders.list()
    if form:
        say_rows(form, documents(found, BLOCKED_SENDER), BLOCKED_SENDER)
    else:
        rows = [(each.sender, moment.local(each.blocked_at), each.blocked_by) for each in found]
        say_table(("SENDER", "SINCE", "BY"), rows, empty="no blocked senders")


@mail.command()
@click.argument("file", metavar="FILE", type=FILE)
@json_option
def parse(file: Path, form: str | None) -> None:
    """Show what a raw mail holds; needs no desk.

    Sender, subject and ids, whether a robot wrote it, which recipients a bounce names, its text, the reply alone
    without quotes, and its attachments. `-` as FILE reads standard input.
    """
    # Lazy import: keeps start-up fast.
    from supportdesk.email.receiving.reader import MailReader

    with MailReader() as reader:
        parsed = reader.read(_read(file))
    if form == "json":
        say_json(parsed.to_document())
        return
    _say_parsed(parsed)


def _say_parsed(parsed: ParsedMail) -> None:
    facts = {
        "from": f"{parsed.sender.name} <{parsed.sender.address}>".strip(),
        "subject": parsed.subject,
        "message id": parsed.message_id,
        "reply to": parsed.in_reply_to,
        "automatic": parsed.automatic.value,
        "bounce": ", ".join(f"{each.recipient} ({each.kind.value})" for each in parsed.bounces),
        "files": ", ".join(f"{each.name or 'unnamed'} ({each.size:,} bytes)" for each in parsed.attachments),
    }
    say(f"{format_facts(facts)}\n\n{parsed.trimmed_text}")


def _read(file: Path) -> bytes:
    given = source(file)
    try:
        with given.open("rb") if isinstance(given, Path) else nullcontext(given) as stream:
            raw: bytes = stream.read(MAIL_LIMIT + 1)
    except OSError as error:
        raise InvalidValue(f"file: {quoted(file, 200)} cannot be read: {error.strerror}", field="file") from None
    if len(raw) > MAIL_LIMIT:
        raise invalid("file", file.name, f"a mail can have up to {MAIL_LIMIT:,} bytes")
    return raw


def say_stored(filed: Filed, form: str | None) -> None:
    """Print what became of a mail that is stored; that nobody reads it must not look as if it were not."""
    try:
        if form == "json":
            say_json(document(filed, FILED))
        else:
            where = f" #{filed.ticket}" if filed.ticket else ""
            say(f"{filed.outcome}{where}{f': {filed.cause}' if filed.cause else ''}")
        sys.stdout.flush()
    except (OSError, ValueError, DeskError):
        with suppress(OSError, ValueError):
            detach_stdout()


def read_stdin() -> bytes:
    """Return what stands on standard input, up to a byte more than is allowed; raises `Unavailable`."""
    if sys.stdin is None:
        raise Unavailable("there is no standard input")
    try:
        raw: bytes = sys.stdin.buffer.read(MAIL_LIMIT + 1)
        # A mail system that cannot hand over all of it may try for days.
        while len(raw) > MAIL_LIMIT and sys.stdin.buffer.read(1 << 20):
            pass
    except OSError as error:
        raise Unavailable(f"standard input cannot be read: {error.strerror}") from error
    return raw


def _row(mail: IncomingMail) -> tuple[str, ...]:
    return (str(mail.seq), mail.outcome, mail.from_email, mail.subject, mail.cause)
