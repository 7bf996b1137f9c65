"""Queries on macros."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from supportdesk.domain.actions import Actions, parse_actions
from supportdesk.domain.errors import InvalidValue
from supportdesk.domain.moment import from_text, to_text
from supportdesk.domain.text import clean_line
from supportdesk.storage import rows
from supportdesk.storage.database import Database


@dataclass(frozen=True, slots=True)
class Macro:
    """What is done to tickets under a name.

    One of the config file has no `changed_by`, and a `fault` when it cannot be used.
    """

    name: str
    actions: Actions
    changed_by: str = ""
    changed_at: datetime | None = None
    fault: str = ""


def save(database: Database, macro: Macro, at: datetime) -> None:
    """Insert a macro, or replace the one with this name."""
    actions = json.dumps(macro.actions.to_document(), ensure_ascii=False)
    database.sql(
        "INSERT INTO macros (name_key, name, actions, changed_by, changed_at) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (name_key) DO UPDATE SET name = excluded.name, actions = excluded.actions, "
        "changed_by = excluded.changed_by, changed_at = excluded.changed_at",
        (
            macro.name.casefold(),
            macro.name,
            actions,
            macro.changed_by,
            to_text(at),
        ),
    )


def list_all(database: Database) -> list[Macro]:
    """Return every macro, by name."""
    return rows.read(database.sql("SELECT name, actions, changed_by, changed_at FROM macros ORDER BY name_key"), _macro)


def delete(database: Database, name: str) -> bool:
    """Delete a macro; return whether there was one."""
    return bool(database.sql("DELETE FROM macros WHERE name_key = ? RETURNING name_key", (name.casefold(),)))


def _macro(name: str, actions: str, changed_by: str, changed_at: str) -> Macro:
    try:
        read = parse_actions(json.loads(actions))
    except InvalidValue as error:
        raise ValueError(error.message) from error
    return Macro(clean_line(name), read, clean_line(changed_by), from_text(changed_at))
