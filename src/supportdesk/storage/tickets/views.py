"""Queries on saved views."""

from __future__ import annotations

from collections.abc import Sequence

from supportdesk.domain.moment import from_text, to_text
from supportdesk.domain.query.views import View
from supportdesk.domain.text import clean_line
from supportdesk.storage import rows
from supportdesk.storage.database import Database


def save(database: Database, view: View) -> None:
    """Insert a view, or replace the one of this name and owner."""
    database.sql(
        "INSERT INTO views (owner, name_key, name, query, changed_by, changed_at) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (owner, name_key) DO UPDATE SET name = excluded.name, query = excluded.query, "
        "changed_by = excluded.changed_by, changed_at = excluded.changed_at",
        (view.owner, view.name.casefold(), view.name, view.query, view.changed_by, to_text(view.changed_at)),
    )


def of_agent(database: Database, agent: str) -> list[View]:
    """Return the views of an agent and then the team's, each by name."""
    found = database.sql(
        "SELECT name, query, owner, changed_by, changed_at FROM views WHERE owner IN (?, '') "
        "ORDER BY owner = '', name_key",
        (agent,),
    )
    return rows.read(found, _view)


def delete(database: Database, owner: str, name: str) -> Sequence[object]:
    """Delete a view in any case of letters; return what was deleted."""
    return database.sql("DELETE FROM views WHERE owner = ? AND name_key = ? RETURNING name", (owner, name.casefold()))


@rows.by_place()
def _view(name: str, query: str, owner: str, changed_by: str, changed_at: str) -> View:
    return View(clean_line(name), clean_line(query), clean_line(owner), clean_line(changed_by), from_text(changed_at))
