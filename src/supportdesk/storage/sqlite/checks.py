"""Checks of the place where the file lies: room on the disk, permissions."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from supportdesk.domain.finding import Finding

ROOM = 100_000_000


def check_place(path: Path) -> Iterator[Finding]:
    """Yield whether the desk has room to grow, and whether the right people can read and write it."""
    free = shutil.disk_usage(path.parent).free
    yield Finding(
        "disk", f"{free / 1e6:,.0f} MB free", "" if free > ROOM else f"make room on the disk of {path.parent}"
    )
    mode, folder = path.stat().st_mode, path.parent.stat().st_mode
    if mode & stat.S_IRWXO:
        yield Finding("permissions", "everybody on this machine can read the desk", f"chmod o-rwx {path}")
    elif folder & stat.S_ISGID and not mode & stat.S_IWGRP:
        yield Finding("permissions", "its group cannot write the desk", f"chmod g+rw {path}")
    else:
        yield Finding("permissions", f"mode {stat.S_IMODE(mode):o}")
