"""Comparison of a desk's schema with the one that the migrations make."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import peewee

from supportdesk.domain.text import clean_line
from supportdesk.storage.sqlite.migrate import migrate

_KINDS = ("table", "view", "trigger", "index")


def schema_faults(database: peewee.SqliteDatabase) -> list[str]:
    """Return what differs from the schema of the migrations, such as a trigger that is missing.

    Additional indexes and tables do no harm; additional triggers and views act on what is saved and shown.
    """
    with closing(peewee.SqliteDatabase(":memory:")) as model:
        migrate(model, Path("model"))
        expected = _schema(model)
    return [clean_line(fault) for fault in _differences(expected, _schema(database))]


def _schema(database: peewee.SqliteDatabase) -> dict[tuple[str, str], list[str]]:
    found = database.execute_sql("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    # In any order: two desks may have got the columns of a table in another one.
    return {(kind, name): sorted(part.strip(" \n)") for part in str(sql).split(",")) for kind, name, sql in found}


def _differences(expected: dict[tuple[str, str], list[str]], found: dict[tuple[str, str], list[str]]) -> Iterator[str]:
    for key in sorted(expected, key=lambda key: (_KINDS.index(key[0]), key[1])):
        if key not in found:
            yield f"the {key[0]} {key[1]} is missing"
        elif found[key] != expected[key]:
            yield f"the {key[0]} {key[1]} was changed"
    for kind, name in sorted(found.keys() - expected.keys()):
        if kind in ("trigger", "view"):
            yield f"the {kind} {name} is not one of this program"
