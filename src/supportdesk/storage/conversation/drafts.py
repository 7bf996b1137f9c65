"""Queries on shared drafts: replies that an agent began and a colleague may continue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from supportdesk.domain.moment import from_text, to_text
from supportdesk.domain.text import clean_body, clean_line
from supportdesk.storage import rows
from supportdesk.storage.database import Database


@dataclass(frozen=True, slots=True)
class SharedDraft:
    """The text of a reply that is not sent yet, and who shared it."""

    agent: str
    text: str
    saved_at: datetime


def save(database: Database, ticket_id: str, draft: SharedDraft) -> None:
    """Store the shared draft of a ticket instead of the one that it had."""
    database.sql(
        "INSERT INTO shared_drafts (ticket_id, agent, content, saved_at) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (ticket_id) DO UPDATE SET agent = excluded.agent, content = excluded.content, "
        "saved_at = excluded.saved_at",
        (ticket_id, draft.agent, draft.text, to_text(draft.saved_at)),
    )


def find(database: Database, ticket_id: str) -> SharedDraft | None:
    """Return the shared draft of a ticket."""
    found = database.sql("SELECT agent, content, saved_at FROM shared_drafts WHERE ticket_id = ?", (ticket_id,))
    return rows.read_one(found[0], _draft) if found else None


def delete(database: Database, ticket_id: str) -> None:
    """Delete the shared draft of a ticket."""
    database.sql("DELETE FROM shared_drafts WHERE ticket_id = ?", (ticket_id,))


@rows.by_place()
def _draft(agent: str, content: str, saved_at: str) -> SharedDraft:
    return SharedDraft(clean_line(agent), clean_body(content), from_text(saved_at))
