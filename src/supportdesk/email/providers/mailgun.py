"""Mailgun, through its Messages API (v3), which takes whole messages in MIME.

Source: https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/messages
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from uuid import uuid4

from supportdesk.email.messages.mime import wire_mail
from supportdesk.email.provider import OutgoingMail, Receipt
from supportdesk.email.providers.credentials import required_secret
from supportdesk.email.providers.http_api import ApiResponse, WebApi
from supportdesk.email.settings import MailSettings

ENDPOINTS = {"us": "https://api.mailgun.net", "eu": "https://api.eu.mailgun.net"}


class MailgunProvider:
    """Sends each message as a form with the message as a file in it."""

    name = "mailgun"

    def __init__(self, settings: MailSettings) -> None:
        secret = required_secret("MAILGUN_API_KEY", settings.secret_file)
        self._authorization = f"Basic {b64encode(f'api:{secret.reveal()}'.encode()).decode()}"
        self._path = f"/v3/{settings.mailgun_domain}/messages.mime"
        self._api = WebApi(settings.endpoint or ENDPOINTS[settings.mailgun_region], settings, secret)

    def send(self, mail: OutgoingMail) -> Receipt:
        """Post the message; status 200 means that Mailgun has queued it."""
        wire = wire_mail(mail)
        boundary = uuid4().hex
        headers = {
            "Authorization": self._authorization,
            "Content-Type": f"multipart/form-data; boundary={boundary}",
        }
        answer = self._api.post(
            self._path, headers, _form(boundary, {"to": wire.recipient, "o:tracking": "no"}, wire.data)
        )
        if not 200 <= answer.status < 300:
            raise self._api.failure(answer, _words(answer))
        return Receipt(self._api.redacted(f"{answer.status} {_words(answer)}".strip()), self._api.redacted(_id(answer)))

    def close(self) -> None:
        """Close the connection."""
        self._api.close()


def _form(boundary: str, fields: Mapping[str, str], message: bytes) -> bytes:
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    file = f'--{boundary}\r\nContent-Disposition: form-data; name="message"; filename="message.eml"\r\n'
    parts += [file.encode(), b"Content-Type: message/rfc822\r\n\r\n", message, f"\r\n--{boundary}--\r\n".encode()]
    return b"".join(parts)


def _id(answer: ApiResponse) -> str:
    match answer.document:
        case {"id": str(name)}:
            return name
        case _:
            return ""


def _words(answer: ApiResponse) -> str:
    match answer.document:
        case {"message": str(message), "id": str(name)}:
            return f"{message} {name}"
        case {"message": str(message)}:
            return message
        case _:
            return ""
