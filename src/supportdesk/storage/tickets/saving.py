"""Saving tickets: each only on top of the version that its saver saw."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from supportdesk.domain.index_text import index_form
from supportdesk.domain.moment import to_text
from supportdesk.domain.ticket import AWAKE, CHANGEABLE, NewTicket, Status, Ticket, TicketChange, TicketSummary
from supportdesk.storage import rows
from supportdesk.storage.database import Database

_INSERT = f"""
INSERT INTO tickets (
    id, title, description, priority, status, contact_email, created_at, updated_at, version, indexed_title,
    indexed_description, last_word
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, (SELECT coalesce(max(last_word), 0) + 1 FROM tickets WHERE last_word > 0))
RETURNING {rows.TICKET_NAMES}
"""


def insert(database: Database, ticket_id: str, new: NewTicket, at: datetime) -> Ticket:
    """Insert a new ticket and return it."""
    found = database.sql(
        _INSERT,
        (
            ticket_id,
            new.title,
            new.description,
            str(new.priority),
            str(Status.NEW),
            new.contact_email,
            to_text(at),
            to_text(at),
            index_form(new.title),
            index_form(new.description),
        ),
    )
    return rows.read_one(found[0], rows.ticket)


def update(database: Database, ticket: TicketSummary, change: TicketChange, at: datetime) -> Ticket | None:
    """Save a change if the ticket still has the version given; return the ticket as it is then, None if it had not."""
    values: dict[str, str | None] = {
        name: str(value) for name in CHANGEABLE if (value := getattr(change, name)) is not None
    }
    if change.tags is not None:
        values["tags"] = " ".join(change.tags)
    if change.snoozed_until is not None:
        values["snoozed_until"] = None if change.snoozed_until == AWAKE else to_text(change.snoozed_until)
    indexed = {f"indexed_{name}": index_form(text) for name in ("title", "description") if (text := values.get(name))}
    return _save(database, ticket, at, values | indexed)


def set_deleted(database: Database, ticket: TicketSummary, at: datetime, *, deleted: bool) -> Ticket | None:
    """Delete or restore a ticket like `update`."""
    return _save(database, ticket, at, {"deleted_at": to_text(at) if deleted else None})


def set_merged(database: Database, ticket: TicketSummary, into: int | None, at: datetime) -> Ticket | None:
    """Merge a ticket into another one, or take it out again, like `update`."""
    return _save(database, ticket, at, {"merged_into": into, "deleted_at": to_text(at) if into else None})


def _save(
    database: Database, ticket: TicketSummary, at: datetime, values: Mapping[str, str | int | None]
) -> Ticket | None:
    found = database.sql(
        f"UPDATE tickets SET {', '.join(f'{column} = ?' for column in values)}, updated_at = ?, version = version + 1 "
        f"WHERE number = ? AND version = ? RETURNING {rows.TICKET_NAMES}",
        (*values.values(), to_text(at), ticket.number, ticket.version),
    )
    return rows.read_one(found[0], rows.ticket) if found else None
