"""Amazon SES, through its API (v2), which takes whole messages in MIME.

Source: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
"""

from __future__ import annotations

from typing import Any

from supportdesk.email.messages.mime import wire_mail
from supportdesk.email.provider import (
    DeliveryFailed,
    OutcomeUnknown,
    OutgoingMail,
    Receipt,
    Refused,
    ServiceDown,
    TryLater,
)
from supportdesk.email.providers.credentials import redacted
from supportdesk.email.settings import MailSettings

_REFUSED = ("MessageRejected", "BadRequestException", "ValidationException")
_LATER = ("TooManyRequestsException", "ThrottlingException", "Throttling")


class SesProvider:
    """Sends through boto3, which finds the credentials its own way: environment, profile, the machine's role."""

    name = "ses"

    def __init__(self, settings: MailSettings) -> None:
        try:
            import boto3
            from botocore.config import Config
            from botocore.exceptions import BotoCoreError
        except ImportError:
            raise ServiceDown("provider ses needs boto3: pip install 'supportdesk[ses]'") from None
        # Tried once: what boto3 tries again by itself after a lost connection may arrive twice.
        config = Config(
            connect_timeout=settings.timeout, read_timeout=settings.timeout, retries={"total_max_attempts": 1}
        )
        try:
            # A session of its own: the shared one remembers credentials from before.
            self._client = boto3.Session().client(
                "sesv2",
                region_name=settings.ses_region or None,
                endpoint_url=settings.endpoint or None,
                verify=None if settings.ca_file is None else str(settings.ca_file),
                config=config,
            )
        except (BotoCoreError, ValueError) as error:
            raise ServiceDown(f"ses: {redacted(error)}") from None

    def send(self, mail: OutgoingMail) -> Receipt:
        """Send the message; SES replaces its Message-ID with one of its own, which it returns."""
        from botocore.exceptions import BotoCoreError, ClientError

        wire = wire_mail(mail)
        if wire.international:
            raise Refused(f"{wire.recipient}: SES takes only letters from A to Z before the @ of an address")
        try:
            answer = self._client.send_email(
                FromEmailAddress=wire.sender,
                Destination={"ToAddresses": [wire.recipient]},
                Content={"Raw": {"Data": wire.data}},
            )
        except ClientError as error:
            raise _failure(error.response) from None
        except BotoCoreError as error:
            raise _lost(error) from None
        name = redacted(answer["MessageId"])
        # Source: https://docs.aws.amazon.com/ses/latest/dg/header-fields.html
        region = self._client.meta.region_name
        return Receipt(f"accepted as {name}", f"<{name}@{'email' if region == 'us-east-1' else region}.amazonses.com>")

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def _failure(response: Any) -> DeliveryFailed:
    error, meta = response.get("Error", {}), response.get("ResponseMetadata", {})
    code, status = str(error.get("Code", "")), int(meta.get("HTTPStatusCode", 0))
    words = redacted(f"{status} {code}: {error.get('Message', '')}")
    if code in _REFUSED:
        return Refused(words)
    if code in _LATER or status == 429 or status >= 500:
        return TryLater(words)
    # Everything else is about the desk, not about the mail: keys, account, sender's domain, quota.
    return ServiceDown(words)


def _lost(error: Exception) -> DeliveryFailed:
    from botocore import exceptions

    after = (exceptions.ReadTimeoutError, exceptions.ConnectionClosedError, exceptions.ResponseStreamingError)
    if isinstance(error, after):
        return OutcomeUnknown(f"SES had the message and gave no answer: {redacted(error)}")
    return ServiceDown(f"ses: {redacted(error)}")
