"""The mail service that the settings name."""

from __future__ import annotations

from supportdesk.email.mock import MockProvider
from supportdesk.email.provider import Provider
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
