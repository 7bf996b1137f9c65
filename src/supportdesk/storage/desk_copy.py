"""Copy of a whole desk into another one, of any engine: all of it in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from supportdesk.domain.errors import DeskError, InvalidValue, NotAllowed, Unavailable
from supportdesk.storage.database import Database

MAY_HAVE_LEFT = "it waited when the desk was copied, and may have been sent since"
_MUST_BE_EMPTY = ("tickets", "journal", "faqs", "experiments", "notifications", "user_preferences", "incoming_mails")
_SUM_BITS = 256


@dataclass(slots=True)
class _Sum:
    """How many rows there were, and a checksum that does not depend on their order."""

    rows: int = 0
    value: int = 0

    def add(self, row: tuple[Any, ...]) -> None:
        self.rows += 1
        self.value += int.from_bytes(sha256(repr(row).encode("utf-8", "surrogatepass")).digest())
        self.value %= 1 << _SUM_BITS


def copy_desk(source: Database, target: Database, watch: Callable[[str, int], None]) -> dict[str, int]:
    """Copy all rows of a desk into an empty one, and return how many each table has.

    Counts and checksums are read back and compared before anything is confirmed. `watch` is told table and rows.
    Raises `NotAllowed` when the target is not empty, `Unavailable` when the copy is not the same.
    """
    sums: dict[str, _Sum] = {}
    with source.reading(), target.writing():
        tables = target.engine.loader.tables()
        _check_tables(source, tables)
        _check_empty(target)
        with target.engine.loader.loading():
            for table, columns in tables.items():
                names = _names(columns)
                target.sql(f"DELETE FROM {table}")
                sums[table] = _Sum()
                target.fill(table, names, _watched(_rows(source, table, names), table, sums[table], watch))
            target.engine.loader.keep_numbers(source.engine.loader.given_numbers())
        for table, columns in tables.items():
            found = _Sum()
            for row in _rows(target, table, _names(columns)):
                found.add(row)
            if found != sums[table]:
                raise Unavailable(f"the copy of the table {table} is not the same; nothing was saved", field="to")
        # Both desks would send it.
        target.sql(
            "UPDATE notifications SET status = 'unknown', error = ?, leased_until = NULL WHERE status = 'pending'",
            (MAY_HAVE_LEFT,),
        )
    # The copy is whole by now, whatever becomes of this.
    with suppress(DeskError):
        target.engine.loader.tidy()
    return {table: found.rows for table, found in sums.items()}


def _names(columns: tuple[str, ...]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _rows(database: Database, table: str, names: str) -> Iterator[tuple[Any, ...]]:
    return database.engine.stream(f"SELECT {names} FROM {table}")


def _watched(
    rows: Iterator[tuple[Any, ...]], table: str, found: _Sum, watch: Callable[[str, int], None]
) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        found.add(row)
        yield row
        if found.rows % 1_000 == 0:
            watch(table, found.rows)
    watch(table, found.rows)


def _check_tables(source: Database, tables: dict[str, tuple[str, ...]]) -> None:
    theirs = {table: set(columns) for table, columns in source.engine.loader.tables().items()}
    if theirs != {table: set(columns) for table, columns in tables.items()}:
        raise InvalidValue(
            "to: the two desks are of different versions of supportdesk; open both with this one", field="to"
        )


def _check_empty(target: Database) -> None:
    for table in _MUST_BE_EMPTY:
        if target.sql(f"SELECT 1 FROM {table} LIMIT 1"):
            raise NotAllowed(
                f"to: {target.name} has {table.replace('_', ' ')} already; copy into an empty desk", field="to"
            )
