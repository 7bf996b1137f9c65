"""OAuth2 access tokens from a command: whoever issues them, this program need not know their protocol."""

from __future__ import annotations

import os
import shlex
import subprocess

from supportdesk.email.fetching.source import SourceFailed
from supportdesk.email.provider import ServiceDown
from supportdesk.email.providers.credentials import SECRET_VARIABLES, Secret, secret_of

SECONDS = 30.0
FIELD = "mail.intake.imap.token_command"
LONGEST = 20_000


def access_token(command: str) -> Secret:
    """Return the token that a command prints, which runs without a shell; raises `SourceFailed`."""
    try:
        words = shlex.split(command)
        ended = subprocess.run(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
            env={name: value for name, value in os.environ.items() if name not in SECRET_VARIABLES},
        )
    except ValueError as error:
        raise SourceFailed(f"{FIELD} is no command: {error}") from error
    except OSError as error:
        raise SourceFailed(f"{FIELD} cannot be run: {error.strerror}") from error
    except subprocess.TimeoutExpired as error:
        raise SourceFailed(f"{FIELD} took more than {SECONDS:g} seconds") from error
    if ended.returncode:
        raise SourceFailed(f"{FIELD} ended with {ended.returncode}")
    try:
        return secret_of(ended.stdout[:LONGEST].decode("utf-8", "replace").strip(), FIELD)
    except ServiceDown as error:
        raise SourceFailed(f"{FIELD} must print an access token and nothing else") from error
