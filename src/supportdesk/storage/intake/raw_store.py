"""Raw mails on disk, durable before they are acknowledged: write, fsync, rename, fsync the folder.

`new/` holds what is not filed yet, `filed/` every mail that is, named by its SHA-256.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from time import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from supportdesk.storage.folders import make_folder, sync_folder

if TYPE_CHECKING:
    from supportdesk.domain.mail.incoming import Envelope

PREFIXES = tuple(f"{number:02x}" for number in range(256))
"""How ids begin, and the folders of the filed mails are called."""
NO_FOLDER = (FileNotFoundError, NotADirectoryError)
"""What there is to read of a folder that nothing was put into yet, or of a desk on a server that has none."""
UNFINISHED_SECONDS = 24 * 3600


class HeldMail:
    """A stored mail that is not filed yet, and that no other process files until it is released."""

    def __init__(self, file: Path, descriptor: int) -> None:
        self.file = file
        self._descriptor = descriptor

    @property
    def name(self) -> str:
        """The name of its file, by which its filing is recorded once."""
        return self.file.name

    def release(self) -> None:
        """Let other processes file it, when this one has not."""
        os.close(self._descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


class RawStore:
    """The raw mails of one desk, in a folder beside its file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, raw: bytes, envelope: Envelope, name: str | None = None) -> HeldMail:
        """Store a mail durably and hold it; raises `OSError` when it is not durable.

        With the `name` of one that was stored before, it is the same mail once more, and stored once.
        """
        name = f"{name or secrets.token_hex(16)}.eml"
        new = self._made("new")
        partial = self._made("tmp") / f"{secrets.token_hex(16)}.eml"
        fields = {"from": envelope.sender, "to": envelope.recipients, "cause": envelope.cause}
        descriptor = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o660)
        try:
            # Before anybody can see it: whoever stored it is the first to file it.
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _write_all(descriptor, json.dumps(fields).encode() + b"\n")
            _write_all(descriptor, raw)
            os.fsync(descriptor)
            partial.rename(new / name)
            sync_folder(new)
        except BaseException:
            os.close(descriptor)
            with suppress(OSError):
                partial.unlink(missing_ok=True)
            raise
        return HeldMail(new / name, descriptor)

    def hold(self, file: Path) -> HeldMail | None:
        """Hold a stored mail; None when another process holds it or has filed it. Raises `OSError`."""
        try:
            descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.path.samestat(os.fstat(descriptor), file.stat()):
                return HeldMail(file, descriptor)
        except (BlockingIOError, FileNotFoundError):
            pass
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
        return None

    def has_waiting(self) -> bool:
        """Return whether there are files that are not filed yet; costs microseconds."""
        try:
            with os.scandir(self._folder / "new") as entries:
                return any(_is_mail(entry) for entry in entries)
        except OSError:
            return False

    def waiting(self) -> Iterator[Path]:
        """Yield the files that are not filed yet, oldest first."""
        found: list[tuple[int, Path]] = []
        with suppress(*NO_FOLDER), os.scandir(self._folder / "new") as entries:
            for entry in entries:
                # Another process may just have filed it.
                with suppress(FileNotFoundError):
                    if _is_mail(entry):
                        found.append((entry.stat(follow_symlinks=False).st_mtime_ns, Path(entry.path)))
        yield from (file for _, file in sorted(found))

    def oldest_waiting(self) -> float | None:
        """Return since when the oldest mail waits to be filed, in seconds since 1970; None when none waits."""
        oldest = next(self.waiting(), None)
        try:
            return None if oldest is None else oldest.stat().st_mtime
        except FileNotFoundError:
            return None

    def is_waiting(self, name: str) -> bool:
        """Return whether the file of this name is still where mails wait to be filed."""
        return (self._folder / "new" / name).exists()

    def kept(self, prefix: str) -> Iterator[str]:
        """Yield the ids of the filed mails that begin with two digits, one of `PREFIXES`."""
        with suppress(*NO_FOLDER), os.scandir(self._folder / "filed" / prefix) as entries:
            for entry in entries:
                if entry.name.endswith(".eml"):
                    yield entry.name.removesuffix(".eml")

    def is_whole(self, mail: str) -> bool:
        """Return whether the bytes of a filed mail are those that its id was made of."""
        try:
            return mail_id(self.get(mail)) == mail
        except OSError:
            return False

    def put_back(self, mail: str) -> None:
        """Have a filed mail wait to be filed once more, under the name of its id; raises `OSError`."""
        self._place(mail).rename(self._made("new") / again_name(mail))

    def remove_unfinished(self) -> None:
        """Remove what processes that ended have left half written, a day later."""
        with suppress(*NO_FOLDER), os.scandir(self._folder / "tmp") as entries:
            for entry in entries:
                with suppress(OSError):
                    if time() - entry.stat(follow_symlinks=False).st_mtime > UNFINISHED_SECONDS:
                        os.unlink(entry.path)

    def read(self, file: Path) -> tuple[bytes, Envelope]:
        """Return the raw mail and the envelope of a stored file."""
        # Lazy import: keeps start-up fast.
        from supportdesk.domain.mail.incoming import Envelope

        head, _, raw = file.read_bytes().partition(b"\n")
        try:
            fields = json.loads(head)
            envelope = Envelope(fields["from"], tuple(map(str, fields["to"])), str(fields.get("cause", "")))
        except (ValueError, KeyError, TypeError):
            envelope = Envelope()
        return raw, envelope

    def keep(self, file: Path, mail: str) -> None:
        """Move a filed mail to its place; the same bytes are kept once."""
        target = self._place(mail)
        for each in (self._folder / "filed", target.parent):
            make_folder(each, self._folder.parent.parent)
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
                make_folder(each, self._folder.parent.parent)
            sync_folder(folder.parent)
        return folder


def again_name(mail: str) -> str:
    """Return the name of the file of a mail that waits to be filed once more."""
    return f"{mail}.eml"


def mail_id(raw: bytes) -> str:
    """Return the id of a mail: the SHA-256 of its bytes."""
    return sha256(raw).hexdigest()


def _is_mail(entry: os.DirEntry[str]) -> bool:
    return entry.name.endswith(".eml") and entry.is_file(follow_symlinks=False)


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
