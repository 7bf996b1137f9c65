"""Query on who spoke to whom in tickets, for lists of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from supportdesk.domain.text import clean_line
from supportdesk.storage import rows
from supportdesk.storage.database import Database

if TYPE_CHECKING:
    from supportdesk.domain.conversation import MessageKind

    Spoken = tuple[MessageKind, str, tuple[str, ...]]

PORTION = 500


def spoken(database: Database, ticket_ids: Sequence[str]) -> dict[str, list[Spoken]]:
    """Return kind, author and recipients of the messages of these tickets, by ticket, without notes, oldest first."""
    found: dict[str, list[Spoken]] = {}
    for start in range(0, len(ticket_ids), PORTION):
        some = ticket_ids[start : start + PORTION]
        for ticket_id, *row in database.sql(
            "SELECT ticket_id, kind, author, to_addresses, cc_addresses FROM messages "
            f"WHERE ticket_id IN ({', '.join('?' * len(some))}) AND removed_at IS NULL AND kind <> 'note' ORDER BY seq",
            some,
        ):
            found.setdefault(ticket_id, []).append(rows.read_one(tuple(row), _spoken))
    return found


def _spoken(kind: str, author: str, to: str, cc: str) -> Spoken:
    # Lazy import: keeps start-up fast.
    from supportdesk.domain.conversation import MessageKind

    return MessageKind(kind), clean_line(author), (*rows.addresses(to), *rows.addresses(cc))
