"""Folders of what a desk keeps outside its database."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def make_folder(folder: Path, desk: Path) -> None:
    """Make a folder: for its owner alone, or for the group where the desk's folder passes its group on."""
    try:
        folder.mkdir()
    except FileExistsError:
        return
    folder.chmod(0o2770 if desk.stat().st_mode & stat.S_ISGID else 0o700)


def sync_folder(folder: Path) -> None:
    """Make renames in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
