"""Brings a desk's file to the form this program knows: numbered steps, forward only, all or nothing."""

from __future__ import annotations

from pathlib import Path

import peewee

from supportdesk.domain.errors import InvalidValue

STEPS = Path(__file__).parent / "migrations"
HISTORY = "schema_migration"


def migrate(database: peewee.SqliteDatabase, path: Path, steps: Path = STEPS) -> None:
    """Applies the steps that are missing, under the write lock; raises `InvalidValue` for a newer file."""
    known = {step.stem for step in steps.glob("[0-9]*.py")}
    if _applied(database, path, known) == known:
        return
    # Imported here: it is only wanted when there is something to do.
    from playhouse.migrations import Runner

    # Pragmas that the runner sets around a step do nothing inside a transaction, so foreign keys are
    # switched off here; the lock makes a second program wait and then find nothing left to do.
    database.pragma("foreign_keys", 0)
    try:
        with database.atomic("IMMEDIATE"):
            if _applied(database, path, known) != known:
                Runner(database, str(steps), table_name=HISTORY).up()
    finally:
        database.pragma("foreign_keys", 1)


def _applied(database: peewee.SqliteDatabase, path: Path, known: set[str]) -> set[str]:
    tables = database.get_tables()
    if HISTORY not in tables:
        if tables:
            raise InvalidValue(f"db: {path} is not a desk: it holds another program's tables", field="db")
        return set()
    applied = {name for (name,) in database.execute_sql(f"SELECT name FROM {HISTORY}")}
    if applied - known:
        raise InvalidValue(
            f"db: {path} was made by a newer supportdesk ({max(applied - known)}); update this program",
            field="db",
        )
    return applied
