"""The machine's own mail system, through its sendmail command."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress

from supportdesk.email.messages.mime import wire_mail
from supportdesk.email.provider import (
    DeliveryFailed,
    OutcomeUnknown,
    OutgoingMail,
    Receipt,
    Refused,
    ServiceDown,
    TryLater,
)
from supportdesk.email.providers.credentials import SECRET_VARIABLES, redacted
from supportdesk.email.settings import MailSettings

# From sysexits.h; what a shell adds says that the command could not be run.
_REFUSED = (os.EX_DATAERR, os.EX_NOUSER, os.EX_NOHOST)
_DOWN = (os.EX_USAGE, os.EX_NOINPUT, os.EX_UNAVAILABLE, os.EX_OSFILE, os.EX_NOPERM, os.EX_CONFIG, 126, 127)


class SendmailProvider:
    """Hands each message to a sendmail command of its own, on standard input."""

    name = "sendmail"

    def __init__(self, settings: MailSettings) -> None:
        self._path = settings.sendmail_path
        self._timeout = settings.timeout

    def send(self, mail: OutgoingMail) -> Receipt:
        """Run the command; one that exceeds the timeout is killed, and may have accepted the message."""
        wire = wire_mail(mail)
        words = [str(self._path), "-i", "-f", wire.sender, "--", wire.recipient]
        try:
            # A process group of its own, so that whatever it starts can be ended with it.
            process = subprocess.Popen(
                words,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env={name: value for name, value in os.environ.items() if name not in SECRET_VARIABLES},
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise ServiceDown(f"{self._path} cannot be run: {reason}") from None
        with process:
            try:
                # The command expects the line ends of this machine.
                output, _ = process.communicate(wire.data.replace(b"\r\n", b"\n"), timeout=self._timeout)
            except BaseException as error:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                if not isinstance(error, subprocess.TimeoutExpired):
                    raise
                raise OutcomeUnknown(
                    f"{self._path} had the message, and did not end within {self._timeout:g} seconds"
                ) from None
        if process.returncode:
            raise self._failure(process.returncode, redacted(output))
        return Receipt(redacted(output) or "sendmail: accepted")

    def close(self) -> None:
        """Do nothing: no connection stays open."""

    def _failure(self, code: int, output: str) -> DeliveryFailed:
        if code < 0:
            return OutcomeUnknown(f"{self._path} had the message, and was ended by signal {-code}")
        words = f"{self._path} ended with code {code}{f': {output}' if output else ''}"
        if code in _REFUSED:
            return Refused(words)
        return ServiceDown(words) if code in _DOWN else TryLater(words)
