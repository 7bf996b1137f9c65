"""Intake: mail that comes in, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Outcome(StrEnum):
    """What became of a mail. `STORED` is durable and not filed yet; `PARKED` waits for an agent, with its cause."""

    STORED = "stored"
    NEW_TICKET = "new-ticket"
    APPENDED = "appended"
    DUPLICATE = "duplicate"
    PARKED = "parked"
    BOUNCE = "bounce"
    UNSUBSCRIBED = "unsubscribed"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class Envelope:
    """The SMTP envelope: `sender` is "" for `<>` and None where it is not known."""

    sender: str | None = None
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Filed:
    """What became of one mail, as `mail receive` reports it."""

    mail: str
    outcome: Outcome
    ticket: int | None = None
    message_kind: str | None = None
    author: str = ""
    requester: str = ""
    acknowledged: bool = False
    acknowledgement: str | None = None
    reopened: bool = False
    suppressed: str | None = None
    cause: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class IncomingMail:
    """A mail in the log of the intake; `id` is the SHA-256 of its bytes."""

    seq: int
    id: str
    outcome: Outcome
    cause: str
    ticket: int | None
    from_email: str
    subject: str
    received_at: datetime
