"""SendGrid, through its Mail Send API (v3).

Source: https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send
"""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

from supportdesk.domain.conversation.attachment import safe_name
from supportdesk.domain.text import clean_isolated_body, clean_line
from supportdesk.email.messages.mime import address_parts, plain_header
from supportdesk.email.provider import OutgoingMail, Receipt
from supportdesk.email.providers.credentials import required_secret
from supportdesk.email.providers.http_api import ApiResponse, WebApi
from supportdesk.email.settings import MailSettings

ENDPOINT = "https://api.sendgrid.com"
# Those have a place of their own in a request, and are refused among the headers.
_OWN_PLACE = {"from", "to", "cc", "bcc", "subject", "reply-to", "content-type", "content-transfer-encoding", "received"}


class SendgridProvider:
    """Sends each message as one JSON document."""

    name = "sendgrid"

    def __init__(self, settings: MailSettings) -> None:
        secret = required_secret("SENDGRID_API_KEY", settings.secret_file)
        self._headers = {"Authorization": f"Bearer {secret.reveal()}", "Content-Type": "application/json"}
        self._api = WebApi(settings.endpoint or ENDPOINT, settings, secret)

    def send(self, mail: OutgoingMail) -> Receipt:
        """Post the message; status 202 means that SendGrid has queued it."""
        answer = self._api.post("/v3/mail/send", self._headers, json.dumps(_document(mail)).encode())
        if not 200 <= answer.status < 300:
            raise self._api.failure(answer, _words(answer))
        name = self._api.redacted(answer.headers.get("X-Message-Id") or "")
        return Receipt(f"{answer.status} {name}".strip(), name)

    def close(self) -> None:
        """Close the connection."""
        self._api.close()


def _document(mail: OutgoingMail) -> dict[str, Any]:
    content = [{"type": "text/plain", "value": clean_isolated_body(mail.text)}]
    if mail.html:
        content.append({"type": "text/html", "value": clean_isolated_body(mail.html)})
    document: dict[str, Any] = {
        "personalizations": [{"to": [{"email": address_parts(mail.recipient)[1]}]}],
        "from": _party(mail.sender),
        "subject": clean_line(mail.subject),
        "content": content,
        "headers": {
            "Message-ID": plain_header(mail.message_id),
            **{name: plain_header(value) for name, value in mail.headers.items() if name.lower() not in _OWN_PLACE},
        },
        # Links and pictures of its own would be in a requester's mail unasked.
        "tracking_settings": {
            name: {"enable": False} for name in ("click_tracking", "open_tracking", "subscription_tracking")
        },
    }
    if mail.files:
        document["attachments"] = [
            {
                "content": b64encode(file.content).decode(),
                "filename": safe_name(file.name) or "attachment",
                "type": file.content_type,
                "disposition": "attachment",
            }
            for file in mail.files
        ]
    reply_to = next((value for name, value in mail.headers.items() if name.lower() == "reply-to"), "")
    if reply_to:
        document["reply_to"] = _party(reply_to)
    return document


def _party(text: str) -> dict[str, str]:
    name, address = address_parts(text)
    return {"email": address, "name": name} if name else {"email": address}


def _words(answer: ApiResponse) -> str:
    match answer.document:
        case {"errors": [*errors]}:
            return "; ".join(
                str(error["message"]) for error in errors if isinstance(error, dict) and "message" in error
            )
        case _:
            return ""
