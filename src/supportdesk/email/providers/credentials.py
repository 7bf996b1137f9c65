"""Passwords and API keys: read when a service is opened, redacted from everything that is shown."""

from __future__ import annotations

import os
import stat
from base64 import b64encode
from pathlib import Path
from urllib.parse import quote

from supportdesk.domain.redaction import redact
from supportdesk.domain.text import clean_line
from supportdesk.email.provider import ServiceDown

LONGEST = 10_000
WORDS_LIMIT = 500
SECRET_VARIABLES = ("SMTP_PASSWORD", "SENDGRID_API_KEY", "MAILGUN_API_KEY", "IMAP_PASSWORD")
"""Where a secret can stand in the environment; the file of the settings holds whichever is needed."""


class Secret:
    """A password or key that shows itself to nobody who does not ask by name."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the secret itself, for the service only."""
        return self._text

    def __repr__(self) -> str:
        return "Secret('***')"

    def __reduce__(self) -> str:
        raise TypeError("a secret is not written down")


def read_secret(variable: str, file: Path | None) -> Secret | None:
    """Return the secret from an environment variable, else from the one line of a file; None without either.

    Raises `ServiceDown` for a file that cannot be read, or that others than its owner can read.
    """
    if text := os.environ.get(variable, "").strip():
        return secret_of(text, variable)
    if file is None:
        return None
    try:
        # Not to wait for a pipe's other end.
        with open(os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as opened:
            mode = os.fstat(opened.fileno()).st_mode
            if not stat.S_ISREG(mode):
                raise ServiceDown(f"the secret file {file} is not a regular file")
            if mode & 0o077:
                raise ServiceDown(f"others can read the secret file {file}; make it yours alone: chmod 600 {file}")
            text = opened.read(LONGEST).decode("utf-8", errors="replace").strip()
    except OSError as error:
        raise ServiceDown(f"the secret file {file} cannot be read: {error.strerror}") from None
    return secret_of(text, f"the secret file {file}")


def required_secret(variable: str, file: Path | None) -> Secret:
    """Return the secret that `read_secret` finds; raise `ServiceDown` that says where it is looked for."""
    secret = read_secret(variable, file)
    if secret is None:
        raise ServiceDown(
            f"there is no {variable} in the environment, and mail.secret_file names no file that holds it"
        )
    return secret


def secret_of(text: str, place: str) -> Secret:
    """Return a text as a secret; raise `ServiceDown` that names its `place` when it cannot be one."""
    # Neither SMTP's logins nor HTTP's headers carry anything else.
    if not text or not text.isascii() or not text.isprintable():
        raise ServiceDown(f"{place} must hold the password or key on one line, in plain ASCII, and nothing else")
    return Secret(text)


def redacted(words: object, secret: Secret | None = None, *, user: str = "") -> str:
    """Return a service's words on one line, shortened, without the secret in any form.

    Services do repeat what they got: an SMTP server the line it did not understand, an HTTP one its headers.
    """
    text = clean_line(words.decode("utf-8", errors="replace") if isinstance(words, bytes) else str(words))
    text = redact(text)
    if secret is not None:
        plain = secret.reveal()
        for login in (f"\0{user}\0{plain}", f"{user}:{plain}", f"api:{plain}", plain):
            for form in (login, b64encode(login.encode()).decode(), quote(login, safe="")):
                text = text.replace(form, "***")
    return text if len(text) <= WORDS_LIMIT else text[: WORDS_LIMIT - 1] + "…"
