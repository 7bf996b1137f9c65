"""The service that sends nothing takes everything but what asks for a failure."""

import mailbox
import os
import stat

import pytest

from supportdesk.email.provider import OutcomeUnknown, Refused, ServiceDown, TryLater
from supportdesk.email.providers.mock import MockProvider
from supportdesk.email.settings import MailSettings
from tests.email.mails import TEXTS, mail, texts


@pytest.mark.parametrize("address", ["rita@example.com", "failure@example.com", "a.fail@example.com", "rita@fail.com"])
def test_mail_is_accepted(address):
    assert MockProvider().send(mail(address)).answer == "250 mock: accepted"


@pytest.mark.parametrize(
    ("address", "failure"),
    [
        ("fail@example.com", Refused),
        ("FAIL@example.com", Refused),
        ("fail+550@example.com", Refused),
        ("later@example.com", TryLater),
        ("later+1@example.com", TryLater),
        ("down@example.com", ServiceDown),
        ("unknown+x@example.com", OutcomeUnknown),
    ],
)
def test_a_failure_can_be_rehearsed(address, failure):
    with pytest.raises(failure, match="mock: ") as caught:
        MockProvider().send(mail(address))
    assert type(caught.value) is failure


@pytest.mark.parametrize(
    ("drill", "failure"),
    [("refused", Refused), ("later", TryLater), ("down", ServiceDown), ("unknown", OutcomeUnknown)],
)
def test_a_drill_lets_every_mail_fail(drill, failure):
    with pytest.raises(failure):
        MockProvider(MailSettings(mock_failure=drill)).send(mail())


def test_what_it_accepts_stands_in_a_file_that_mail_programs_read(tmp_path):
    file = tmp_path / "sent.mbox"
    mock = MockProvider(MailSettings(mock_file=file))
    for name, text in TEXTS.items():
        mock.send(mail(f"{name}@example.com", text=text))
    with pytest.raises(Refused):
        mock.send(mail("fail@example.com"))

    box = mailbox.mbox(file)
    assert [message["To"] for message in box] == [f"{name}@example.com" for name in TEXTS]
    assert [texts(bytes(message))[0] for message in box][:5] == list(TEXTS.values())[:5]
    box.close()


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
@pytest.mark.parametrize(("folder_mode", "file_mode"), [(0o755, 0o600), (0o2770, 0o660)])
def test_its_file_is_readable_by_those_only_who_may_read_a_desk_beside_it(tmp_path, umask, folder_mode, file_mode):
    folder = tmp_path / "desk"
    folder.mkdir()
    folder.chmod(folder_mode)
    before = os.umask(umask)
    try:
        MockProvider(MailSettings(mock_file=folder / "sent.mbox")).send(mail())
    finally:
        os.umask(before)
    assert stat.S_IMODE((folder / "sent.mbox").stat().st_mode) == file_mode


def test_a_file_that_is_there_keeps_its_mode(tmp_path):
    file = tmp_path / "sent.mbox"
    file.touch(0o640)
    file.chmod(0o640)
    MockProvider(MailSettings(mock_file=file)).send(mail())
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_a_file_that_cannot_be_written_is_said(tmp_path):
    with pytest.raises(ServiceDown, match="cannot be written: Is a directory"):
        MockProvider(MailSettings(mock_file=tmp_path)).send(mail())
