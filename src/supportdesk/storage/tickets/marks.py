"""Queries on what agents have seen: up to which word of each ticket, and which failed replies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from supportdesk.domain.moment import to_text
from supportdesk.storage.database import Database


def ask_seen(database: Database, agent: str, numbers: Sequence[int]) -> Callable[[], dict[int, int]]:
    """Return what gives the last word that an agent has seen of these tickets, without those never looked at."""
    if not numbers:
        return dict
    among, value = database.among("number", numbers)
    answer = database.ask(f"SELECT number, seen FROM ticket_marks WHERE agent = ? AND {among}", (agent, value))
    return lambda: dict(answer())


def unseen(database: Database, agent: str, numbers: Sequence[int]) -> list[int]:
    """Return which of these tickets have a word, a mention or a failed reply that an agent has not seen."""
    found = database.sql(
        f"SELECT number FROM tickets WHERE number IN ({', '.join('?' * len(numbers))}) AND ("
        "last_word > coalesce((SELECT seen FROM ticket_marks WHERE agent = ? AND number = tickets.number), 0) "
        "OR id IN (SELECT ticket_id FROM mentions WHERE agent = ? AND seen_at IS NULL) "
        "OR id IN (SELECT ticket_id FROM failed_replies WHERE agent = ? AND seen_at IS NULL))",
        (*numbers, agent, agent, agent),
    )
    return [int(number) for (number,) in found]


def ask_failed_replies(database: Database, agent: str) -> Callable[[], set[str]]:
    """Return what gives the ids of tickets with a reply that failed and that an agent has not seen fail."""
    answer = database.ask("SELECT ticket_id FROM failed_replies WHERE agent = ? AND seen_at IS NULL", (agent,))
    return lambda: {ticket_id for (ticket_id,) in answer()}


def mark_seen(database: Database, agent: str, numbers: Sequence[int], at: datetime) -> None:
    """Mark what was said in these tickets up to now as seen by an agent, inside the caller's transaction."""
    database.many(
        "INSERT INTO ticket_marks (agent, number, seen) "
        "SELECT ?, number, last_word FROM tickets WHERE number = ? AND last_word > 0 "
        "ON CONFLICT (agent, number) DO UPDATE SET seen = excluded.seen",
        [(agent, number) for number in numbers],
    )
    for table in ("mentions", "failed_replies"):
        database.many(
            f"UPDATE {table} SET seen_at = ? WHERE agent = ? AND seen_at IS NULL "
            "AND ticket_id = (SELECT id FROM tickets WHERE number = ?)",
            [(to_text(at), agent, number) for number in numbers],
        )
