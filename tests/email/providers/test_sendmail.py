"""Mail through a sendmail command: one that takes it, and those that do not."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from supportdesk.email.provider import OutcomeUnknown, Refused, ServiceDown, TryLater
from supportdesk.email.providers.sendmail import SendmailProvider
from supportdesk.email.settings import MailSettings
from tests.email.mails import TEXTS, mail, texts

RECORDS = """
for word in "$@"; do printf '%s\\n' "$word"; done > "$0.words"
env > "$0.env"
cat > "$0.mail"
"""


@pytest.fixture
def sendmail(tmp_path: Path) -> Callable[..., SendmailProvider]:
    """A command that runs this script."""

    def make(script: str, timeout: float = 20) -> SendmailProvider:
        path = tmp_path / "sendmail"
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return SendmailProvider(MailSettings(provider="sendmail", sendmail_path=path, timeout=timeout))

    return make


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_text_arrives_as_it_was_written(sendmail, tmp_path, text):
    assert sendmail(RECORDS).send(mail(text=text, html=f"<p>{text}</p>\n")).answer == "sendmail: accepted"
    data = (tmp_path / "sendmail.mail").read_bytes()
    assert b"\r" not in data
    assert texts(data) == (text, f"<p>{text}</p>\n")


def test_no_address_is_taken_for_an_option_or_a_command(sendmail, tmp_path):
    sendmail(RECORDS).send(mail("-oQ/tmp|`id`$HOME@example.com"))
    words = (tmp_path / "sendmail.words").read_text("utf-8").splitlines()
    assert words == ["-i", "-f", "desk@example.com", "--", "-oQ/tmp|`id`$HOME@example.com"]


def test_passwords_of_other_services_are_not_handed_on(sendmail, tmp_path, monkeypatch):
    monkeypatch.setenv("SMTP_PASSWORD", "secret")
    sendmail(RECORDS).send(mail())
    assert "secret" not in (tmp_path / "sendmail.env").read_text("utf-8")


@pytest.mark.parametrize(
    ("code", "failure"),
    [
        (os.EX_TEMPFAIL, TryLater),
        (os.EX_IOERR, TryLater),
        (1, TryLater),
        (os.EX_NOUSER, Refused),
        (os.EX_NOHOST, Refused),
        (os.EX_DATAERR, Refused),
        (os.EX_UNAVAILABLE, ServiceDown),
        (os.EX_USAGE, ServiceDown),
        (os.EX_CONFIG, ServiceDown),
        (os.EX_NOPERM, ServiceDown),
        (127, ServiceDown),
    ],
)
def test_an_exit_code_says_what_became_of_the_mail(sendmail, code, failure):
    with pytest.raises(failure) as caught:
        sendmail(f"cat > /dev/null; printf 'no \\033[31mway\\nhere' >&2; exit {code}").send(mail())
    assert type(caught.value) is failure
    assert str(caught.value).endswith(f"ended with code {code}: no way here")


def test_a_command_that_reads_nothing_is_no_trouble(sendmail):
    with pytest.raises(TryLater, match="code 75"):
        sendmail("exit 75").send(mail(text="x" * 1_000_000))


def test_a_command_that_hangs_is_ended_with_all_it_started(sendmail, tmp_path):
    # Everything that the command starts holds the pipe open; its end is their end.
    os.mkfifo(tmp_path / "sendmail.alive")
    alive = os.open(tmp_path / "sendmail.alive", os.O_RDONLY | os.O_NONBLOCK)
    hangs = sendmail('exec 9> "$0.alive"; cat > /dev/null; sleep 30 & wait', timeout=0.3)
    with pytest.raises(OutcomeUnknown, match=r"did not end within 0.3 seconds"):
        hangs.send(mail())
    os.set_blocking(alive, True)
    assert os.read(alive, 1) == b""
    os.close(alive)


def test_a_command_that_is_ended_may_have_sent_the_mail(sendmail):
    with pytest.raises(OutcomeUnknown, match="signal 9"):
        sendmail("cat > /dev/null; kill -9 $$").send(mail())


def test_a_command_that_is_not_there_is_a_service_that_is_down(tmp_path):
    (tmp_path / "text").write_text("no program", encoding="utf-8")
    for path, words in ((tmp_path / "absent", "No such file"), (tmp_path / "text", "Permission denied")):
        with pytest.raises(ServiceDown, match=words):
            SendmailProvider(MailSettings(provider="sendmail", sendmail_path=path)).send(mail())
