"""Storing of a mail before anything else happens to it; needs no open desk."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from supportdesk.domain.desk_address import DeskAddress, SqliteFile, files_folder
from supportdesk.domain.errors import Unavailable
from supportdesk.storage.intake.raw_store import HeldMail, RawStore

if TYPE_CHECKING:
    from supportdesk.domain.mail.incoming import Envelope
    from supportdesk.storage.database import Database

INCOMING = "incoming"
"""The folder of the raw mails among the desk's files."""
SQLITE_FILE = b"SQLite format 3\0"
"""How a desk's file begins."""


def store_of(database: Database) -> RawStore:
    """Return where the raw mails of an open desk are kept; where it has no folder, one in which nothing can be."""
    try:
        folder = database.files_folder
    except Unavailable:
        folder = Path(os.devnull)
    return RawStore(folder / INCOMING)


def store_mail(place: RawStore | DeskAddress, raw: bytes, envelope: Envelope, name: str | None = None) -> HeldMail:
    """Store a mail durably, without opening the desk; raises `Unavailable` when it is not durable."""
    store = place if isinstance(place, RawStore) else _store_of(place)
    try:
        return store.put(raw, envelope, name)
    except OSError as error:
        raise Unavailable(f"the mail was not stored: {error.strerror}; try again later") from error


def _store_of(address: DeskAddress) -> RawStore:
    """Return where the raw mails of a desk are kept; beside what is no desk nobody would ever find them."""
    if isinstance(address, SqliteFile):
        try:
            with address.path.open("rb") as file:
                start = file.read(len(SQLITE_FILE))
        except FileNotFoundError:
            start = b""
        except OSError as error:
            raise Unavailable(f"db: {address} cannot be read: {error.strerror}", field="db") from error
        if start not in (b"", SQLITE_FILE):
            raise Unavailable(f"db: {address} is no desk", field="db")
    return RawStore(files_folder(address) / INCOMING)
