"""Contents of files beside the desk, each under its SHA-256: durable before a row names it, and never changed."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator, Set
from hashlib import sha256
from pathlib import Path

from supportdesk.storage.folders import make_folder, sync_folder

UNUSED_SECONDS = 24 * 60 * 60
"""How long a content that no message has is kept: its mail may still be filed, or wait for a decision."""


class ContentStore:
    """The contents of the attachments of one desk, in a folder beside its file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: bytes) -> str:
        """Store a content durably and return its SHA-256; raises `OSError`."""
        name = sha256(content).hexdigest()
        target = self.path(name)
        try:
            # As new: what nobody needs is removed a day after it was last stored.
            os.utime(target)
        except FileNotFoundError:
            self._write(target, content)
        return name

    def _write(self, target: Path, content: bytes) -> None:
        for folder in (self._folder.parent, self._folder, target.parent):
            make_folder(folder, self._folder.parent.parent)
        partial = target.with_name(f".{secrets.token_hex(8)}.partial")
        try:
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o660)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            partial.rename(target)
        except OSError:
            partial.unlink(missing_ok=True)
            raise
        sync_folder(target.parent)

    def get(self, name: str) -> bytes:
        """Return a content; raises `OSError`, also where it is not what its name says any more."""
        content = self.path(name).read_bytes()
        if sha256(content).hexdigest() != name:
            raise OSError(5, "its content has changed", str(self.path(name)))
        return content

    def is_whole(self, name: str) -> bool:
        """Return whether a content can be read and is what its name says."""
        try:
            self.get(name)
        except OSError:
            return False
        return True

    def start(self, name: str, size: int) -> bytes:
        """Return the first bytes of a content; none of one that cannot be read."""
        try:
            with self.path(name).open("rb") as file:
                return file.read(size)
        except OSError:
            return b""

    def path(self, name: str) -> Path:
        """Return where a content is."""
        return self._folder / name[:2] / name

    def remove_unused(self, used: Callable[[], Set[str]], now: float) -> int:
        """Remove what no message has and was stored more than a day ago; return how many there were.

        `used` is called once the contents were listed: a content is stored before the message that has it. `now` is in
        seconds, as the files' times are. Raises `OSError`.
        """
        old = [name for name, data in self.names() if data.st_mtime < now - UNUSED_SECONDS]
        unused = set(old) - used() if old else set()
        for name in unused:
            self.path(name).unlink(missing_ok=True)
        return len(unused)

    def names(self) -> Iterator[tuple[str, os.stat_result]]:
        """Yield the name of every content with its file's data."""
        for folder in sorted(self._folder.glob("[0-9a-f][0-9a-f]")):
            with os.scandir(folder) as entries:
                yield from ((entry.name, entry.stat()) for entry in entries if len(entry.name) == 64)
