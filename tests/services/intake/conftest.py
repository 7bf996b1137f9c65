"""A desk that mail comes in to."""

import pytest

from supportdesk.domain.mail.incoming import Envelope
from supportdesk.email.settings import MailSettings
from supportdesk.services.desk import Desk
from tests.incoming import receive_mail
from tests.services.mail.services import Service

HELP = MailSettings(
    hold=0,
    zone="UTC",
    sender="Example Support <help@example.com>",
    reply_to="help@example.com",
    intake_trusted_authserv_id="mx.example.com",
)


@pytest.fixture
def settings():
    """Return the mail settings of the desk; a module has its own by overriding this."""
    return HELP


@pytest.fixture
def desk(path, clock, settings):
    """Yield an open desk."""
    with Desk(path, "ann", now=clock, mail=settings, open_provider=Service) as desk:
        yield desk


def raw(sender="rita@example.com", subject="Lamp is dark", text="It does not shine.", **headers) -> bytes:
    """Return a raw mail."""
    fields = {"From": sender, "To": "help@example.com", "Subject": subject, "Message-ID": "<1@example.com>"}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    return "\n".join([*(f"{name}: {value}" for name, value in fields.items() if value), "", text, ""]).encode()


@pytest.fixture
def receive(desk):
    """Return a function that makes the desk receive a mail."""

    def receive(*args, to=("help@example.com",), **headers):
        return receive_mail(desk.intake, raw(*args, **headers), Envelope("rita@example.com", to))

    return receive
