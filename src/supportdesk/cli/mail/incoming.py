"""Commands about mail that comes in."""

from __future__ import annotations

from pathlib import Path

import click

from supportdesk.cli.io.facts import format_facts
from supportdesk.cli.io.output import json_option, say, say_json
from supportdesk.domain.errors import Unavailable, invalid

MAIL_LIMIT = 50 * 1024 * 1024
"""Bytes of a raw mail that is read."""


@click.group()
def mail() -> None:
    """Mail that comes in: see what a raw mail holds."""


@mail.command()
@click.argument("file", metavar="FILE", type=click.Path(allow_dash=True))
@json_option
def parse(file: str, form: str | None) -> None:
    """Show what a raw mail holds; needs no desk.

    Sender, subject and ids, whether a robot wrote it, which recipients a bounce names, its text, the reply alone
    without quotes, and its attachments. `-` as FILE reads standard input.
    """
    # Lazy import: keeps start-up fast.
    from supportdesk.email.receiving.parse import parse_mail

    parsed = parse_mail(_read(file))
    if form == "json":
        say_json(parsed.to_document())
        return
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


def _read(file: str) -> bytes:
    try:
        with click.open_file(file, "rb") as stream:
            raw: bytes = stream.read(MAIL_LIMIT + 1)
    except OSError as error:
        raise Unavailable(f"{Path(file).name} cannot be read: {error.strerror}", field="FILE") from error
    if len(raw) > MAIL_LIMIT:
        raise invalid("FILE", Path(file).name, f"a mail can have up to {MAIL_LIMIT:,} bytes")
    return raw
