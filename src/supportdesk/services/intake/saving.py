"""Saving attachments: a name from outside never leaves its folder, and nothing is overwritten."""

from __future__ import annotations

import os
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from supportdesk.email.receiving.parsed import Attachment


def save_as(folder: Path, file: Attachment) -> Path:
    """Save a file in a folder under its cleaned name, or that name with a number; raises `OSError`."""
    # Lazy import: keeps start-up fast.
    from supportdesk.email.receiving.parts import safe_name

    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = Path(safe_name(file.name) or "attachment")
    for number in count(1):
        target = folder / (name.name if number == 1 else f"{name.stem}-{number}{name.suffix}")
        try:
            descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        except FileExistsError:
            continue
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(file.content)
        return target
    raise AssertionError("numbers do not end")
