"""The protocol of mail providers, and the ways a delivery can fail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    """A file that goes with a mail."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """One outgoing mail, independent of the provider.

    `sender` is an address, with a display name or without. `headers` are those other than From, To, Subject, Date and
    Message-ID. A message without `html` is plain text.
    """

    sender: str
    recipient: str
    subject: str
    text: str
    html: str
    message_id: str
    headers: Mapping[str, str] = field(default_factory=dict)
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    files: tuple[OutgoingFile, ...] = ()


class Receipt(NamedTuple):
    """An accepted message: the service's answer, and the id it gave to the message, if any.

    An id in angle brackets is the Message-ID that recipients see instead of ours.
    """

    answer: str
    message_id: str = ""


class DeliveryFailed(Exception):
    """The message was not accepted; the text is what the service said, without any credentials."""


class Refused(DeliveryFailed):
    """The service will never take this message: it is not tried again."""


class TryLater(DeliveryFailed):
    """The service does not take this message now; `retry_after` is the pause in seconds that it asked for."""

    def __init__(self, words: str, retry_after: float | None = None) -> None:
        super().__init__(words)
        self.retry_after = retry_after


class ServiceDown(TryLater):
    """The service takes nothing at all: unreachable, login refused, certificate wrong, quota used up."""


class OutcomeUnknown(DeliveryFailed):
    """The connection ended when the message had been handed over, before the service said what became of it."""


class Provider(Protocol):
    """A mail service. A provider is used from one thread; it may keep a connection open between messages."""

    name: str

    def send(self, mail: OutgoingMail) -> Receipt:
        """Send the message and return the receipt once the service has accepted it; else raise `DeliveryFailed`."""

    def close(self) -> None:
        """Close the connection; the next `send` opens it again."""
