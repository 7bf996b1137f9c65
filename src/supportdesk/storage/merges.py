"""Queries on merged tickets: which ones a ticket continues, and links between tickets."""

from __future__ import annotations

from supportdesk.storage.database import Database


def members(database: Database, ticket_id: str) -> list[str]:
    """Return the ids of a ticket and of those that were merged into it or into one of these; its own is the first."""
    # UNION and not UNION ALL: a damaged file may hold a ring.
    found = database.sql(
        "WITH RECURSIVE family (id, number) AS (SELECT id, number FROM tickets WHERE id = ? UNION "
        "SELECT t.id, t.number FROM tickets AS t JOIN family AS f ON t.merged_into = f.number) SELECT id FROM family",
        (ticket_id,),
    )
    return [str(each) for (each,) in found]


def target_of(database: Database, number: int) -> int:
    """Return the number of the ticket that continues this one at last: its own where it was not merged."""
    seen = {number}
    while found := database.sql(
        "SELECT merged_into FROM tickets WHERE number = ? AND merged_into IS NOT NULL", (number,)
    ):
        number = int(found[0][0])
        if number in seen:
            break
        seen.add(number)
    return number


def move_events(database: Database, ticket_id: str, target_id: str) -> None:
    """Show the mentions and failed replies of a ticket, and of those it continues, in another one."""
    ids = members(database, ticket_id)
    places = ", ".join("?" * len(ids))
    for table, key, source in (
        ("mentions", "message", "messages"),
        ("failed_replies", "notification", "notifications"),
    ):
        database.sql(
            f"UPDATE {table} SET ticket_id = ? WHERE {key} IN (SELECT id FROM {source} WHERE ticket_id IN ({places}))",
            (target_id, *ids),
        )


def update_awaiting(database: Database, ticket_id: str) -> None:
    """Store who is awaited in a ticket, by the last word in it and in those that it continues."""
    ids = members(database, ticket_id)
    places = ", ".join("?" * len(ids))
    said = database.sql(
        f"SELECT kind, created_at FROM messages WHERE ticket_id IN ({places}) AND removed_at IS NULL "
        "AND kind NOT IN ('note', 'automatic') ORDER BY created_at DESC, seq DESC LIMIT 1",
        ids,
    )
    [(asked_at,)] = database.sql(f"SELECT max(created_at) FROM tickets WHERE id IN ({places})", ids)
    is_answered = bool(said) and said[0][0] == "reply" and said[0][1] >= asked_at
    database.sql("UPDATE tickets SET awaiting = ? WHERE id = ?", ("them" if is_answered else "us", ticket_id))


def linked(database: Database, number: int) -> list[int]:
    """Return the numbers of the tickets that are linked to this one."""
    found = database.sql(
        "SELECT higher FROM ticket_links WHERE lower = ? UNION ALL SELECT lower FROM ticket_links WHERE higher = ? "
        "ORDER BY 1",
        (number, number),
    )
    return [int(each) for (each,) in found]


def link(database: Database, one: int, other: int) -> bool:
    """Link two tickets; return whether they were not linked before."""
    return bool(
        database.sql(
            "INSERT INTO ticket_links (lower, higher) VALUES (?, ?) ON CONFLICT (lower, higher) DO NOTHING "
            "RETURNING lower",
            (min(one, other), max(one, other)),
        )
    )


def unlink(database: Database, one: int, other: int) -> bool:
    """Take a link away; return whether there was one."""
    return bool(
        database.sql(
            "DELETE FROM ticket_links WHERE lower = ? AND higher = ? RETURNING lower",
            (min(one, other), max(one, other)),
        )
    )
