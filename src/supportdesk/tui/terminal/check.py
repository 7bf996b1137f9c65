"""Checks of the terminal: whether it can show the app, and whether a shell can suspend it."""

from __future__ import annotations

import locale
import os
import sys

from supportdesk.domain.errors import NotAllowed

_INSTEAD = "use the commands instead, such as 'supportdesk ticket list'"


def check_terminal() -> None:
    """Raise `NotAllowed` with the reason and the remedy when the app cannot be shown here."""
    # Textual draws on stderr.
    if not (sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()):
        raise NotAllowed(f"the app needs a terminal, and input or output is none; {_INSTEAD}")
    term = os.environ.get("TERM", "")
    if term in ("", "dumb", "unknown"):
        raise NotAllowed(
            f"the app needs a terminal that can move its cursor, and TERM is {term or 'not set'!r}; {_INSTEAD}"
        )
    charset = _charset()
    if charset.upper().replace("-", "") != "UTF8":
        raise NotAllowed(
            f"the app draws in UTF-8, and this locale is {charset}; start it with LC_ALL=C.UTF-8 if your terminal "
            f"shows UTF-8, or {_INSTEAD}"
        )


def has_job_control() -> bool:
    """Return whether the process that started this one is a shell that can bring a stopped program back."""
    try:
        parent = os.getppid()
        return os.getsid(parent) == os.getsid(0) and os.getpgid(parent) != os.getpgrp()
    except OSError:
        return False


def _charset() -> str:
    try:
        locale.setlocale(locale.LC_CTYPE, "")
        return locale.nl_langinfo(locale.CODESET)
    except locale.Error:
        return "not known to this system"
