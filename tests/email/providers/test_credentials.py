"""Passwords: where they are found, and that they are shown nowhere."""

import os
import pickle
from base64 import b64encode
from urllib.parse import quote

import pytest

from supportdesk.email.provider import ServiceDown
from supportdesk.email.providers.credentials import WORDS_LIMIT, Secret, read_secret, redacted, required_secret

NAME = "SMTP_PASSWORD"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "secret"
    path.write_text("from-file\n", encoding="utf-8")
    path.chmod(0o600)
    return path


def test_the_environment_comes_before_the_file(file, monkeypatch):
    assert read_secret(NAME, None) is None
    assert read_secret(NAME, file).reveal() == "from-file"
    monkeypatch.setenv(NAME, " from-environment\n")
    assert read_secret(NAME, file).reveal() == "from-environment"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_file_that_others_can_read_is_refused(file, mode):
    file.chmod(mode)
    with pytest.raises(ServiceDown, match=f"others can read .*chmod 600 {file}"):
        read_secret(NAME, file)


@pytest.mark.parametrize("content", [b"", b"\n", b"two\nlines\n", b"\xff\xfe", "пароль".encode(), b"a\x1bb", b"a\0b"])
def test_a_file_with_anything_but_a_password_is_refused_without_showing_it(file, content):
    file.write_bytes(content)
    with pytest.raises(ServiceDown, match="on one line, in plain ASCII") as caught:
        read_secret(NAME, file)
    assert "lines" not in str(caught.value)


def test_a_file_that_cannot_be_read_is_said(tmp_path):
    with pytest.raises(ServiceDown, match="No such file"):
        read_secret(NAME, tmp_path / "absent")
    with pytest.raises(ServiceDown, match="Is a directory"):
        read_secret(NAME, tmp_path)


def test_a_pipe_does_not_make_it_wait(tmp_path):
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(ServiceDown, match="is not a regular file"):
        read_secret(NAME, tmp_path / "pipe")


def test_a_password_that_is_nowhere_is_asked_for():
    with pytest.raises(ServiceDown, match="there is no SMTP_PASSWORD in the environment, and mail.secret_file names"):
        required_secret(NAME, None)


def test_a_secret_shows_itself_to_nobody():
    secret = Secret("p4ss")
    assert "p4ss" not in f"{secret} {secret!r} {[secret]} {vars(type(secret)).keys()}"
    with pytest.raises(TypeError):
        pickle.dumps(secret)


@pytest.mark.parametrize(
    "form",
    [
        lambda user, text: text,
        lambda user, text: b64encode(f"\0{user}\0{text}".encode()).decode(),
        lambda user, text: b64encode(text.encode()).decode(),
        lambda user, text: b64encode(f"api:{text}".encode()).decode(),
        lambda user, text: quote(text, safe=""),
    ],
)
def test_the_words_of_a_service_are_kept_without_the_secret(form):
    text = "p4ss/w0rd+="
    words = f"535 what is {form('ann', text)}?"
    assert redacted(words, Secret(text), user="ann") == "535 what is ***?"


def test_the_words_of_a_service_are_one_clean_short_line():
    assert redacted(b"no\r\nway \x1b[31mhere\xff") == "no way here\ufffd"
    assert len(redacted("x" * 10_000)) == WORDS_LIMIT
