"""A Maildir, read with plain file operations: the standard library's `mailbox` would parse each mail, and lock none."""

from __future__ import annotations

import fcntl
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

from supportdesk.domain.mail.incoming import MAIL_LIMIT
from supportdesk.email.fetching.source import HEAD_KEPT, TOO_LARGE, Fetched, Position, SourceFailed, Stop, Store

FOLDERS = ("new", "cur")
SEEN = "S"
LOOK_SECONDS = 1.0


class Maildir:
    """A Maildir (https://cr.yp.to/proto/maildir.html): what is in `new/` or not marked as seen is taken.

    A mail that was taken is marked as seen, in `cur/`, and never deleted.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.name = f"maildir {folder}"

    def take(self, position: Position, store: Store, stop: Stop) -> None:
        """Store what is new, oldest first, then mark it as seen; raises `SourceFailed`."""
        self._check_folders()
        faults = []
        for file in self._listed():
            if stop():
                return
            try:
                self._take(file, store)
            except OSError as error:
                # It must not stand in the way of those after it.
                faults.append(f"{file} cannot be taken: {error.strerror}")
        if faults:
            raise SourceFailed(f"{faults[0]}{f', and {len(faults) - 1} more' if len(faults) > 1 else ''}")

    def wait(self, seconds: float, stop: Stop) -> bool:
        """Return when there is new mail, or after some seconds."""
        end = monotonic() + seconds
        while not stop() and monotonic() < end and not self._listed():
            sleep(min(LOOK_SECONDS, max(0.0, end - monotonic())))
        return True

    def check(self) -> int:
        """Return how many mails are not marked as seen; raise `SourceFailed` when they cannot be taken."""
        self._check_folders()
        return len(self._listed())

    def close(self) -> None:
        """Nothing is kept open."""

    def _check_folders(self) -> None:
        for folder in FOLDERS:
            if not os.access(self._folder / folder, os.R_OK | os.W_OK | os.X_OK):
                raise SourceFailed(f"{self._folder / folder} is missing, or not yours to read and write")

    def _listed(self) -> list[Path]:
        """Return the files of mails that are not marked as seen, oldest first."""
        try:
            return [file for _, file in sorted(self._unseen())]
        except OSError as error:
            raise SourceFailed(f"{self._folder} cannot be read: {error.strerror}") from error

    def _unseen(self) -> Iterator[tuple[int, Path]]:
        for folder in FOLDERS:
            with os.scandir(self._folder / folder) as entries:
                for entry in entries:
                    seen = folder == "cur" and SEEN in entry.name.partition(":2,")[2]
                    # Another process may just have moved it.
                    with suppress(FileNotFoundError):
                        if not seen and not entry.name.startswith(".") and entry.is_file(follow_symlinks=False):
                            yield entry.stat(follow_symlinks=False).st_mtime_ns, Path(entry.path)

    def _take(self, file: Path, store: Store) -> None:
        """Take one mail, unless another process does so just now, or has done it."""
        try:
            descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            return
        with os.fdopen(descriptor, "rb") as opened:
            try:
                fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
                status = os.fstat(descriptor)
                if not (stat.S_ISREG(status.st_mode) and os.path.samestat(status, file.stat())):
                    return
            except (BlockingIOError, FileNotFoundError):
                return
            raw = opened.read(MAIL_LIMIT + 1)
            unique, _, flags = file.name.partition(":2,")
            cause = TOO_LARGE if len(raw) > MAIL_LIMIT else ""
            store(Fetched(f"{self.name}\0{unique}", raw[:HEAD_KEPT] if cause else raw, cause))
            file.rename(self._free(unique, "".join(sorted({*flags, SEEN}))))

    def _free(self, unique: str, flags: str) -> Path:
        """Return where a mail goes, over no other one."""
        target = self._folder / "cur" / f"{unique}:2,{flags}"
        return target if not target.exists() else target.with_name(f"{unique}.{secrets.token_hex(4)}:2,{flags}")
