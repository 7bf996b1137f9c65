"""The sums of a delivery."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from supportdesk.domain.mail.notification import DeliveryStatus
from supportdesk.services.mail.sender import SendResult


@dataclass(slots=True)
class DeliveryReport:
    """How many messages were sent, failed, have an unknown outcome or are to be retried; how many digests were built.

    `paused_until` is set while sending pauses because the service fails, and `error` is its last error. `more_at` is
    when more may go, where the rate limit or a pause delays what is due.
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
        """Add what became of one message, and until when sending pauses because of it."""
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

    def combined_with(self, later: DeliveryReport) -> DeliveryReport:
        """Return both together; pause and error are those of the later one."""
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
        """Return how many messages are settled."""
        return self.sent + self.failed + self.unknown

    @property
    def changed(self) -> bool:
        """Return whether the mail log has changed."""
        return bool(self.handled or self.later or self.digests)
