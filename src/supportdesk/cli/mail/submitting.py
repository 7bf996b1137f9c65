"""The command that takes what a web form has sent."""

from __future__ import annotations

import sys

import click

from supportdesk.cli.context import session_of
from supportdesk.cli.io.output import json_option
from supportdesk.cli.mail.incoming import file_stored, read_stdin, say_stored
from supportdesk.domain.errors import InvalidValue
from supportdesk.domain.mail.incoming import MAIL_LIMIT, Envelope


@click.command()
@json_option
@click.pass_context
def submit(ctx: click.Context, form: str | None) -> None:
    """Take what a web form has sent, as a JSON object on standard input, like a mail.

    `email` is who asks; `subject` and `text` are what they say; `name`, `to` (an address of the desk) and `files`
    (a list of objects with `name`, `content_type` and `content` in base64) may be left out. A form with the `id` of
    an earlier one is ignored; without an id, the same contents are the same form.

    Exits 0 when it is stored durably, 75 when it is not and should be tried again, and 1 when it is no such object.
    """
    # Lazy imports: keep start-up fast.
    from supportdesk.services.intake.storing import store_mail
    from supportdesk.services.intake.submitting import mail_of_form

    raw = read_stdin()
    if len(raw) > MAIL_LIMIT:
        raise InvalidValue(f"the form has more than {MAIL_LIMIT:,} bytes")
    settings, faults = session_of(ctx).settings_and_faults()
    sender, mail = mail_of_form(raw, settings.mail)
    settings.make_place()
    held = store_mail(settings.db, mail, Envelope(sender))
    say_stored(file_stored(ctx, held, faults), form)
    sys.stdout.flush()
