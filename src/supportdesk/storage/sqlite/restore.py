"""Putting a backup in the place of the desk, while others may have the desk open."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import peewee

from supportdesk.domain.desk_address import SqliteFile, files_folder
from supportdesk.domain.errors import DeskError, InvalidValue, Unavailable
from supportdesk.domain.moment import from_text
from supportdesk.domain.text import clean_line
from supportdesk.storage.desk_files import add_missing
from supportdesk.storage.folders import sync_folder
from supportdesk.storage.sqlite.backup import partial_copy
from supportdesk.storage.sqlite.failures import ERRORS, to_desk_error, translate_errors
from supportdesk.storage.sqlite.file import read_only_uri
from supportdesk.storage.sqlite.limit import StatementLimit
from supportdesk.storage.sqlite.migrate import check_copy_schema

BUSY_SECONDS = 10.0
MAY_HAVE_LEFT = "the desk was restored from a backup made before this was settled; it may have been sent"


@dataclass(frozen=True, slots=True)
class CopyContent:
    """What a copy of a desk holds."""

    tickets: int
    last_change: datetime | None


@dataclass(frozen=True, slots=True)
class Restored:
    """Where the replaced desk was set aside, if there was one, and how many messages became `unknown`."""

    aside: Path | None
    unknown: int


def check_copy(copy: Path) -> CopyContent:
    """Return what a copy holds; raise `InvalidValue` when it is no desk, `Unavailable` when it is damaged."""
    with _opened(copy) as database:
        faults = [row for row in database.execute_sql("PRAGMA quick_check(1)").fetchall() if row != ("ok",)]
        faults += database.execute_sql("PRAGMA foreign_key_check").fetchmany(1)
        if faults:
            said = clean_line(" ".join(map(str, faults[0])))
            raise Unavailable(f"the copy {copy} is damaged ({said}); use another one", field="file")
        ((tickets,),) = database.execute_sql("SELECT count(*) FROM tickets").fetchall()
        ((last,),) = database.execute_sql("SELECT max(at) FROM journal").fetchall()
    try:
        return CopyContent(int(tickets), from_text(last) if last else None)
    except (TypeError, ValueError) as error:
        raise Unavailable(f"the copy {copy} holds a time that cannot be read; use another one", field="file") from error


def restore(desk: Path, copy: Path, now: datetime) -> Restored:
    """Put a checked copy in the place of the desk, which is set aside; open apps then open the new file."""
    place = Path(os.path.realpath(desk))
    try:
        with (
            _opened(copy) as source,
            partial_copy(source, str(copy), place.parent, shown=desk, compact=False) as partial,
        ):
            unknown = _mark_unknown(partial, _pending(place))
            # Before the database names them; what the desk has besides them disturbs nobody.
            add_missing(files_folder(SqliteFile(copy)), files_folder(SqliteFile(place)))
            if not place.exists():
                partial.replace(place)
                return Restored(None, unknown)
            aside = place.with_name(f"{place.name}.{now:%Y%m%d-%H%M%S}.old")
            with _locked(place, aside):
                _set_aside(place, aside)
                partial.replace(place)
            sync_folder(place.parent)
            return Restored(aside, unknown)
    except OSError as error:
        raise Unavailable(f"the desk {desk} cannot be replaced: {error.strerror}", field="db") from error


@contextmanager
def _opened(copy: Path) -> Iterator[peewee.SqliteDatabase]:
    if not copy.is_file():
        raise InvalidValue(f"file: {copy} is not a file", field="file")
    with closing(peewee.SqliteDatabase(read_only_uri(copy), uri=True)) as database:
        try:
            with translate_errors(str(copy)):
                StatementLimit().install(database.connection())
                check_copy_schema(database, copy)
                yield database
        except InvalidValue as error:
            raise InvalidValue(error.message.replace("db: ", "file: ", 1), field="file") from error


def _pending(desk: Path) -> set[str]:
    """Return the ids of messages that were certainly not sent; none when the desk cannot be read."""
    try:
        with _opened(desk) as database:
            return {found for (found,) in database.execute_sql("SELECT id FROM notifications WHERE status = 'pending'")}
    except DeskError:
        return set()


def _mark_unknown(partial: Path, pending: set[str]) -> int:
    """Mark messages as unknown that waited when the copy was made and may have been sent since; return how many."""
    with translate_errors(str(partial)), closing(peewee.SqliteDatabase(str(partial))) as database:
        StatementLimit().install(database.connection())
        waited = database.execute_sql("SELECT id FROM notifications WHERE status = 'pending'").fetchall()
        left = [row for row in waited if row[0] not in pending]
        with database.atomic():
            for row in left:
                database.execute_sql(
                    "UPDATE notifications SET status = 'unknown', error = ?, leased_until = NULL WHERE id = ?",
                    (MAY_HAVE_LEFT, *row),
                )
        return len(left)


@contextmanager
def _locked(place: Path, aside: Path) -> Iterator[None]:
    """Keep others from changing the desk inside the block, then complete the file that was set aside."""
    log, complete = place.with_name(f"{place.name}-wal"), False
    with closing(peewee.SqliteDatabase(str(place), timeout=BUSY_SECONDS)) as database:
        try:
            database.execute_sql("BEGIN IMMEDIATE")
        except peewee.OperationalError as error:
            raise to_desk_error(error, str(place)) from error
        except ERRORS:
            # What cannot be opened any more nobody can change.
            yield
        else:
            yield
            database.execute_sql("ROLLBACK")
            with suppress(*ERRORS):
                complete = database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
        # A log that stays would be applied to the new file.
        with suppress(FileNotFoundError):
            place.with_name(f"{place.name}-shm").unlink()
        with suppress(FileNotFoundError):
            log.unlink() if complete else log.rename(f"{aside}-wal")


def _set_aside(place: Path, aside: Path) -> None:
    try:
        # First a second name, so that there is a desk at any moment.
        os.link(place, aside)
    except OSError:
        place.rename(aside)
