"""The provider that the settings name."""

from __future__ import annotations

from supportdesk.email.provider import Provider
from supportdesk.email.providers.mock import MockProvider
from supportdesk.email.settings import MailSettings


def open_provider(settings: MailSettings) -> Provider:
    """Return the provider of these settings, importing no other; raise `ServiceDown` when something is missing."""
    match settings.provider:
        case "sendmail":
            from supportdesk.email.providers.sendmail import SendmailProvider

            return SendmailProvider(settings)
        case "smtp":
            from supportdesk.email.providers.smtp import SmtpProvider

            return SmtpProvider(settings)
        case "sendgrid":
            from supportdesk.email.providers.sendgrid import SendgridProvider

            return SendgridProvider(settings)
        case "mailgun":
            from supportdesk.email.providers.mailgun import MailgunProvider

            return MailgunProvider(settings)
        case "ses":
            from supportdesk.email.providers.ses import SesProvider

            return SesProvider(settings)
        case _:
            return MockProvider(settings)
