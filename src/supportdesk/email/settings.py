"""Mail settings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import tzinfo

AGENT_MAIL = ("note", "reply")
PROVIDERS = ("mock", "sendmail", "smtp", "sendgrid", "mailgun", "ses")
SECURITIES = ("none", "starttls", "tls")
FAILURES = ("refused", "later", "down", "unknown")
REGIONS = ("us", "eu")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class MailSettings:
    """How mail leaves the desk; as it stands, through the mock. Passwords are not in it: see `credentials`.

    `chosen` says that somebody named the provider.
    `sender` and `reply_to` are addresses, with a display name or without. `hold` and `timeout` are seconds,
    `rate` is messages a minute, 0 for as many as the service takes. Without a port or an endpoint, the usual
    one is taken. `intake_addresses` are those that requesters write to, besides `sender` and `reply_to`. Of
    Authentication-Results those of `intake_trusted_authserv_id` count. A mail to a ticket that was resolved more than
    `intake_reopen_days` ago makes a new one. `intake_scan` is a command that every attachment must pass.
    `intake_poll` is seconds, `intake_alarm` minutes.
    """

    provider: str = "mock"
    chosen: bool = False
    sender: str = "supportdesk@localhost"
    reply_to: str = ""
    templates: Path | None = None
    hold: float = 10
    digest_hour: int = 8
    digest_day: str = "monday"
    zone: str = ""
    rate: int = 0
    timeout: float = 30
    endpoint: str = ""
    secret_file: Path | None = None
    ca_file: Path | None = None
    smtp_host: str = "localhost"
    smtp_port: int | None = None
    smtp_security: str = "starttls"
    smtp_user: str = ""
    sendmail_path: Path = Path("/usr/sbin/sendmail")
    mailgun_domain: str = ""
    mailgun_region: str = "us"
    ses_region: str = ""
    mock_file: Path | None = None
    mock_failure: str = ""
    intake_addresses: tuple[str, ...] = ()
    intake_trusted_authserv_id: str = ""
    intake_agent_mail: str = "note"
    intake_reopen_days: int = 30
    intake_scan: str = ""
    intake_maildir: Path | None = None
    intake_imap_host: str = ""
    intake_imap_port: int | None = None
    intake_imap_security: str = "tls"
    intake_imap_user: str = ""
    intake_imap_folder: str = "INBOX"
    intake_imap_secret_file: Path | None = None
    intake_imap_token_command: str = ""
    intake_poll: int = 60
    intake_alarm: int = 15

    @property
    def weekday(self) -> int:
        """Return the day of the weekly digest; Monday is 0, as in `datetime.weekday`."""
        return DAYS.index(self.digest_day)

    @property
    def tz(self) -> tzinfo | None:
        """Return the desk's time zone; None is the machine's own, as `datetime.astimezone` takes it."""
        if not self.zone:
            return None
        # Lazy import: keeps start-up fast.
        from zoneinfo import ZoneInfo

        return ZoneInfo(self.zone)
