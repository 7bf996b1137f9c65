"""SMTP, for any mail server."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from contextlib import suppress
from time import monotonic

from supportdesk.email.messages.mime import WireMail, wire_mail
from supportdesk.email.provider import (
    DeliveryFailed,
    OutcomeUnknown,
    OutgoingMail,
    Receipt,
    Refused,
    ServiceDown,
    TryLater,
)
from supportdesk.email.providers.credentials import Secret, redacted, required_secret
from supportdesk.email.settings import MailSettings

_PORTS = {"none": 25, "starttls": 587, "tls": 465}
_CLOSING = 421
_GO_AHEAD = 354
# The desk is not let in: RFC 4954. No message has a better chance than another one.
_NOT_LET_IN = (530, 534, 535, 538)
_FAREWELL_SECONDS = 2.0
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


class SmtpProvider:
    """Sends over one connection, which stays open between messages.

    It goes through the steps itself instead of calling smtplib's `sendmail`, which does not tell a
    connection that ended before the message was handed over from one that ended after.
    """

    name = "smtp"

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings
        self._port = settings.smtp_port or _PORTS[settings.smtp_security]
        self._place = f"{settings.smtp_host}:{self._port}"
        self._secret: Secret | None = None
        self._smtp: smtplib.SMTP | None = None
        self._until = 0.0

    def send(self, mail: OutgoingMail) -> Receipt:
        """Send the message; the timeout of the settings bounds the whole exchange."""
        wire = wire_mail(mail)
        self._until = monotonic() + self._settings.timeout
        handed_over = False
        try:
            smtp = self._begin(wire)
            self._command(f"RCPT TO:<{wire.recipient}>")
            self._command("DATA", wanted=_GO_AHEAD)
            self._limit(smtp)
            # In one piece with the dot that ends it: until all of it has left, the server cannot have taken it.
            smtp.send(_LEADING_DOT.sub(b"..", wire.data) + b".\r\n")
            handed_over = True
            code, words = self._reply(smtp)
        except OSError as error:
            self._drop()
            if handed_over:
                raise OutcomeUnknown(
                    f"{self._place} had the message and gave no answer: {self._redacted(error)}"
                ) from None
            raise TryLater(f"{self._place} ended before it had the message: {self._redacted(error)}") from None
        if 200 <= code < 300:
            return Receipt(f"{code} {self._redacted(words)}")
        if not 400 <= code < 600:
            self._drop()
            raise OutcomeUnknown(f"{self._place} had the message and answered nonsense: {self._redacted(words)}")
        raise self._failure(code, words)

    def close(self) -> None:
        """Quit the session."""
        if self._smtp is not None and self._smtp.sock is not None:
            with suppress(OSError):
                self._smtp.sock.settimeout(_FAREWELL_SECONDS)
                self._smtp.docmd("QUIT")
        self._drop()

    def _begin(self, wire: WireMail) -> smtplib.SMTP:
        # A kept connection may have been ended by the other side meanwhile; that is no failure.
        if self._smtp is not None:
            with suppress(OSError):
                code, words = self._mail(self._smtp, wire)
                if code != _CLOSING:
                    return self._checked(self._smtp, code, words)
            self._drop()
        self._smtp = self._open()
        return self._checked(self._smtp, *self._mail(self._smtp, wire))

    def _mail(self, smtp: smtplib.SMTP, wire: WireMail) -> tuple[int, bytes]:
        options = f" SIZE={len(wire.data)}" if smtp.has_extn("size") else ""
        if wire.international:
            if not smtp.has_extn("smtputf8"):
                raise Refused(
                    f"{wire.recipient}: {self._place} takes no international addresses, which have other letters than "
                    "A to Z before the @ (it has no SMTPUTF8)"
                )
            smtp.command_encoding = "utf-8"
            options += " SMTPUTF8 BODY=8BITMIME"
        self._limit(smtp)
        return smtp.docmd(f"MAIL FROM:<{wire.sender}>{options}")

    def _command(self, command: str, wanted: int = 0) -> None:
        assert self._smtp is not None
        self._limit(self._smtp)
        code, words = self._smtp.docmd(command)
        self._checked(self._smtp, code, words, wanted)

    def _checked(self, smtp: smtplib.SMTP, code: int, words: bytes, wanted: int = 0) -> smtplib.SMTP:
        if code == wanted or (not wanted and 200 <= code < 300):
            return smtp
        raise self._failure(code, words)

    def _failure(self, code: int, words: bytes) -> DeliveryFailed:
        if code == _CLOSING or not 400 <= code < 600:
            self._drop()
        elif self._smtp is not None:
            # The next message starts afresh on the same connection.
            try:
                self._limit(self._smtp)
                self._smtp.rset()
            except OSError:
                self._drop()
        text = f"{code} {self._redacted(words)}"
        if code in _NOT_LET_IN:
            return ServiceDown(text)
        return Refused(text) if 500 <= code < 600 else TryLater(text)

    def _open(self) -> smtplib.SMTP:
        settings = self._settings
        if settings.smtp_user:
            self._secret = required_secret("SMTP_PASSWORD", settings.secret_file)
        smtp: smtplib.SMTP | None = None
        try:
            context = ssl.create_default_context(cafile=settings.ca_file) if settings.smtp_security != "none" else None
            left = max(self._until - monotonic(), 0.001)
            if settings.smtp_security == "tls":
                smtp = smtplib.SMTP_SSL(settings.smtp_host, self._port, timeout=left, context=context)
            else:
                smtp = smtplib.SMTP(settings.smtp_host, self._port, timeout=left)
            self._limit(smtp)
            smtp.ehlo_or_helo_if_needed()
            if settings.smtp_security == "starttls":
                if not smtp.has_extn("starttls"):
                    raise smtplib.SMTPNotSupportedError("it offers no STARTTLS")
                self._limit(smtp)
                smtp.starttls(context=context)
                self._limit(smtp)
                smtp.ehlo_or_helo_if_needed()
            if self._secret is not None:
                self._limit(smtp)
                smtp.login(settings.smtp_user, self._secret.reveal())
            self._limit(smtp).setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except (OSError, UnicodeError) as error:
            if smtp is not None:
                smtp.close()
            raise ServiceDown(f"{self._place}: {self._reason(error)}") from None
        return smtp

    def _reply(self, smtp: smtplib.SMTP) -> tuple[int, bytes]:
        self._limit(smtp)
        return smtp.getreply()

    def _limit(self, smtp: smtplib.SMTP) -> socket.socket:
        if smtp.sock is None:
            raise smtplib.SMTPServerDisconnected("it ended the connection")
        smtp.sock.settimeout(max(self._until - monotonic(), 0.001))
        return smtp.sock

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    def _reason(self, error: Exception) -> str:
        match error:
            case ssl.SSLCertVerificationError():
                return f"its certificate is not accepted: {error.verify_message}"
            case smtplib.SMTPAuthenticationError():
                return f"the login is refused: {error.smtp_code} {self._redacted(error.smtp_error)}"
            case smtplib.SMTPResponseException():
                return f"{error.smtp_code} {self._redacted(error.smtp_error)}"
            case UnicodeError():
                return "user and password must be ASCII"
            case _:
                return self._redacted(error.strerror if isinstance(error, OSError) and error.strerror else error)

    def _redacted(self, words: object) -> str:
        return redacted(words, self._secret, user=self._settings.smtp_user)
