"""A mail service that sends nothing: what it accepts is read in the mail log of the app."""

from __future__ import annotations

from supportdesk.domain.notification import Notification
from supportdesk.email.provider import DeliveryFailed


class MockProvider:
    """Accepts every message, except to addresses that ask for a failure, so that one can be rehearsed."""

    name = "mock"

    def send(self, message: Notification) -> None:
        """Accepts the message; refuses it for `fail@…` and `fail+anything@…`, raising `DeliveryFailed`."""
        mailbox = message.recipient_email.partition("@")[0].lower()
        if mailbox == "fail" or mailbox.startswith("fail+"):
            raise DeliveryFailed("550 mock: this mailbox always refuses")
