"""HTTP interfaces of mail services: one request, and what its response means for the mail."""

from __future__ import annotations

import http.client
import json
import re
import select
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic, time
from typing import Any
from urllib.parse import urlsplit

from supportdesk.email.provider import DeliveryFailed, OutcomeUnknown, Refused, ServiceDown, TryLater
from supportdesk.email.providers.credentials import Secret, redacted
from supportdesk.email.settings import MailSettings

_ANSWER_LIMIT = 100_000
_REFUSED = (400, 413, 422)
_GATEWAY_GAVE_UP = 504
_DIGITS = re.compile(r"[0-9]{1,12}")
_MAX_RETRY_AFTER = 86_400.0


@dataclass(frozen=True, slots=True)
class ApiResponse:
    """What a service answered; `document` is the JSON of its body, None where that is none."""

    status: int
    reason: str
    headers: Mapping[str, str]
    document: Any


class WebApi:
    """A mail service's HTTP interface, over one connection that stays open between requests."""

    def __init__(self, endpoint: str, settings: MailSettings, secret: Secret) -> None:
        self._url = urlsplit(endpoint)
        self._settings = settings
        self._secret = secret
        self._connection: http.client.HTTPConnection | None = None
        self._until = 0.0

    def post(self, path: str, headers: Mapping[str, str], body: bytes) -> ApiResponse:
        """Send a request and return its response, whatever its status.

        Raises `ServiceDown` when there is no connection, `TryLater` when it ended before the service had the
        whole request, and `OutcomeUnknown` when it had it and gave no answer.
        """
        self._until = monotonic() + self._settings.timeout
        connection = self._connected()
        handed_over = False
        try:
            self._limit(connection)
            connection.request("POST", self._url.path.rstrip("/") + path, body, dict(headers))
            handed_over = True
            self._limit(connection)
            response = connection.getresponse()
            answer = ApiResponse(response.status, response.reason, dict(response.headers), _document(response))
        except (OSError, http.client.HTTPException) as error:
            self.close()
            name = self._url.hostname
            if handed_over:
                raise OutcomeUnknown(f"{name} had the message and gave no answer: {self._reason(error)}") from None
            raise TryLater(f"{name} ended before it had the message: {self._reason(error)}") from None
        if response.will_close or not response.isclosed():
            self.close()
        return answer

    def failure(self, answer: ApiResponse, words: object) -> DeliveryFailed:
        """Return what an unsuccessful response means for the mail; `words` are the service's own."""
        text = f"{answer.status} {self.redacted(words or answer.reason or 'no reason given')}"
        if answer.status in _REFUSED:
            return Refused(text)
        if answer.status == _GATEWAY_GAVE_UP:
            return OutcomeUnknown(text)
        if answer.status in (408, 429) or answer.status >= 500:
            return TryLater(text, _retry_after(answer.headers))
        # Everything else is about the desk, not about the mail: key, account, domain, endpoint.
        return ServiceDown(text, _retry_after(answer.headers))

    def redacted(self, words: object) -> str:
        """Return the service's words without the key."""
        return redacted(words, self._secret)

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connected(self) -> http.client.HTTPConnection:
        # What can be read from a connection that waits for nothing is its end.
        kept = self._connection
        if kept is not None and kept.sock is not None and not select.select([kept.sock], [], [], 0)[0]:
            return kept
        self.close()
        assert self._url.hostname is not None
        try:
            if self._url.scheme == "https":
                context = ssl.create_default_context(cafile=self._settings.ca_file)
                connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                    self._url.hostname, self._url.port, timeout=self._settings.timeout, context=context
                )
            else:
                connection = http.client.HTTPConnection(
                    self._url.hostname, self._url.port, timeout=self._settings.timeout
                )
            connection.connect()
        except OSError as error:
            raise ServiceDown(f"{self._url.hostname}: {self._reason(error)}") from None
        self._connection = connection
        return connection

    def _limit(self, connection: http.client.HTTPConnection) -> None:
        connection.sock.settimeout(max(self._until - monotonic(), 0.001))

    def _reason(self, error: Exception) -> str:
        match error:
            case ssl.SSLCertVerificationError():
                return f"its certificate is not accepted: {error.verify_message}"
            case http.client.RemoteDisconnected():
                return "it ended the connection"
            case OSError():
                return self.redacted(error.strerror or error)
            case _:
                return self.redacted(f"{type(error).__name__} {error}")


def _document(response: http.client.HTTPResponse) -> Any:
    # The status has been said: whatever is wrong with the body changes nothing about it.
    try:
        return json.loads(response.read(_ANSWER_LIMIT))
    except (OSError, ValueError, RecursionError, http.client.HTTPException):
        return None


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds until Retry-After, or until SendGrid resets its rate limit."""
    named = {name.lower(): value.strip() for name, value in headers.items()}
    text = named.get("retry-after", "")
    if _DIGITS.fullmatch(text):
        return min(float(text), _MAX_RETRY_AFTER)
    if _DIGITS.fullmatch(reset := named.get("x-ratelimit-reset", "")):
        return min(max(float(reset) - time(), 0.0), _MAX_RETRY_AFTER)
    if not text:
        return None
    # Lazy import: keeps start-up fast.
    from email.utils import mktime_tz, parsedate_tz

    parts = parsedate_tz(text)
    try:
        return None if parts is None else min(max(mktime_tz(parts) - time(), 0.0), _MAX_RETRY_AFTER)
    except (ValueError, OverflowError):
        return None
