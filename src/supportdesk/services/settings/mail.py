"""Mail settings: which there are, what is allowed, and where each comes from."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from supportdesk.domain.errors import InvalidValue, invalid, one_of, quoted
from supportdesk.domain.mail.retry import MAX_HOLD
from supportdesk.email.settings import AGENT_MAIL, DAYS, FAILURES, PROVIDERS, REGIONS, SECURITIES, MailSettings
from supportdesk.services.settings.config_file import ConfigFile
from supportdesk.services.settings.fetching import FETCHING
from supportdesk.services.settings.mail_values import (
    LOCAL,
    Check,
    address,
    addresses,
    endpoint,
    host,
    number,
    path,
    text,
    word,
    zone,
)
from supportdesk.services.settings.setting import CONFIG_FILE, DEFAULT, Setting

LONGEST_TIMEOUT = 60


def load_mail(file: ConfigFile, faults: list[InvalidValue] | None = None) -> tuple[MailSettings, dict[str, str]]:
    """Return the mail settings in force and the source of each; raise `InvalidValue` for the first invalid one.

    With a list of `faults` they go there instead, and defaults take their place.
    """

    def at_fault(error: InvalidValue) -> None:
        if faults is None:
            raise error from None
        faults.append(error)

    for name, value in file.mail.items():
        # A table whose lines are all commented out says nothing.
        if name not in _CHECKS and not (value == {} and name in _TABLES):
            at_fault(
                InvalidValue(
                    f"config: {file.path}: there is no setting {quoted(name)}; {one_of(_CHECKS)}", field="config"
                )
            )
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for setting in MAIL_SETTINGS:
        given, source = _chosen(setting, file)
        sources[setting.name] = source
        if source != DEFAULT:
            try:
                value = _CHECKS[setting.name](setting.name, given)
            except InvalidValue as error:
                at_fault(_from(source, file, error))
                sources[setting.name] = DEFAULT
                continue
            if isinstance(value, Path) and source == CONFIG_FILE:
                # Absolute: a bare name would be looked for along the PATH.
                value = (file.path.parent / value).absolute()
            values[mail_field(setting.name)] = value
    mail = MailSettings(chosen=sources["mail.provider"] != DEFAULT, **values)
    try:
        _check_together(mail, sources)
    except InvalidValue as error:
        at_fault(_from(sources["mail.provider"], file, error))
    return mail, sources


def mail_field(name: str) -> str:
    """Return the field of `MailSettings` that a setting fills: `mail.smtp.host` fills `smtp_host`."""
    return name.removeprefix("mail.").replace(".", "_")


def _chosen(setting: Setting, file: ConfigFile) -> tuple[object, str]:
    for variable in setting.environment:
        if value := os.environ.get(variable):
            return value, variable
    if setting.name in file.mail:
        return file.mail[setting.name], CONFIG_FILE
    return None, DEFAULT


def _from(source: str, file: ConfigFile, error: InvalidValue) -> InvalidValue:
    where = f"{source} {file.path}" if source == CONFIG_FILE else source
    return InvalidValue(f"{error.message} (from {where})", field=error.field)


def _check_together(mail: MailSettings, sources: Mapping[str, str]) -> None:
    if mail.provider != "mock" and sources["mail.sender"] == DEFAULT:
        raise _missing("mail.sender", f"provider {mail.provider} needs the address that the desk's mail comes from")
    if mail.provider == "mailgun" and not mail.mailgun_domain:
        raise _missing("mail.mailgun.domain", "provider mailgun needs the domain that it sends for")
    if mail.intake_imap_host and not mail.intake_imap_user:
        raise _missing("mail.intake.imap.user", "an IMAP server needs the name to log in with")
    if mail.intake_imap_host and mail.intake_imap_security == "none" and mail.intake_imap_host not in LOCAL:
        raise invalid(
            "mail.intake.imap.security",
            "none",
            "a login would send its password in the clear; it can be tls or starttls",
        )
    if mail.provider == "smtp" and mail.smtp_user and mail.smtp_security == "none" and mail.smtp_host not in LOCAL:
        raise invalid(
            "mail.smtp.security", "none", "a login would send its password in the clear; it can be starttls or tls"
        )


def _missing(field: str, why: str) -> InvalidValue:
    return InvalidValue(f"{field}: it is not set; {why}", field=field)


_TABLE: tuple[tuple[Setting, Check], ...] = (
    (
        Setting(
            "mail.provider",
            "word",
            "mock",
            f"How mail leaves the desk; {one_of(PROVIDERS)}.",
            environment=("EMAIL_PROVIDER",),
        ),
        word(*PROVIDERS),
    ),
    (
        Setting(
            "mail.sender",
            "address",
            "supportdesk@localhost",
            "Where mail comes from, with a display name or without.",
            environment=("FROM_EMAIL",),
        ),
        address,
    ),
    (
        Setting(
            "mail.reply_to",
            "address",
            "",
            "Where answers go. The ticket's number is added to it: `help@…` becomes `help+12@…`.",
        ),
        address,
    ),
    (
        Setting(
            "mail.intake.addresses",
            "addresses",
            "sender and reply_to",
            "Addresses that requesters write to: a list, or one text with commas.",
        ),
        addresses,
    ),
    (
        Setting(
            "mail.intake.trusted_authserv_id",
            "text",
            "",
            "The name that your own mail server gives itself in Authentication-Results; the others' are ignored.",
        ),
        host,
    ),
    (
        Setting(
            "mail.intake.agent_mail",
            "word",
            "note",
            f"What an agent's mail to a ticket is; {one_of(AGENT_MAIL)}. A reply needs a mail that was authenticated.",
        ),
        word(*AGENT_MAIL),
    ),
    (
        Setting(
            "mail.intake.reopen_days",
            "number",
            "30",
            "Days after which a mail to a resolved ticket makes a new one instead of reopening it.",
        ),
        number(0, 36_500),
    ),
    (
        Setting(
            "mail.intake.scan",
            "text",
            "",
            "A command that gets each attachment on its standard input before it is read or saved; exit 1 refuses it, "
            "as `clamdscan --no-summary --stdout -` does. `{file}` in it is the file's path.",
        ),
        text,
    ),
    *FETCHING,
    (
        Setting(
            "mail.secret_file",
            "path",
            "",
            "A file that holds the password or API key and that only its owner can read. "
            "`SMTP_PASSWORD`, `SENDGRID_API_KEY` and `MAILGUN_API_KEY` beat it.",
            environment=("EMAIL_SECRET_FILE",),
        ),
        path,
    ),
    (Setting("mail.templates", "path", "", "A folder with templates of your own."), path),
    (
        Setting("mail.hold", "number", "10", "Seconds that mail waits, so that undoing the change withdraws it."),
        number(0, MAX_HOLD.total_seconds(), whole=False),
    ),
    (Setting("mail.digest_hour", "number", "8", "The hour at which digests leave."), number(0, 23)),
    (Setting("mail.digest_day", "word", "monday", "The day on which weekly digests leave."), word(*DAYS)),
    (Setting("mail.zone", "text", "the machine's", "The desk's time zone, such as Europe/Berlin."), zone),
    (
        Setting("mail.rate", "number", "0", "Messages a minute at most; 0 is as many as the service takes."),
        number(0, 100_000),
    ),
    (
        Setting("mail.timeout", "number", "30", "Seconds that handing a message over may take."),
        number(0.1, LONGEST_TIMEOUT, whole=False),
    ),
    (
        Setting("mail.ca_file", "path", "", "Certificates to trust instead of the system's, in PEM."),
        path,
    ),
    (
        Setting("mail.endpoint", "address", "the service's own", "Where sendgrid, mailgun or ses is reached."),
        endpoint,
    ),
    (
        Setting("mail.smtp.host", "text", "localhost", "The mail server.", environment=("SMTP_HOST", "SMTP_SERVER")),
        host,
    ),
    (
        Setting("mail.smtp.port", "number", "587; tls 465, none 25", "Its port.", environment=("SMTP_PORT",)),
        number(1, 65_535),
    ),
    (
        Setting("mail.smtp.security", "word", "starttls", f"Encryption of the connection; {one_of(SECURITIES)}."),
        word(*SECURITIES),
    ),
    (
        Setting(
            "mail.smtp.user",
            "text",
            "",
            "The name to log in with; without one there is no login.",
            environment=("SMTP_USER",),
        ),
        text,
    ),
    (Setting("mail.sendmail.path", "path", "/usr/sbin/sendmail", "The sendmail command."), path),
    (
        Setting(
            "mail.mailgun.domain", "text", "", "The domain that mailgun sends for.", environment=("MAILGUN_DOMAIN",)
        ),
        host,
    ),
    (
        Setting("mail.mailgun.region", "word", "us", f"Where mailgun keeps that domain; {one_of(REGIONS)}."),
        word(*REGIONS),
    ),
    (Setting("mail.ses.region", "text", "boto3's", "The region of ses, such as eu-central-1."), host),
    (Setting("mail.mock.file", "path", "", "The mbox file that mock appends to."), path),
    (
        Setting("mail.mock.failure", "word", "", f"Make mock fail each message, for drills; {one_of(FAILURES)}."),
        word(*FAILURES),
    ),
)
MAIL_SETTINGS = tuple(setting for setting, _ in _TABLE)
_TABLES = {setting.name.rpartition(".")[0] for setting in MAIL_SETTINGS}
_CHECKS = {setting.name: check for setting, check in _TABLE}
