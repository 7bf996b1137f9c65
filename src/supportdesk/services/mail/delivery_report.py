"""What a delivery did, added up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from supportdesk.domain.notification import DeliveryStatus
from supportdesk.services.mail.sender import SendResult


@dataclass(slots=True)
class DeliveryReport:
    """What a delivery did: how many messages were accepted, failed for good, have an unknown fate, are to be tried
    again; and how many digests were made.

    `paused_until` is set while nothing is sent because the service fails, and `error` is what it said last.
    `more_at` is when more of what is due may go, where the rate limit or a pause keeps it back.
    """

    sent: int = 0
    failed: int = 0
    unknown: int = 0
    later: int = 0
    digests: int = 0
    paused_until: datetime | None = None
    more_at: datetime | None = None
    error: str = ""

    def add(self, result: SendResult | None, paused_until: datetime | None) -> None:
        """Adds what became of one message, and until when the service pauses for it."""
        if paused_until is not None:
            self.paused_until = self.more_at = paused_until
        if result is None:
            return
        self.error = result.outcome.error or self.error
        match result.outcome.status:
            case DeliveryStatus.SENT:
                self.sent += 1
            case DeliveryStatus.FAILED:
                self.failed += 1
            case DeliveryStatus.UNKNOWN:
                self.unknown += 1
            case _:
                self.later += 1

    def plus(self, later: DeliveryReport) -> DeliveryReport:
        """Both together, as it stands after the later one."""
        return DeliveryReport(
            self.sent + later.sent,
            self.failed + later.failed,
            self.unknown + later.unknown,
            self.later + later.later,
            self.digests + later.digests,
            later.paused_until,
            later.more_at,
            later.error,
        )

    @property
    def handled(self) -> int:
        """How many messages are done with."""
        return self.sent + self.failed + self.unknown

    @property
    def changed(self) -> bool:
        """Whether there is anything new to see in the log."""
        return bool(self.handled or self.later or self.digests)
