"""A mail service that sends nothing: what it accepts is read in the mail log of the app."""

from __future__ import annotations

from supportdesk.email.provider import OutgoingMail, Refused


class MockProvider:
    """Accepts every message, except to addresses that ask for a failure, so that one can be rehearsed."""

    name = "mock"

    def send(self, mail: OutgoingMail) -> str:
        """Accepts the message; refuses it for `fail@…` and `fail+anything@…`, raising `Refused`."""
        mailbox = mail.recipient.partition("@")[0].lower()
        if mailbox == "fail" or mailbox.startswith("fail+"):
            raise Refused("550 mock: this mailbox always refuses")
        return "250 mock: accepted"

    def close(self) -> None:
        """Nothing is open."""
