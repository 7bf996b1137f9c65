"""A mail service that sends nothing: what it accepts is shown in the mail log and appended to a file."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from supportdesk.email.provider import (
    DeliveryFailed,
    OutcomeUnknown,
    OutgoingMail,
    Receipt,
    Refused,
    ServiceDown,
    TryLater,
)
from supportdesk.email.settings import MailSettings

_DRILLS: dict[str, tuple[type[DeliveryFailed], str]] = {
    "refused": (Refused, "550 mock: this mailbox always refuses"),
    "later": (TryLater, "451 mock: this mailbox always asks for patience"),
    "down": (ServiceDown, "421 mock: the service is down"),
    "unknown": (OutcomeUnknown, "mock: the connection ended when the message had been handed over"),
}
_MAILBOXES = {"fail": "refused", "later": "later", "down": "down", "unknown": "unknown"}


class MockProvider:
    """Accepts every message, except to addresses that ask for a failure, so that one can be rehearsed."""

    name = "mock"

    def __init__(self, settings: MailSettings | None = None) -> None:
        self._settings = settings or MailSettings()

    def send(self, mail: OutgoingMail) -> Receipt:
        """Accept the message, and append it to the mbox file of the settings.

        Fails as the settings say, and for `fail@…`, `later@…`, `down@…`, `unknown@…` and `fail+anything@…`.
        """
        mailbox = mail.recipient.partition("@")[0].partition("+")[0].lower()
        if drill := self._settings.mock_failure or _MAILBOXES.get(mailbox):
            kind, words = _DRILLS[drill]
            raise kind(words)
        if self._settings.mock_file is not None:
            self._append(mail)
        return Receipt("250 mock: accepted")

    def close(self) -> None:
        """Do nothing: no connection is open."""

    def _append(self, mail: OutgoingMail) -> None:
        # Lazy import: keeps start-up fast.
        from time import asctime, gmtime

        from supportdesk.email.messages.mime import wire_mail

        lines = wire_mail(mail).data.replace(b"\r\n", b"\n").replace(b"\nFrom ", b"\n>From ")
        entry = f"From supportdesk {asctime(gmtime())}\n".encode() + lines + b"\n"
        try:
            descriptor = _open_for_append(self._settings.mock_file or Path())
            try:
                # In one write, so that mails of several processes follow one another.
                os.write(descriptor, entry)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise ServiceDown(f"{self._settings.mock_file} cannot be written: {error.strerror}") from None


def _open_for_append(file: Path) -> int:
    """Open a file that, if it is new, is readable by those only who may read a desk in its folder."""
    flags = os.O_WRONLY | os.O_APPEND
    try:
        descriptor = os.open(file, flags | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return os.open(file, flags)
    if file.parent.stat().st_mode & stat.S_ISGID:
        os.fchmod(descriptor, 0o660)
    return descriptor
