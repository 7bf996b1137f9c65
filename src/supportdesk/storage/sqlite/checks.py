"""Checks of the file: room on its disk, permissions, and text that cannot be read."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from supportdesk.domain.desk_address import SqliteFile, files_folder
from supportdesk.domain.finding import Finding

ROOM = 100_000_000
_INDEXED = {
    "tickets_text": "tickets",
    "faqs_text": "faqs",
    "faqs_words": "faqs",
    "notes_text": "messages WHERE kind = 'note' AND removed_at IS NULL",
}
"""The indexes of words, and the rows that each has."""


def check_place(path: Path) -> Iterator[Finding]:
    """Yield whether the desk has room to grow, and whether the right people can read and write it."""
    free = shutil.disk_usage(path.parent).free
    yield Finding(
        "disk", f"{free / 1e6:,.0f} MB free", "" if free > ROOM else f"make room on the disk of {path.parent}"
    )
    mode, folder = path.stat().st_mode, path.parent.stat().st_mode
    files = files_folder(SqliteFile(path))
    if files.exists() and files.stat().st_mode & stat.S_IRWXO:
        yield Finding("permissions", "everybody on this machine can enter the folder of mails", f"chmod o-rwx {files}")
    if mode & stat.S_IRWXO:
        yield Finding("permissions", "everybody on this machine can read the desk", f"chmod o-rwx {path}")
    elif folder & stat.S_ISGID and not mode & stat.S_IWGRP:
        yield Finding("permissions", "its group cannot write the desk", f"chmod g+rw {path}")
    else:
        yield Finding("permissions", f"mode {stat.S_IMODE(mode):o}")


def emptied_indexes(run: Callable[[str], Sequence[tuple[object, ...]]]) -> Iterator[str]:
    """Yield which indexes of words lack rows, so that searches find nothing."""
    for index, rows in _INDEXED.items():
        ((indexed, wanted),) = run(f"SELECT (SELECT count(*) FROM {index}_docsize), (SELECT count(*) FROM {rows})")
        if indexed != wanted:
            yield f"the index {index} has {indexed:,} of {wanted:,} rows"


def check_text(connection: sqlite3.Connection, tables: Mapping[str, Sequence[str]]) -> Iterator[Finding]:
    """Yield in which columns of these tables there is text that is not UTF-8; reads all of them."""
    damaged: Counter[str] = Counter()
    kept = connection.text_factory
    connection.text_factory = _decoded
    try:
        for table, columns in tables.items():
            for row in connection.execute(f"SELECT {', '.join(columns)} FROM {table}"):
                if _DAMAGED in row:
                    names = zip(columns, row, strict=True)
                    damaged.update(f"{table}.{name}" for name, value in names if value is _DAMAGED)
    finally:
        connection.text_factory = kept
    if damaged:
        places = ", ".join(f"{many:,} in {place}" for place, many in damaged.items())
        yield Finding(
            "text",
            f"some is not UTF-8 and shows with �: {places}",
            "somebody changed the file by hand: correct it there, or restore it from a backup",
        )


_DAMAGED = object()


def _decoded(text: bytes) -> object:
    try:
        text.decode()
    except UnicodeDecodeError:
        return _DAMAGED
    return None
