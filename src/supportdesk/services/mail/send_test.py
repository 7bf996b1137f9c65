"""The test mail of `email test`."""

from __future__ import annotations

import secrets
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from supportdesk.domain.address import clean_address
from supportdesk.domain.errors import NotAllowed, Unavailable
from supportdesk.email.messages import messages
from supportdesk.email.messages.headers import message_id, threading_headers
from supportdesk.email.provider import DeliveryFailed, OutcomeUnknown, OutgoingMail, Refused
from supportdesk.email.providers.open import open_provider
from supportdesk.email.settings import MailSettings


@dataclass(frozen=True, slots=True)
class Accepted:
    """An accepted test mail; `words` are the service's."""

    provider: str
    recipient: str
    words: str


def send_test(mail: MailSettings, address: str, language: str, at: datetime) -> Accepted:
    """Send a mail through the configured provider now, without saving it.

    Raises `InvalidValue` for the address, `NotAllowed` with the service's words when it refuses the mail, and
    `Unavailable` when the service takes nothing now or does not say what became of it.
    """
    recipient = clean_address(address, "address")
    message = messages.delivery_test(mail.provider, at, language, mail.templates)
    try:
        with closing(open_provider(mail)) as provider:
            receipt = provider.send(
                OutgoingMail(
                    sender=mail.sender,
                    recipient=recipient,
                    subject=message.subject,
                    text=message.text,
                    html=message.html,
                    message_id=message_id(secrets.token_hex(), secrets.token_hex(), mail.sender),
                    headers=threading_headers(mail.sender, reply_to=mail.reply_to),
                )
            )
    except Refused as error:
        raise NotAllowed(f"{mail.provider} refused the mail: {error}") from None
    except OutcomeUnknown as error:
        raise Unavailable(f"{mail.provider}: it is unknown whether the mail went out: {error}") from None
    except DeliveryFailed as error:
        raise Unavailable(f"{mail.provider} does not take the mail: {error}") from None
    return Accepted(mail.provider, recipient, receipt.answer)
