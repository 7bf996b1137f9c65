"""Errors nobody foresaw: written down for those who can mend them, and said in one sentence."""

from __future__ import annotations

import os
from pathlib import Path

from supportdesk.domain.errors import DeskError


class Mistake(DeskError):
    """A mistake in this program."""

    code = "internal_error"


def written_down(error: Exception) -> Mistake:
    """Writes the traceback of an error nobody foresaw to a file; gives the sentence that says where it is."""
    # Imported here: all of this is for the day it is needed.
    import tempfile
    from traceback import format_exception

    from platformdirs import user_state_path

    text = "".join(format_exception(error))
    for folder in (user_state_path("supportdesk", appauthor=False), Path(tempfile.gettempdir())):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(prefix="crash-", suffix=".txt", dir=folder, text=True)
            with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as file:
                file.write(text)
        except OSError:
            continue
        return Mistake(f"this is a mistake in supportdesk ({type(error).__name__}); what happened stands in {name}")
    return Mistake(
        f"this is a mistake in supportdesk ({type(error).__name__}: {error}); no file could be written about it"
    )
