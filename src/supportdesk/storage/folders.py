"""Folders of what a desk keeps outside its database."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def make_folder(folder: Path, desk: Path) -> None:
    """Make a folder: for its owner alone, or for the group where the desk's folder passes its group on."""
    try:
        folder.mkdir(0o700)
    except FileExistsError:
        return
    folder.chmod(0o2770 if _passes_group_on(desk) else 0o700)


def mode_in(folder: Path) -> int:
    """Return the mode of a desk's files in a folder: writable by the group in a setgid folder, else private."""
    return 0o660 if _passes_group_on(folder) else 0o600


def _passes_group_on(folder: Path) -> bool:
    return bool(folder.stat().st_mode & stat.S_ISGID)


def sync_folder(folder: Path) -> None:
    """Make renames in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
