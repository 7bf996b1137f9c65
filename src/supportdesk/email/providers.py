"""The mail service that the settings name, opened when the first message leaves."""

from __future__ import annotations

from supportdesk.email.mock import MockProvider
from supportdesk.email.provider import OutgoingMail, Provider
from supportdesk.email.settings import MailSettings


def open_provider(settings: MailSettings) -> Provider:
    """The provider of these settings, and no other one imported; raises `ServiceDown` when it lacks something."""
    match settings.provider:
        case "sendmail":
            from supportdesk.email.sendmail import SendmailProvider

            return SendmailProvider(settings)
        case "smtp":
            from supportdesk.email.smtp import SmtpProvider

            return SmtpProvider(settings)
        case "sendgrid":
            from supportdesk.email.sendgrid import SendgridProvider

            return SendgridProvider(settings)
        case "mailgun":
            from supportdesk.email.mailgun import MailgunProvider

            return MailgunProvider(settings)
        case "ses":
            from supportdesk.email.ses import SesProvider

            return SesProvider(settings)
        case _:
            return MockProvider(settings)


class LateProvider:
    """The provider of the settings, which costs nothing until it has something to send."""

    def __init__(self, settings: MailSettings) -> None:
        self.name = settings.provider
        self._settings = settings
        self._provider: Provider | None = None

    def send(self, mail: OutgoingMail) -> str:
        """Hands the message to the provider; one that cannot be opened raises `ServiceDown` like one that is down."""
        if self._provider is None:
            self._provider = open_provider(self._settings)
        return self._provider.send(mail)

    def close(self) -> None:
        """Closes the provider, if it was opened."""
        if self._provider is not None:
            self._provider.close()
            self._provider = None
