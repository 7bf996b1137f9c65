"""The fields of a ticket in a file."""

from __future__ import annotations

from dataclasses import dataclass

from supportdesk.domain.address import clean_address
from supportdesk.domain.errors import invalid
from supportdesk.domain.text import exact_body, required_line
from supportdesk.domain.ticket import Priority, Status, parse_priority, parse_status
from supportdesk.services.transfer.column_mapping import Fields, clean_id, refuse_spoiled

NUMBER_LIMIT = 2**53 - 1
"""Every program that reads JSON has exact integers up to here, and it leaves numbers for tickets to come."""


@dataclass(frozen=True, slots=True)
class Values:
    """What a row says, cleaned and checked; None where it says nothing and the desk decides."""

    title: str
    description: str
    contact_email: str
    priority: str = Priority.MEDIUM
    status: str = Status.NEW
    number: int | None = None
    id: str | None = None
    created_at: str | None = None
    updated_at: str | None = None


def _number(text: str) -> int:
    text = refuse_spoiled("number", text).strip()
    if text.isascii() and text.isdigit() and len(text) < 20 and 0 < int(text) <= NUMBER_LIMIT:
        return int(text)
    raise invalid("number", text, f"it must be a whole number from 1 to {NUMBER_LIMIT:,}")


TICKET = Fields(
    clean={
        "number": _number,
        "id": clean_id,
        "title": lambda text: required_line("title", text),
        "description": lambda text: exact_body("description", text),
        "priority": parse_priority,
        "status": parse_status,
        "contact_email": clean_address,
        "created_at": str,
        "updated_at": str,
    },
    required=("title", "description", "contact_email"),
    words=("priority", "status"),
    identity=("number", "id", "created_at", "updated_at"),
    times=("created_at", "updated_at"),
)
FIELDS = tuple(TICKET.clean)
"""In the order an export writes them."""
