"""The attachment service: files that came with the messages of a ticket."""

from __future__ import annotations

import errno
import os
from collections.abc import MutableSequence, Sequence
from dataclasses import replace
from functools import cached_property
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from supportdesk.domain.conversation.attachment import Attachment, NewFile, safe_name
from supportdesk.domain.conversation.message import check_sizes
from supportdesk.domain.errors import NotAllowed, NotFound, Unavailable, invalid
from supportdesk.domain.text import clean_line
from supportdesk.services.context import Context
from supportdesk.services.tickets.service import Tickets
from supportdesk.storage.content_store import ContentStore
from supportdesk.storage.conversation import attachments
from supportdesk.storage.merges import members

if TYPE_CHECKING:
    from supportdesk.email.receiving.reader import MailReader

SCAN_SECONDS = 60
SCAN_FOUND = 1
MAILS_OPENED, MAILS_DEPTH = 20, 3
"""How many mails that were attached are looked into, and how deep: what was forwarded is forwarded again."""


class Attachments:
    """Use cases on attachments."""

    def __init__(self, context: Context, tickets: Tickets) -> None:
        self._context = context
        self._database = context.database
        self._tickets = tickets

    @cached_property
    def _store(self) -> ContentStore:
        return content_store(self._context)

    def list(self, ticket: str) -> Sequence[Attachment]:
        """Return the files of a ticket and of those that were merged into it, oldest first.

        Those in mails that were attached come last.
        """
        # Lazy import: keeps start-up fast.
        from supportdesk.domain.conversation.content_type import START_BYTES, difference

        found = self._tickets.get(ticket)
        files = attachments.ask_of_tickets(self._database, members(self._database, found.id))()
        if any(file.is_mail for file in files):
            self._look_into(files)
        starts = (b"" if each.inside else self._store.start(each.sha256, START_BYTES) for each in files)
        return [
            replace(file, difference=difference(file.name, file.content_type, start)) if start else file
            for file, start in zip(files, starts, strict=True)
        ]

    def find(self, ticket: str, wanted: str) -> Attachment:
        """Return a file of a ticket by its place in the list or its name; raises `NotFound`."""
        files = self.list(ticket)
        by_place = [file for place, file in enumerate(files, 1) if wanted == str(place)]
        found = by_place or [file for file in files if wanted in (file.name, safe_name(file.name))]
        if not found:
            raise NotFound(f"{wanted!r} is no attachment of this ticket; it has {len(files)}")
        return found[0]

    def content(self, file: Attachment) -> bytes:
        """Return the bytes of a file.

        Raises `NotAllowed` when the scan command finds something in it, `Unavailable` when the file or the command
        cannot be read.
        """
        try:
            content = self._store.get(file.sha256) if file.inside is None else self._content_inside(file)
        except OSError as error:
            raise Unavailable(f"the file {clean_line(file.name)} cannot be read: {error.strerror}") from error
        if self._context.mail.intake_scan:
            _scan(self._context.mail.intake_scan, self._store.path(file.outermost.sha256), content, file)
        return content

    def _look_into(self, files: MutableSequence[Attachment]) -> None:
        """Add the files in mails that were attached to the list of files, and those in mails among them."""
        # Lazy import: keeps start-up fast.
        from supportdesk.email.receiving.reader import MailReader

        opened = 0
        with MailReader() as reader:
            for file in files:
                if file.is_mail and file.depth < MAILS_DEPTH and opened < MAILS_OPENED:
                    opened += 1
                    files.extend(inner for inner, _ in self._inside(file, reader))

    def _inside(self, mail: Attachment, reader: MailReader) -> Sequence[tuple[Attachment, bytes]]:
        """Return the files in a mail that was attached, with their bytes; none of one that cannot be read."""
        # Lazy imports: keep start-up fast.
        from supportdesk.domain.conversation.content_type import START_BYTES, difference
        from supportdesk.email.receiving.reader import Unreadable

        try:
            parsed = reader.read(self._bytes(mail, reader))
        except (Unreadable, OSError):
            return []
        return [
            (
                Attachment(mail.message, each.name, each.content_type, each.size, sha256(each.content).hexdigest(),
                           each.inline, inside=mail,
                           difference=difference(each.name, each.content_type, each.content[:START_BYTES])),
                each.content,
            )
            for each in parsed.attachments
        ]  # fmt: skip

    def _content_inside(self, file: Attachment) -> bytes:
        # Lazy import: keeps start-up fast.
        from supportdesk.email.receiving.reader import MailReader

        with MailReader() as reader:
            return self._bytes(file, reader)

    def _bytes(self, file: Attachment, reader: MailReader) -> bytes:
        if file.inside is None:
            return self._store.get(file.sha256)
        found = [content for each, content in self._inside(file.inside, reader) if each.sha256 == file.sha256]
        if not found:
            raise OSError(errno.EIO, "the mail that it is in cannot be read any more")
        return found[0]

    def save(self, file: Attachment, folder: Path) -> Path:
        """Save a file in a folder under its cleaned name, and return where it is.

        Nothing is overwritten: a name that is taken gets a number. Raises like `content`, and `Unavailable` where the
        folder cannot be written.
        """
        content = self.content(file)
        try:
            return _save_as(folder, safe_name(file.name) or "attachment", content)
        except OSError as error:
            raise Unavailable(f"the attachment cannot be saved in {folder}: {error.strerror}") from error


def content_store(context: Context) -> ContentStore:
    """Return the store of a desk's attachments."""
    return ContentStore(context.database.files_folder / "attachments")


def store_new(context: Context, files: Sequence[NewFile]) -> list[Attachment]:
    """Store the files of a reply durably, before the transaction that names them; raises `Unavailable`."""
    if not files:
        return []
    try:
        store = content_store(context)
        return [Attachment("", each.name, each.content_type, len(each.content), store.put(each.content), inline=False)
                for each in files]  # fmt: skip
    except OSError as error:
        raise Unavailable(f"the files of the reply were not stored: {error.strerror}") from error


def read_files(paths: Sequence[Path]) -> list[NewFile]:
    """Return files of this machine to go with a reply.

    Raises `InvalidValue` for what is no file and for too much, before anything is read, and `Unavailable`.
    """
    check_files(paths)
    try:
        return [NewFile(safe_name(path.name) or "attachment", _type_of(path.name), path.read_bytes()) for path in paths]
    except OSError as error:
        raise Unavailable(f"{error.filename} cannot be read: {error.strerror}", field="attach") from error


def check_files(paths: Sequence[Path]) -> None:
    """Raise `InvalidValue` for what cannot go with a reply, without reading it."""
    try:
        for path in paths:
            if not path.is_file():
                raise invalid("attach", str(path), "it must be a file")
        check_sizes([path.stat().st_size for path in paths])
    except OSError as error:
        raise Unavailable(f"{error.filename} cannot be read: {error.strerror}", field="attach") from error


def _type_of(name: str) -> str:
    # Lazy import: keeps start-up fast.
    import mimetypes

    guessed, encoding = mimetypes.guess_type(name, strict=False)
    return guessed if guessed and not encoding else "application/octet-stream"


def _save_as(folder: Path, name: str, content: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    wanted = Path(name)
    for number in count(1):
        target = folder / (name if number == 1 else f"{wanted.stem}-{number}{wanted.suffix}")
        try:
            descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        except FileExistsError:
            continue
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(content)
        return target
    raise AssertionError("numbers do not end")


def _scan(command: str, path: Path, content: bytes, file: Attachment) -> None:
    """Run the scan command on a file: on its standard input, and by its path where `{file}` is."""
    # Lazy imports: keep start-up fast.
    import shlex
    import subprocess

    words = [str(path) if word == "{file}" else word for word in shlex.split(command)]
    try:
        ended = subprocess.run(words, input=content, capture_output=True, timeout=SCAN_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unavailable(
            f"the file cannot be scanned, and is not offered unscanned: {type(error).__name__}"
        ) from error
    said = clean_line((ended.stdout or ended.stderr).decode("utf-8", "replace").strip().split("\n")[0])[:200]
    if ended.returncode == SCAN_FOUND:
        raise NotAllowed(f"the scan command refuses {clean_line(file.name)}: {said or 'found something'}")
    if ended.returncode:
        raise Unavailable(f"the file cannot be scanned, and is not offered unscanned: {said or ended.returncode}")
