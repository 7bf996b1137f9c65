"""Intake: mail that comes in, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from supportdesk.domain.mail.retry import CLOCK_TOLERANCE

MAIL_LIMIT = 50 * 1024 * 1024
"""Bytes of a raw mail that is taken."""


class Outcome(StrEnum):
    """What became of a mail.

    `STORED` is durable and not filed yet. `PARKED` waits for an agent, with its cause; so does `FAILED`, which could
    not be read or filed.
    """

    STORED = "stored"
    NEW_TICKET = "new-ticket"
    APPENDED = "appended"
    DUPLICATE = "duplicate"
    PARKED = "parked"
    FAILED = "failed"
    BOUNCE = "bounce"
    UNSUBSCRIBED = "unsubscribed"
    DISCARDED = "discarded"


WAITING = (Outcome.PARKED, Outcome.FAILED)
"""What waits for an agent's decision."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """The SMTP envelope: `sender` is "" for `<>` and None where it is not known.

    `cause` says why only the head of a mail was stored; empty for a whole one.
    """

    sender: str | None = None
    recipients: tuple[str, ...] = ()
    cause: str = ""


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

    @property
    def number(self) -> int:
        """The number by which people name it."""
        return self.seq


@dataclass(frozen=True, slots=True)
class MailSource:
    """A mailbox that mail is fetched from: how far it was read, and when that last succeeded.

    `uid_validity` and `last_uid` are IMAP's (RFC 3501, 2.3.1.1), 0 where nothing was read yet.
    """

    name: str
    uid_validity: int
    last_uid: int
    alarm_minutes: int
    added_at: datetime
    succeeded_at: datetime | None
    error: str

    def silent_since(self, now: datetime) -> datetime | None:
        """Return since when the source has been silent, once that is long enough for an alarm; None before.

        A time in the future was written by a clock that was ahead, and is no success.
        """
        last = self.added_at if self.succeeded_at is None else self.succeeded_at
        return last if last > now + CLOCK_TOLERANCE or now - last > timedelta(minutes=self.alarm_minutes) else None
