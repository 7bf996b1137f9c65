"""Crash reports: the traceback of an unexpected error, in a file that only this user can read."""

from __future__ import annotations

import os
from pathlib import Path

from supportdesk.domain.errors import DeskError
from supportdesk.domain.redaction import redact


class InternalError(DeskError):
    """A fault of this program."""

    code = "internal_error"


def write_crash_report(error: BaseException) -> InternalError:
    """Write the traceback of an unexpected error to a file; return the error that says where it is."""
    # Lazy import: only a crash needs these.
    import tempfile
    from traceback import format_exception

    from platformdirs import user_state_path

    text = redact("".join(format_exception(error)))
    for folder in (user_state_path("supportdesk", appauthor=False), Path(tempfile.gettempdir())):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(prefix="crash-", suffix=".txt", dir=folder, text=True)
            with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as file:
                file.write(text)
        except OSError:
            continue
        return InternalError(f"internal error ({type(error).__name__}); details were written to {name}")
    return InternalError(f"internal error ({type(error).__name__}: {error}); details could not be written to a file")
