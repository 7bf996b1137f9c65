"""What a desk keeps beside its database, copied with it: raw mails and the contents of attachments.

No file is ever changed once it has its name, so a copy only adds what is missing, by a hard link where that can be: it
grows with what is new, and what it had before stays whole at any moment.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from supportdesk.storage.folders import make_folder, sync_folder

# In this order: a mail moves from the first to the second once it is filed.
KEPT = ("incoming/new", "incoming/filed", "attachments")


@dataclass(frozen=True, slots=True)
class FilesAdded:
    """How many files a copy has, and how many of them were missing before."""

    files: int
    added: int


def add_missing(source: Path, target: Path) -> FilesAdded:
    """Add to a folder what another one has and it has not; raises `OSError`."""
    files = added = 0
    for place in _folders(source):
        into = target / place
        changed = False
        for name in _names(source / place):
            files += 1
            if not (into / name).exists():
                for folder in (target, *reversed([into, *into.parents][: len(place.parts)])):
                    make_folder(folder, target.parent)
                # Another process may just have filed the mail: then it is in the folder after this one.
                with suppress(FileNotFoundError):
                    _link_or_copy(source / place / name, into / name)
                    added, changed = added + 1, True
        if changed:
            sync_folder(into)
    return FilesAdded(files, added)


def remove_others(source: Path, target: Path) -> None:
    """Remove from a folder what another one has not; raises `OSError`."""
    for place in _folders(target):
        for name in _names(target / place):
            if not (source / place / name).exists():
                (target / place / name).unlink(missing_ok=True)


def _folders(root: Path) -> Iterator[Path]:
    for name in KEPT:
        folder = root / name
        if folder.is_dir():
            yield Path(name)
            with os.scandir(folder) as entries:
                yield from sorted(Path(name, entry.name) for entry in entries if entry.is_dir(follow_symlinks=False))


def _names(folder: Path) -> list[str]:
    with os.scandir(folder) as entries:
        return [entry.name for entry in entries if entry.is_file(follow_symlinks=False) and entry.name[0] != "."]


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except FileNotFoundError:
        raise
    except FileExistsError:
        return
    except OSError:
        # Another disk, or one without hard links.
        partial = target.with_name(f".{secrets.token_hex(8)}.partial")
        try:
            shutil.copy2(source, partial)
            descriptor = os.open(partial, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            partial.rename(target)
        except OSError:
            partial.unlink(missing_ok=True)
            raise
