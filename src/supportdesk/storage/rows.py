"""Rows to domain objects. The file is not trusted: text is cleaned again, and malformed rows raise `Unavailable`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from supportdesk.domain.errors import Unavailable, quoted
from supportdesk.domain.journal import Entry, parse_kind
from supportdesk.domain.moment import from_text
from supportdesk.domain.text import clean_body, clean_line
from supportdesk.domain.ticket import Priority, Status, StatusChange, Ticket, TicketSummary
from supportdesk.storage.tables import JournalRow, StatusChangeRow, TicketRow

SUMMARY_COLUMNS = (
    TicketRow.number,
    TicketRow.id,
    TicketRow.title,
    TicketRow.priority,
    TicketRow.status,
    TicketRow.contact_email,
    TicketRow.created_at,
    TicketRow.updated_at,
    TicketRow.version,
    TicketRow.deleted_at,
    TicketRow.owner,
    TicketRow.tags,
)
TICKET_COLUMNS = (*SUMMARY_COLUMNS, TicketRow.description)
STATUS_CHANGE_COLUMNS = (
    StatusChangeRow.id,
    StatusChangeRow.ticket_id,
    StatusChangeRow.old_status,
    StatusChangeRow.new_status,
    StatusChangeRow.changed_by,
    StatusChangeRow.notes,
    StatusChangeRow.changed_at,
    StatusChangeRow.login,
)
ENTRY_COLUMNS = (
    JournalRow.seq,
    JournalRow.change,
    JournalRow.at,
    JournalRow.actor,
    JournalRow.kind,
    JournalRow.subject,
    JournalRow.number,
    JournalRow.before,
    JournalRow.after,
    JournalRow.notes,
    JournalRow.undoes,
    JournalRow.login,
)

Row = tuple[Any, ...]
Thing = TypeVar("Thing")


def read(rows: Iterable[Row], as_thing: Callable[..., Thing]) -> list[Thing]:
    """Return rows of one kind as domain objects; raise `Unavailable` for a malformed row."""
    return [read_one(row, as_thing) for row in rows]


def read_one(row: Row, as_thing: Callable[..., Thing]) -> Thing:
    """Return one row as a domain object; raise `Unavailable` for a malformed row."""
    try:
        return as_thing(*row)
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise Unavailable(f"the desk holds a row that cannot be read: {quoted(row, 120)}") from error


def summary(
    number: int,
    id: str,  # noqa: A002
    title: str,
    priority: str,
    status: str,
    contact_email: str,
    created_at: str,
    updated_at: str,
    version: int,
    deleted_at: str | None,
    owner: str,
    tags: str,
) -> TicketSummary:
    """Return a `TicketSummary` from `SUMMARY_COLUMNS`."""
    return TicketSummary(
        number,
        clean_line(id),
        clean_line(title),
        Priority(priority),
        Status(status),
        clean_line(contact_email),
        from_text(created_at),
        from_text(updated_at),
        version,
        deleted_at=None if deleted_at is None else from_text(deleted_at),
        owner=clean_line(owner),
        tags=tuple(clean_line(tags).split()),
    )


def ticket(
    number: int,
    id: str,  # noqa: A002
    title: str,
    priority: str,
    status: str,
    contact_email: str,
    created_at: str,
    updated_at: str,
    version: int,
    deleted_at: str | None,
    owner: str,
    tags: str,
    description: str,
) -> Ticket:
    """Return a `Ticket` from `TICKET_COLUMNS`."""
    return Ticket(
        number,
        clean_line(id),
        clean_line(title),
        Priority(priority),
        Status(status),
        clean_line(contact_email),
        from_text(created_at),
        from_text(updated_at),
        version,
        clean_body(description),
        deleted_at=None if deleted_at is None else from_text(deleted_at),
        owner=clean_line(owner),
        tags=tuple(clean_line(tags).split()),
    )


def status_change(
    id: str,  # noqa: A002
    ticket_id: str,
    old_status: str | None,
    new_status: str,
    changed_by: str,
    notes: str,
    changed_at: str,
    login: str,
) -> StatusChange:
    """Return a `StatusChange` from `STATUS_CHANGE_COLUMNS`."""
    return StatusChange(
        clean_line(id),
        clean_line(ticket_id),
        None if old_status is None else Status(old_status),
        Status(new_status),
        clean_line(changed_by),
        clean_line(notes),
        from_text(changed_at),
        clean_line(login),
    )


def entry(
    seq: int,
    change: int,
    at: str,
    actor: str,
    kind: str,
    subject: str | None,
    number: int | None,
    before: str,
    after: str,
    notes: str,
    undoes: int | None,
    login: str,
) -> Entry:
    """Return an `Entry` from `ENTRY_COLUMNS`."""
    return Entry(
        seq,
        change,
        from_text(at),
        clean_line(actor),
        parse_kind(kind),
        None if subject is None else clean_line(subject),
        number,
        _fields(before),
        _fields(after),
        clean_line(notes),
        undoes,
        clean_line(login),
    )


def _fields(text: str) -> dict[str, str]:
    return {clean_line(str(name)): _field(name, str(value)) for name, value in json.loads(text).items()}


def _field(name: str, value: str) -> str:
    # Of what changes, only an FAQ's answer and an experiment's description have several lines.
    return clean_body(value) if name in ("answer", "description") else clean_line(value)
