"""Queries on tags."""

from __future__ import annotations

from dataclasses import dataclass

from supportdesk.domain.text import clean_line
from supportdesk.storage.database import Database


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag, and how many tickets have it that are neither deleted nor merged."""

    tag: str
    tickets: int


def every(database: Database) -> list[Tag]:
    """Return every tag, by name."""
    found = database.sql(
        "SELECT g.tag, count(*) FROM ticket_tags AS g JOIN tickets AS t ON t.number = g.number "
        "WHERE t.deleted_at IS NULL GROUP BY g.tag ORDER BY g.tag"
    )
    return [Tag(clean_line(tag), tickets) for tag, tickets in found]


def numbers(database: Database, tag: str) -> list[int]:
    """Return the numbers of the tickets with a tag that are neither deleted nor merged, by number."""
    found = database.sql(
        "SELECT g.number FROM ticket_tags AS g JOIN tickets AS t ON t.number = g.number "
        "WHERE g.tag = ? AND t.deleted_at IS NULL ORDER BY g.number",
        (tag,),
    )
    return [int(number) for (number,) in found]
