"""Queries on mentions: which notes name an agent that has not seen them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from supportdesk.domain.conversation.message import Message
from supportdesk.domain.moment import from_text, to_text
from supportdesk.domain.text import clean_body, clean_line
from supportdesk.storage import rows
from supportdesk.storage.database import Database


@dataclass(frozen=True, slots=True)
class Mention:
    """A note that mentions an agent, and the number of its ticket."""

    ticket: int
    message: str
    author: str
    text: str
    created_at: datetime


def replace(database: Database, note: Message, agents: Iterable[str]) -> None:
    """Store whom a note mentions, instead of those it mentioned before; what was seen stays seen."""
    wanted = set(agents)
    known = {agent for (agent,) in database.sql("SELECT agent FROM mentions WHERE message = ?", (note.id,))}
    for agent in known - wanted:
        database.sql("DELETE FROM mentions WHERE agent = ? AND message = ?", (agent, note.id))
    for agent in wanted - known:
        database.sql(
            "INSERT INTO mentions (agent, message, ticket_id, created_at) VALUES (?, ?, ?, ?)",
            (agent, note.id, note.ticket_id, to_text(note.created_at)),
        )


def unseen(database: Database, agent: str) -> list[Mention]:
    """Return the mentions that an agent has not seen, newest first."""
    found = database.sql(
        "SELECT t.number, m.id, m.author, m.content, m.created_at FROM mentions AS n "
        "JOIN messages AS m ON m.id = n.message JOIN tickets AS t ON t.id = n.ticket_id "
        "WHERE n.agent = ? AND n.seen_at IS NULL AND t.deleted_at IS NULL ORDER BY m.seq DESC",
        (agent,),
    )
    return rows.read(found, _mention)


@rows.by_place()
def _mention(number: int, message: str, author: str, content: str, created_at: str) -> Mention:
    return Mention(number, clean_line(message), clean_line(author), clean_body(content), from_text(created_at))
