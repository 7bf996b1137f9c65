"""Query on who spoke to whom in tickets, for lists of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from supportdesk.domain.text import clean_line
from supportdesk.storage import rows
from supportdesk.storage.database import Database

if TYPE_CHECKING:
    from supportdesk.domain.conversation.message import MessageKind

    Spoken = tuple[MessageKind, str, tuple[str, ...]]

PORTION = 500
# UNION and not UNION ALL in the family: a damaged file may hold a ring.
_SPOKEN = """
    WITH RECURSIVE family (root, id, number) AS (
        SELECT id, id, number FROM tickets WHERE id IN ({places})
        UNION SELECT f.root, t.id, t.number FROM tickets AS t JOIN family AS f ON t.merged_into = f.number
    )
    SELECT f.root, min(m.seq), m.kind, m.author, m.to_addresses, m.cc_addresses
    FROM family AS f JOIN messages AS m ON m.ticket_id = f.id WHERE m.removed_at IS NULL AND m.kind <> 'note'
    GROUP BY f.root, m.kind, m.author, m.to_addresses, m.cc_addresses
    UNION ALL SELECT f.root, 0, 'requester', t.contact_email, '[]', '[]'
    FROM family AS f JOIN tickets AS t ON t.id = f.id WHERE f.id <> f.root
    ORDER BY 2
"""


def ask_spoken(database: Database, ticket_ids: Sequence[str]) -> Callable[[], dict[str, list[Spoken]]]:
    """Return what gives kinds, authors and recipients of the messages of tickets, each once, like `Database.ask`.

    By ticket, the oldest first. Notes are not among them; those of tickets that were merged into one of these are,
    with what its requester wrote.
    """
    portions = [ticket_ids[start : start + PORTION] for start in range(0, len(ticket_ids), PORTION)]
    answers = [database.ask(_SPOKEN.format(places=", ".join("?" * len(some))), some) for some in portions]

    def read() -> dict[str, list[Spoken]]:
        found: dict[str, list[Spoken]] = {}
        for ticket_id, _, *row in (row for answer in answers for row in answer()):
            found.setdefault(ticket_id, []).append(rows.read_one(tuple(row), _spoken))
        return found

    return read


@rows.by_place(to="[]", cc="[]")
def _spoken(kind: str, author: str, to: str, cc: str) -> Spoken:
    # Lazy import: keeps start-up fast.
    from supportdesk.domain.conversation.message import MessageKind

    known = MessageKind(kind) if kind in list(MessageKind) else MessageKind.NOTE
    return known, clean_line(author), (*rows.addresses(to), *rows.addresses(cc))
