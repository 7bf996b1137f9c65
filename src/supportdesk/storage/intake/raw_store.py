"""Raw mails on disk, durable before they are acknowledged: write, fsync, rename, fsync the folder.

`new/` holds what is not filed yet, `filed/` every mail that is, named by its SHA-256.
"""

from __future__ import annotations

import json
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from supportdesk.domain.intake import Envelope


class RawStore:
    """The raw mails of one desk, in a folder beside its file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, raw: bytes, envelope: Envelope) -> Path:
        """Store a mail durably and return its file; raises `OSError` when it is not durable."""
        name = f"{secrets.token_hex(16)}.eml"
        new = self._made("new")
        partial = self._made("tmp") / name
        head = json.dumps({"from": envelope.sender, "to": envelope.recipients}).encode() + b"\n"
        try:
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o660)
            with os.fdopen(descriptor, "wb") as file:
                file.write(head)
                file.write(raw)
                file.flush()
                os.fsync(file.fileno())
            partial.rename(new / name)
        except OSError:
            partial.unlink(missing_ok=True)
            raise
        _sync(new)
        return new / name

    def waiting(self) -> Iterator[Path]:
        """Yield the files that are not filed yet, oldest first."""
        found: list[tuple[int, Path]] = []
        for file in (self._folder / "new").glob("*.eml"):
            # Another process may just have filed it.
            with suppress(FileNotFoundError):
                found.append((file.stat().st_mtime_ns, file))
        yield from (file for _, file in sorted(found))

    def read(self, file: Path) -> tuple[bytes, Envelope]:
        """Return the raw mail and the envelope of a stored file."""
        head, _, raw = file.read_bytes().partition(b"\n")
        try:
            fields = json.loads(head)
            envelope = Envelope(fields["from"], tuple(map(str, fields["to"])))
        except (ValueError, KeyError, TypeError):
            envelope = Envelope()
        return raw, envelope

    def keep(self, file: Path, mail: str) -> None:
        """Move a filed mail to its place; the same bytes are kept once."""
        target = self._place(mail)
        for each in (self._folder / "filed", target.parent):
            _make(each, self._folder.parent.parent)
        file.rename(target)

    def get(self, mail: str) -> bytes:
        """Return the raw bytes of a filed mail; raises `OSError`."""
        return self.read(self._place(mail))[0]

    def _place(self, mail: str) -> Path:
        return self._folder / "filed" / mail[:2] / f"{mail}.eml"

    def _made(self, name: str) -> Path:
        folder = self._folder / name
        if not folder.is_dir():
            for each in (self._folder.parent, self._folder, folder):
                _make(each, self._folder.parent.parent)
            _sync(folder.parent)
        return folder


def mail_id(raw: bytes) -> str:
    """Return the id of a mail: the SHA-256 of its bytes."""
    return sha256(raw).hexdigest()


def _make(folder: Path, desk: Path) -> None:
    """Make a folder: for its owner alone, or for the group where the desk's folder passes its group on."""
    try:
        folder.mkdir()
    except FileExistsError:
        return
    folder.chmod(0o2770 if desk.stat().st_mode & stat.S_ISGID else 0o700)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
