"""Migration of the schema: numbered files in numbered folders, forward only, in one transaction."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import peewee

from supportdesk.domain.errors import InvalidValue, NotAllowed
from supportdesk.storage import without_drivers
from supportdesk.storage.sqlite.failures import primary_code

STEPS = Path(__file__).parent / "migrations"
HISTORY = "schema_migration"


def check_schema(database: peewee.SqliteDatabase, path: Path) -> None:
    """Raise a `DeskError` when the schema is not the one that this program knows."""
    known = _known(STEPS)
    applied = _applied(database, path, known)
    if not applied:
        raise InvalidValue(f"db: {path} is not a desk: it is empty", field="db")
    if applied != known:
        raise NotAllowed(
            f"db: {path} was made by an older supportdesk; somebody who can write it must open it once", field="db"
        )


def migrate(database: peewee.SqliteDatabase, path: Path, steps: Path = STEPS) -> None:
    """Apply missing migrations under the write lock; raise `InvalidValue` for a newer file."""
    known = _known(steps)
    applied = _applied(database, path, known)
    _log_ahead(database)
    if applied == known:
        return
    # Imported here: it is only wanted when there is something to do.
    with without_drivers():
        from playhouse.migrations import Runner

    # Pragmas that the runner sets around a step do nothing inside a transaction, so foreign keys are
    # switched off here; the lock makes a second program wait and then find nothing left to do.
    database.pragma("foreign_keys", 0)
    try:
        with database.atomic("IMMEDIATE"):
            if _applied(database, path, known) != known:
                for folder in sorted(steps.glob("[0-9]*")):
                    Runner(database, str(folder), table_name=HISTORY).up()
    finally:
        database.pragma("foreign_keys", 1)


def check_copy_schema(database: peewee.SqliteDatabase, path: Path) -> None:
    """Raise `InvalidValue` when a copy is no desk, or one of a newer program; an older one can be migrated."""
    if not _applied(database, path, _known(STEPS)):
        raise InvalidValue(f"db: {path} is not a desk: it is empty", field="db")


def distrust_schema(database: peewee.SqliteDatabase) -> None:
    """Keep triggers and views of the file from what could do harm, where SQLite's text index can live with that."""
    database.pragma("trusted_schema", 0)
    try:
        database.execute_sql("EXPLAIN INSERT INTO tickets (id) VALUES ('')")
    except peewee.OperationalError:
        # Some versions of SQLite then let no trigger write a text index.
        database.pragma("trusted_schema", 1)


def _known(steps: Path) -> set[str]:
    return {step.stem for step in steps.glob("*/[0-9]*.py")}


def _log_ahead(database: peewee.SqliteDatabase) -> None:
    """Switch the file to a write-ahead log, which is stored in the file."""
    try:
        database.pragma("journal_mode", "wal")
    except peewee.OperationalError as error:
        if primary_code(error) != sqlite3.SQLITE_BUSY:
            raise
        # Another program is at the same, and SQLite does not wait for that one; for a transaction it does.
        with database.atomic("IMMEDIATE"):
            pass
        database.pragma("journal_mode", "wal")


def _applied(database: peewee.SqliteDatabase, path: Path, known: set[str]) -> set[str]:
    tables = set(database.get_tables())
    if not tables:
        return set()
    # Both, because the history's name is the runner's own, and other programs use that runner too.
    if not tables >= {HISTORY, "tickets"}:
        raise InvalidValue(f"db: {path} is not a desk: it holds another program's tables", field="db")
    applied = {name for (name,) in database.execute_sql(f"SELECT name FROM {HISTORY}")}
    if applied - known:
        raise InvalidValue(
            f"db: {path} was made by a newer supportdesk ({max(applied - known)}); update this program",
            field="db",
        )
    return applied
