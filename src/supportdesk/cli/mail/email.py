"""Commands about the mail service."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from supportdesk.cli.context import pass_settings
from supportdesk.cli.io.output import json_option, say_done
from supportdesk.cli.io.param_types import TEXT
from supportdesk.domain import moment

if TYPE_CHECKING:
    from supportdesk.services.settings.settings import Settings


@click.group()
def email() -> None:
    """Email: the mail service."""


@email.command()
@click.argument("address", type=TEXT)
@click.option(
    "--language", metavar="TAG", default="en", show_default=True, type=TEXT, help="The language, such as de or de-AT."
)
@json_option
@pass_settings
def test(settings: Settings, address: str, language: str, form: str | None) -> None:
    """Send a test mail to ADDRESS now, and print what the service said."""
    from supportdesk.services.mail.send_test import send_test

    sent = send_test(settings.mail, address, language, moment.now())
    say_done(
        form,
        {"provider": sent.provider, "recipient": sent.recipient, "accepted": True, "words": sent.words},
        f"{sent.provider} accepted the mail to {sent.recipient}: {sent.words}",
    )
