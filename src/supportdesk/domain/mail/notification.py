"""Notifications: mail from the desk to requesters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from supportdesk.domain.mail.retry import CLOCK_TOLERANCE, MAX_RETRY_AFTER
from supportdesk.domain.preference import Frequency, Language


class NotificationType(StrEnum):
    """What a notification is about."""

    TICKET_CREATED = "ticket_created"
    RECEIVED = "received"
    STATUS_UPDATE = "status_update"
    FAQ_ANSWER = "faq_answer"
    DIGEST = "digest"
    REPLY = "reply"

    @property
    def surface(self) -> str:
        """Return the experiment surface of this type of mail; not every type has experiments."""
        return f"mail_{self}"


class DeliveryStatus(StrEnum):
    """How far a notification has come on its way out.

    PENDING waits: for its time, for a digest, or to be tried again. SENT was accepted by the mail service, FAILED
    never will be. UNKNOWN was handed over and nobody heard what became of it. HELD was held by its recipient's
    preferences, DIGESTED went into a digest, WITHDRAWN was undone before it left.
    """

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    HELD = "held"
    DIGESTED = "digested"
    WITHDRAWN = "withdrawn"


RETRIED = (DeliveryStatus.FAILED, DeliveryStatus.UNKNOWN)
"""What an agent can have sent once more."""


@dataclass(frozen=True, slots=True)
class Notification:
    """One message to one person.

    `message_id` is fixed when it is queued, `provider_message_id` is what the mail service calls it, and `in_reply_to`
    is that of the ticket's first message. `change` is the
    journal change it tells of. While it is pending it waits for the digest `waits_for`, or as immediate one until
    `due_at`. `error` is what the service said against it last, `answer` what it said when it took it; `reason` is why
    the desk did not send it. `attempts` counts the times it was tried. `digest_id` is the digest it went into.

    While an experiment ran on mail of its type, `experiment` is its number and `variant` what the recipient was
    assigned; `templates` are the files that the words came from, and `variant_fault` is why those of the variant did
    not write them. `message` is the id of the reply that it carries, and empty for other mail.
    """

    seq: int
    id: str
    ticket_id: str | None
    recipient_email: str
    notification_type: NotificationType
    subject: str
    content: str
    html: str
    language: Language
    status: DeliveryStatus
    waits_for: Frequency
    due_at: datetime
    message_id: str
    in_reply_to: str
    change: int | None
    attempts: int
    provider: str
    answer: str
    error: str
    reason: str
    digest_id: str | None
    sent_at: datetime | None
    created_at: datetime
    experiment: int | None = None
    variant: str = ""
    templates: str = ""
    variant_fault: str = ""
    provider_message_id: str = ""
    message: str = ""

    def due(self, now: datetime) -> datetime:
        """Return when a pending message is due; what a clock that was ahead has written is due now."""
        ahead = self.created_at > now + CLOCK_TOLERANCE or self.due_at > now + MAX_RETRY_AFTER
        return now if ahead else self.due_at

    @property
    def variant_summary(self) -> str:
        """Return experiment, variant and templates in words; empty without an experiment."""
        if self.experiment is None:
            return ""
        shown = f"experiment #{self.experiment}, {self.variant or 'no variant'}"
        if self.variant_fault:
            return f"{shown}, but with the ordinary text: {self.variant_fault}"
        return f"{shown}, by {self.templates}" if self.templates else shown
