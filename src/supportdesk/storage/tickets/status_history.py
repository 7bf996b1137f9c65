"""Queries on the status history of tickets."""

from __future__ import annotations

from collections.abc import Sequence

from supportdesk.domain.moment import to_text
from supportdesk.domain.ticket import StatusChange
from supportdesk.storage import rows
from supportdesk.storage.database import Database
from supportdesk.storage.tables import StatusChangeRow


def add(database: Database, step: StatusChange) -> None:
    """Insert one status change."""
    database.add(
        "ticket_status_history",
        id=step.id,
        ticket_id=step.ticket_id,
        old_status=step.old_status,
        new_status=step.new_status,
        changed_by=step.changed_by,
        notes=step.notes,
        changed_at=to_text(step.changed_at),
        login=step.login,
    )


def of_tickets(database: Database, ticket_ids: Sequence[str]) -> list[StatusChange]:
    """Return the status changes of tickets, oldest first."""
    query = (
        StatusChangeRow.select(*rows.STATUS_CHANGE_COLUMNS)
        .where(StatusChangeRow.ticket_id << ticket_ids)
        .order_by(StatusChangeRow.seq)
    )
    return rows.read(database.rows(query), rows.status_change)
