"""Rows to domain objects. The file is not trusted: text is cleaned again, and what is malformed is replaced.

One bad row must not hide a list: a time that cannot be read becomes 1970, an unknown word the one that stands for it;
`doctor` reports them. What cannot be replaced raises `Unavailable`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from functools import wraps
from typing import Any, TypeVar

from peewee import Field

from supportdesk.domain.errors import Unavailable, quoted
from supportdesk.domain.journal import Entry, EntryKind, parse_kind
from supportdesk.domain.moment import from_text
from supportdesk.domain.text import clean_body, clean_line
from supportdesk.domain.ticket import Priority, Side, Status, StatusChange, Ticket, TicketSummary
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
    TicketRow.merged_into,
    TicketRow.snoozed_until,
    TicketRow.owner,
    TicketRow.tags,
    TicketRow.awaiting,
    TicketRow.last_word,
    TicketRow.mail_failed,
)
TICKET_COLUMNS = (*SUMMARY_COLUMNS, TicketRow.description)
# Spelled out: Peewee takes longer to compose a statement than SQLite to run it, and many tickets are changed at once.
TICKET_NAMES = ", ".join(column.name for column in TICKET_COLUMNS)
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

MALFORMED = (ValueError, TypeError, AttributeError, RecursionError)
UNREADABLE_TIME = "1970-01-01T00:00:00.000Z"
Row = tuple[Any, ...]
Thing = TypeVar("Thing")


def by_name(columns: Sequence[Field], **fallbacks: str) -> Callable[[Callable[..., Thing]], Callable[..., Thing]]:
    """Let a function take a row by the names of its columns, whatever their order.

    `fallbacks` are what stands for unreadable values, by column: a member of the enumeration of the known words, or
    JSON of the type that is wanted.
    """
    names = tuple(column.name for column in columns)
    return lambda make: _replacing(make, names, fallbacks)


def by_place(**fallbacks: str) -> Callable[[Callable[..., Thing]], Callable[..., Thing]]:
    """Let a function take a row in the order of its parameters; `fallbacks` as in `by_name`."""

    def placed(make: Callable[..., Thing]) -> Callable[..., Thing]:
        names = tuple(name for name in make.__annotations__ if name != "return")
        return _replacing(make, names, fallbacks)

    return placed


def _replacing(make: Callable[..., Thing], names: Sequence[str], fallbacks: Mapping[str, str]) -> Callable[..., Thing]:
    @wraps(make)
    def from_row(*row: object) -> Thing:
        values = dict(zip(names, row, strict=True))
        try:
            return make(**values)
        except MALFORMED:
            return make(**{name: _readable(name, value, fallbacks.get(name)) for name, value in values.items()})

    return from_row


def read(rows: Iterable[Row], as_thing: Callable[..., Thing]) -> list[Thing]:
    """Return rows of one kind as domain objects; raise `Unavailable` for a malformed row."""
    return [read_one(row, as_thing) for row in rows]


def read_one(row: Row, as_thing: Callable[..., Thing]) -> Thing:
    """Return one row as a domain object; raise `Unavailable` for a malformed row."""
    try:
        return as_thing(*row)
    except MALFORMED as error:
        raise Unavailable(f"the desk holds a row that cannot be read: {quoted(row, 120)}") from error


def addresses(text: str) -> tuple[str, ...]:
    """Return addresses that are stored as a JSON array; raises `ValueError` or `TypeError` for what is none."""
    return tuple(clean_line(str(address)) for address in json.loads(text))


@by_name(SUMMARY_COLUMNS, status=Status.NEW, priority=Priority.MEDIUM, awaiting=Side.US)
def summary(**row: Any) -> TicketSummary:
    """Return a `TicketSummary` from `SUMMARY_COLUMNS`."""
    return TicketSummary(**_of_summary(**row))


@by_name(TICKET_COLUMNS, status=Status.NEW, priority=Priority.MEDIUM, awaiting=Side.US)
def ticket(description: str, **row: Any) -> Ticket:
    """Return a `Ticket` from `TICKET_COLUMNS`."""
    return Ticket(**_of_summary(**row), description=clean_body(description))


def _of_summary(
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
    merged_into: int | None,
    snoozed_until: str | None,
    owner: str,
    tags: str,
    awaiting: str,
    last_word: int,
    mail_failed: int,
) -> dict[str, Any]:
    return {
        "number": number,
        "id": clean_line(id),
        "title": clean_line(title),
        "priority": Priority(priority),
        "status": Status(status),
        "contact_email": clean_line(contact_email),
        "created_at": from_text(created_at),
        "updated_at": from_text(updated_at),
        "version": version,
        "deleted_at": None if merged_into is not None else _time(deleted_at),
        "merged_into": merged_into,
        "snoozed_until": _time(snoozed_until),
        "owner": clean_line(owner),
        "tags": tuple(clean_line(tags).split()),
        "awaiting": None if status == Status.RESOLVED else Side(awaiting),
        "last_word": last_word,
        "has_failed_mail": bool(mail_failed),
    }


@by_name(STATUS_CHANGE_COLUMNS, old_status=Status.NEW, new_status=Status.NEW)
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
        id=clean_line(id),
        ticket_id=clean_line(ticket_id),
        old_status=None if old_status is None else Status(old_status),
        new_status=Status(new_status),
        changed_by=clean_line(changed_by),
        notes=clean_line(notes),
        changed_at=from_text(changed_at),
        login=clean_line(login),
    )


@by_name(ENTRY_COLUMNS, kind=EntryKind.UNKNOWN, before="{}", after="{}")
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
        seq=seq,
        change=change,
        at=from_text(at),
        actor=clean_line(actor),
        kind=parse_kind(kind),
        subject=None if subject is None else clean_line(subject),
        number=number,
        before=_fields(before),
        after=_fields(after),
        notes=clean_line(notes),
        undoes=undoes,
        login=clean_line(login),
    )


def _readable(name: str, value: object, fallback: str | None) -> object:
    """Return a stored value, or the nearest one that can be read."""
    if not isinstance(value, str):
        return value
    if isinstance(fallback, StrEnum):
        return value if value in list(type(fallback)) else fallback
    if fallback is not None:
        with suppress(*MALFORMED):
            if type(json.loads(value)) is type(json.loads(fallback)):
                return value
        return fallback
    if name == "at" or name.endswith(("_at", "_until")):
        try:
            from_text(value)
        except ValueError:
            return UNREADABLE_TIME
    return value


def _time(text: str | None) -> datetime | None:
    return None if text is None else from_text(text)


def _fields(text: str) -> dict[str, str]:
    return {clean_line(str(name)): _field(name, str(value)) for name, value in json.loads(text).items()}


def _field(name: str, value: str) -> str:
    # Of what changes, only these have several lines: an FAQ's answer, a description, and what a note said.
    return clean_body(value) if name in ("answer", "description", "text") else clean_line(value)
