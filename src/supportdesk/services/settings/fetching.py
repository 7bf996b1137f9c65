"""Settings of the mailboxes that mail is fetched from."""

from __future__ import annotations

from supportdesk.domain.errors import one_of
from supportdesk.email.settings import SECURITIES
from supportdesk.services.settings.mail_values import Check, host, number, path, text, word
from supportdesk.services.settings.setting import Setting

FETCHING: tuple[tuple[Setting, Check], ...] = (
    (
        Setting(
            "mail.intake.maildir", "path", "", "A Maildir that `mail fetch` reads; what it took is marked as seen."
        ),
        path,
    ),
    (
        Setting("mail.intake.imap.host", "text", "", "An IMAP server that `mail fetch` reads, such as imap.gmail.com."),
        host,
    ),
    (Setting("mail.intake.imap.port", "number", "993; else 143", "Its port."), number(1, 65_535)),
    (
        Setting("mail.intake.imap.security", "word", "tls", f"Encryption of the connection; {one_of(SECURITIES)}."),
        word(*SECURITIES),
    ),
    (Setting("mail.intake.imap.user", "text", "", "The name to log in with."), text),
    (Setting("mail.intake.imap.folder", "text", "INBOX", "The folder that is read; nothing in it is deleted."), text),
    (
        Setting(
            "mail.intake.imap.secret_file",
            "path",
            "",
            "A file that holds the password and that only its owner can read. `IMAP_PASSWORD` beats it.",
        ),
        path,
    ),
    (
        Setting(
            "mail.intake.imap.token_command",
            "text",
            "",
            "A command that prints an OAuth2 access token, instead of a password; run without a shell.",
        ),
        text,
    ),
    (
        Setting(
            "mail.intake.poll",
            "number",
            "60",
            "Seconds between two looks of `mail fetch --watch` where IDLE is missing.",
        ),
        number(1, 3600),
    ),
    (
        Setting(
            "mail.intake.alarm", "number", "15", "Minutes after which a mailbox that could not be read is a problem."
        ),
        number(1, 10_080),
    ),
)
"""Each setting and its check."""
