"""What can be set about mail, where it comes from, and what is refused."""

import sys
import zoneinfo
from datetime import UTC, datetime
from pathlib import Path

import pytest

from supportdesk.domain.errors import InvalidValue
from supportdesk.email.settings import MailSettings
from supportdesk.services.settings.mail import MAIL_SETTINGS, mail_field
from supportdesk.services.settings.settings import load


def refusal() -> str:
    with pytest.raises(InvalidValue) as caught:
        load()
    assert "\n" not in caught.value.message
    return caught.value.message


def test_somebody_who_sets_nothing_has_the_mock():
    settings = load()
    assert settings.mail == MailSettings()
    assert settings.mail.provider == "mock"
    assert {settings.sources[setting.name] for setting in MAIL_SETTINGS} == {"default"}


def test_every_setting_fills_a_field_and_every_field_has_a_setting():
    assert {mail_field(setting.name) for setting in MAIL_SETTINGS} == set(MailSettings.__dataclass_fields__) - {
        "chosen"
    }


def test_everything_can_stand_in_the_config_file(write_config):
    folder = write_config("""
[mail]
provider = "smtp"
sender = "Müller & Söhne <desk@example.com>"
reply_to = "help@example.com"
secret_file = "password"
templates = "templates"
hold = 2.5
digest_hour = 18
digest_day = "Friday"
zone = "Europe/Berlin"
rate = 60
timeout = 10
ca_file = "/etc/ssl/ours.pem"
endpoint = "https://mail.example.com/api"

[mail.smtp]
host = "mail.example.com"
port = 2525
security = "tls"
user = "desk"

[mail.sendmail]
path = "/usr/lib/sendmail"

[mail.mailgun]
domain = "mg.example.com"
region = "eu"

[mail.ses]
region = "eu-central-1"

[mail.mock]
file = "sent.mbox"
failure = "later"

[mail.intake]
addresses = ["support@example.com"]
trusted_authserv_id = "mx.example.com"
agent_mail = "reply"
reopen_days = 60
scan = "clamdscan --stdout"
maildir = "Maildir"
poll = 30
alarm = 60

[mail.intake.imap]
host = "imap.example.com"
port = 1143
security = "starttls"
user = "help"
folder = "Help/In"
secret_file = "imap-password"
token_command = "oauth2 token"
""").parent
    settings = load()
    assert settings.mail == MailSettings(
        provider="smtp",
        chosen=True,
        sender='"Müller & Söhne" <desk@example.com>',
        reply_to="help@example.com",
        secret_file=folder / "password",
        templates=folder / "templates",
        hold=2.5,
        digest_hour=18,
        digest_day="friday",
        zone="Europe/Berlin",
        rate=60,
        timeout=10,
        ca_file=Path("/etc/ssl/ours.pem"),
        endpoint="https://mail.example.com/api",
        smtp_host="mail.example.com",
        smtp_port=2525,
        smtp_security="tls",
        smtp_user="desk",
        sendmail_path=Path("/usr/lib/sendmail"),
        mailgun_domain="mg.example.com",
        mailgun_region="eu",
        ses_region="eu-central-1",
        mock_file=folder / "sent.mbox",
        mock_failure="later",
        intake_addresses=("support@example.com",),
        intake_trusted_authserv_id="mx.example.com",
        intake_agent_mail="reply",
        intake_reopen_days=60,
        intake_scan="clamdscan --stdout",
        intake_maildir=folder / "Maildir",
        intake_poll=30,
        intake_alarm=60,
        intake_imap_host="imap.example.com",
        intake_imap_port=1143,
        intake_imap_security="starttls",
        intake_imap_user="help",
        intake_imap_folder="Help/In",
        intake_imap_secret_file=folder / "imap-password",
        intake_imap_token_command="oauth2 token",
    )
    assert {settings.sources[setting.name] for setting in MAIL_SETTINGS} == {"config file"}
    assert settings.mail.weekday == 4
    summer = datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert summer.astimezone(settings.mail.tz).hour == 14
    assert MailSettings().tz is None


def test_the_environment_beats_the_config_file(write_config, monkeypatch):
    write_config('[mail]\nprovider = "ses"\nsender = "file@example.com"\n[mail.smtp]\nhost = "file.example.com"\n')
    for name, value in {
        "EMAIL_PROVIDER": "SMTP",
        "FROM_EMAIL": "env@example.com",
        "SMTP_HOST": "env.example.com",
        "SMTP_PORT": "25",
        "SMTP_USER": "env",
    }.items():
        monkeypatch.setenv(name, value)
    settings = load()
    mail = settings.mail
    assert (mail.provider, mail.sender, mail.smtp_host) == ("smtp", "env@example.com", "env.example.com")
    assert (mail.smtp_port, mail.smtp_user) == (25, "env")
    assert settings.sources["mail.provider"] == "EMAIL_PROVIDER"
    assert settings.sources["mail.smtp.host"] == "SMTP_HOST"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("mail = 'smtp'", ["mail: 'smtp'", "a table such as [mail]"]),
        ("[mail]\nprovidr = 'smtp'", ["no setting 'mail.providr'", "mail.provider"]),
        ("[mail.smtp]\nhosts = 'x'", ["no setting 'mail.smtp.hosts'"]),
        ("[mail.postfix]", ["no setting 'mail.postfix'"]),
        ("[mail]\nsmtp = 'x'", ["no setting 'mail.smtp'"]),
        ("[mail]\nprovider = 'pigeon'", ["mail.provider: 'pigeon'", "mock, sendmail, smtp, sendgrid, mailgun or ses"]),
        ("[mail]\nprovider = ['smtp']", ["mail.provider: "]),
        ("[mail]\nsender = 'nobody'", ["mail.sender: 'nobody'", "it must be a mail address"]),
        ("[mail]\nsender = 'jörg@example.com'", ["mail.sender", "plain ASCII"]),
        ("[mail]\nsender = 'Desk, the <desk@example.com>'", ["mail.sender", "it must be a mail address"]),
        ('[mail]\nsender = "a@example.com\\nBcc: b@example.com"', ["mail.sender", "on one line"]),
        ("[mail]\nhold = -1", ["mail.hold: '-1'", "a number from 0 to 3600"]),
        ("[mail]\nhold = true", ["mail.hold: 'True'"]),
        ("[mail]\nhold = nan", ["mail.hold: 'nan'"]),
        ("[mail]\ndigest_hour = 24", ["mail.digest_hour", "a whole number from 0 to 23"]),
        ("[mail]\ndigest_hour = 8.5", ["mail.digest_hour", "a whole number from 0 to 23"]),
        ("[mail]\ndigest_day = 'someday'", ["mail.digest_day", "monday, tuesday"]),
        ("[mail]\nzone = 'Berlin'", ["mail.zone: 'Berlin'", "Europe/Berlin"]),
        ("[mail]\nzone = '../../etc/passwd'", ["mail.zone", "Europe/Berlin"]),
        ("[mail]\nrate = 'fast'", ["mail.rate: 'fast'", "a whole number"]),
        ("[mail]\ntimeout = 0", ["mail.timeout", "a number from 0.1 to 60"]),
        ("[mail]\nendpoint = 'http://api.example.com'", ["mail.endpoint", "begins with https://"]),
        ("[mail]\nendpoint = 'https://key@api.example.com'", ["mail.endpoint"]),
        ("[mail]\nendpoint = 'https://['", ["mail.endpoint"]),
        ("[mail]\ntemplates = 3", ["mail.templates: '3'", "a text on one line"]),
        ("[mail.smtp]\nport = 0", ["mail.smtp.port", "1 to 65535"]),
        ("[mail.smtp]\nhost = 'mail example'", ["mail.smtp.host", "the name of a host"]),
        ("[mail.mailgun]\ndomain = 'a/../b'", ["mail.mailgun.domain", "the name of a host"]),
        ("[mail.smtp]\nsecurity = 'ssl'", ["mail.smtp.security: 'ssl'", "none, starttls or tls"]),
        ("[mail.mock]\nfailure = 'yes'", ["mail.mock.failure", "refused, later, down or unknown"]),
        ("[mail]\nprovider = 'smtp'", ["mail.sender: it is not set", "provider smtp needs the address"]),
        ("[mail]\nprovider = 'mailgun'\nsender = 'a@example.com'", ["mail.mailgun.domain: it is not set"]),
        (
            "[mail]\nprovider = 'smtp'\nsender = 'a@example.com'\n"
            "[mail.smtp]\nhost = 'mail.example.com'\nuser = 'a'\nsecurity = 'none'",
            ["mail.smtp.security: 'none'", "in the clear"],
        ),
    ],
)
def test_a_value_at_fault_is_named_with_what_is_allowed_and_where_it_stands(write_config, text, says):
    path = write_config(text)
    message = refusal()
    assert str(path) in message
    for words in says:
        assert words in message


def test_a_variable_at_fault_is_named(monkeypatch):
    monkeypatch.setenv("EMAIL_PROVIDER", "pigeon")
    assert refusal().endswith("(from EMAIL_PROVIDER)")
    monkeypatch.setenv("EMAIL_PROVIDER", "sendgrid")
    assert refusal().endswith(
        "provider sendgrid needs the address that the desk's mail comes from (from EMAIL_PROVIDER)"
    )


def test_a_login_without_tls_stays_on_the_box(write_config):
    write_config("[mail]\nprovider = 'smtp'\nsender = 'a@example.com'\n[mail.smtp]\nuser = 'a'\nsecurity = 'none'\n")
    assert load().mail.smtp_host == "localhost"


def test_a_table_whose_lines_are_commented_out_says_nothing(write_config):
    write_config("[mail]\n[mail.mock]\n# file = 'sent.mbox'\n[mail.smtp]\n")
    assert load().mail == MailSettings()
    write_config("[mail.mocks]\n")
    with pytest.raises(InvalidValue, match="there is no setting 'mail.mocks'"):
        load()


def test_paths_start_at_the_folder_of_a_config_file_that_was_named_in_short(write_config, monkeypatch):
    folder = write_config(
        "[mail]\nca_file = 'ca.pem'\n[mail.sendmail]\npath = 'sendmail'\n[mail.mock]\nfile = 'mbox'\n"
    ).parent
    monkeypatch.chdir(folder)
    mail = load(config="config.toml").mail
    assert (mail.ca_file, mail.sendmail_path, mail.mock_file) == (
        folder / "ca.pem",
        folder / "sendmail",
        folder / "mbox",
    )


def test_a_sender_that_is_no_address_is_quoted_whole(write_config):
    write_config('[mail]\nsender = "not an address"\n')
    assert "mail.sender: 'not an address' is not allowed; it must be a mail address" in refusal()


@pytest.mark.parametrize(
    "line",
    [
        "endpoint = 'https://ann:hunter2@api.example.com'",
        "endpoint = 'https://api.example.com/?key=hunter2'",
        "endpoint = 'http://hun/ter2@hunter2@api.example.com'",
        "endpoint = 'ann:hunter2@api.example.com'",
        "smtp.host = 'smtps://ann:hunter2@mail.example.com:465'",
        "smtp.host = 'ann:hunter2@mail.example.com'",
        "mailgun.domain = 'api:hunter2@mg.example.com'",
        "provider = 'smtp://ann:hunter2@mail.example.com'",
        "sender = 'https://ann:hunter2@example.com'",
        "zone = 'https://ann:hunter2@example.com'",
        "rate = 'https://ann:hunter2@example.com'",
    ],
)
def test_a_password_in_a_setting_at_fault_is_not_repeated(write_config, line):
    write_config(f"[mail]\n{line}")
    message = refusal()
    assert line.partition(" ")[0] in message
    assert "hunter2" not in message


@pytest.fixture
def no_zones(monkeypatch):
    """A machine without a time zone database, in the system or as a package."""
    before = zoneinfo.TZPATH
    for name in [name for name in sys.modules if name.startswith("tzdata.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "tzdata", None)
    zoneinfo.reset_tzpath(())
    zoneinfo.ZoneInfo.clear_cache()
    yield
    zoneinfo.reset_tzpath(before)


def test_a_machine_without_a_time_zone_database_is_said_to_have_none(write_config, no_zones):
    write_config('[mail]\nzone = "Europe/Berlin"')
    assert "mail.zone: 'Europe/Berlin' cannot be found: this machine has no time zone database" in refusal()
