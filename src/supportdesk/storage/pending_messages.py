"""Messages that are not in the text index yet, and where they belong there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from supportdesk.storage.engine import Engine

PORTION = 1_000
"""Messages that are indexed in one transaction."""


def are_messages_pending(engine: Engine) -> bool:
    """Return whether messages were saved, removed or moved since the index was last updated."""
    return bool(engine.run("SELECT EXISTS (SELECT 1 FROM messages WHERE pending = 1)")[0][0])


def pending_messages(engine: Engine) -> list[tuple[int, int, int]]:
    """Return the place of some messages that are to be indexed, in which ticket they are, and should be."""
    merged: dict[int, int] = dict(engine.run("SELECT number, merged_into FROM tickets WHERE merged_into IS NOT NULL"))
    found = engine.run(
        "SELECT m.seq, m.indexed, CASE WHEN m.kind = 'note' OR m.removed_at IS NOT NULL THEN 0 ELSE t.number END "
        "FROM messages AS m JOIN tickets AS t ON t.id = m.ticket_id WHERE m.pending = 1 ORDER BY m.seq "
        f"LIMIT {PORTION}"
    )
    return [(seq, before, _continuing(number, merged)) for seq, before, number in found]


def _continuing(number: int, merged: dict[int, int]) -> int:
    """Return the number of the ticket that continues one; a damaged desk may hold a ring."""
    for _ in merged:
        if number not in merged:
            break
        number = merged[number]
    return number
