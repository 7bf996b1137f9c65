"""Export of tickets."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from supportdesk.domain.moment import to_text
from supportdesk.domain.query import TicketQuery
from supportdesk.domain.ticket import Ticket
from supportdesk.services.context import Context
from supportdesk.services.tickets.fields import FIELDS
from supportdesk.services.tickets.service import Tickets
from supportdesk.services.transfer.csv_writer import Writable
from supportdesk.services.transfer.export_format import Document, Form, save_export, write_documents

Watch = Callable[[int], None]
"""Called now and then with the number of tickets written."""


class TicketExport:
    """Use case: export tickets."""

    def __init__(self, context: Context, tickets: Tickets) -> None:
        self._desk_files = context.database.files
        self._tickets = tickets

    def write(self, query: TicketQuery, form: Form, out: Writable, *, watch: Watch = lambda done: None) -> int:
        """Write the tickets of a query as of one moment, by number; return how many they are."""
        # Closed here, so that a reader who leaves does not keep the desk in its transaction.
        with closing(self._tickets.stream(query)) as found:
            return write_documents(form, "tickets", FIELDS, map(_document, found), out, watch)

    def save(self, query: TicketQuery, form: Form, path: Path, *, watch: Watch = lambda done: None) -> int:
        """Write tickets into a file; see `save_export`."""
        return save_export(lambda out: self.write(query, form, out, watch=watch), path, self._desk_files)


def _document(ticket: Ticket) -> Document:
    return {
        "id": ticket.id,
        "number": ticket.number,
        "title": ticket.title,
        "description": ticket.description,
        "priority": ticket.priority,
        "status": ticket.status,
        "contact_email": ticket.contact_email,
        "created_at": to_text(ticket.created_at),
        "updated_at": to_text(ticket.updated_at),
        "version": ticket.version,
        "owner": ticket.owner or None,
        "tags": list(ticket.tags),
        "participants": list(ticket.participants),
        "awaiting": ticket.awaiting,
        "unread": ticket.unread,
        "snoozed_until": None if ticket.snoozed_until is None else to_text(ticket.snoozed_until),
        "merged_into": ticket.merged_into,
        "deleted_at": None if ticket.deleted_at is None else to_text(ticket.deleted_at),
    }
