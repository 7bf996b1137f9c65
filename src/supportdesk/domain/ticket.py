"""Tickets: their statuses, priorities, and the rules of their values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from supportdesk.domain.address import clean_address
from supportdesk.domain.agent import who
from supportdesk.domain.errors import invalid, one_of
from supportdesk.domain.text import optional_line, required_body, required_line


class Status(StrEnum):
    """The state of a ticket's work."""

    NEW = "new"
    IN_PROGRESS = "in-progress"
    RESOLVED = "resolved"


class Priority(StrEnum):
    """How urgent a ticket is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


OPEN = (Status.NEW, Status.IN_PROGRESS)
_URGENCY = {Priority.HIGH: 0, Priority.MEDIUM: 1, Priority.LOW: 2}
RESOLVED_RANK = 3


def queue_rank(status: Status, priority: Priority) -> int:
    """Return the rank of a ticket in the queue: open ones by urgency, then everything resolved.

    The column `queue_rank` of the table computes the same, for the index; a test holds them together.
    """
    return RESOLVED_RANK if status is Status.RESOLVED else _URGENCY[priority]


def parse_status(text: str) -> Status:
    """Parse a status; raises `InvalidValue` that names the allowed ones."""
    try:
        return Status(text.strip().lower())
    except ValueError:
        raise invalid("status", text, one_of(Status)) from None


def parse_priority(text: str) -> Priority:
    """Parse a priority; raises `InvalidValue` that names the allowed ones."""
    try:
        return Priority(text.strip().lower())
    except ValueError:
        raise invalid("priority", text, one_of(Priority)) from None


@dataclass(frozen=True, slots=True)
class TicketSummary:
    """A ticket as a list shows it: everything but the description.

    `version` grows by one with every change; saving compares it, so that nobody overwrites unseen work.
    """

    number: int
    id: str
    title: str
    priority: Priority
    status: Status
    contact_email: str
    created_at: datetime
    updated_at: datetime
    version: int

    @property
    def is_open(self) -> bool:
        """Whether the ticket is not resolved."""
        return self.status in OPEN


@dataclass(frozen=True, slots=True)
class Ticket(TicketSummary):
    """A ticket with its description."""

    description: str


@dataclass(frozen=True, slots=True)
class NewTicket:
    """The cleaned values of a ticket to be created."""

    title: str
    description: str
    contact_email: str
    priority: Priority = Priority.MEDIUM


def new_ticket(title: str, description: str, contact_email: str, priority: str = "medium") -> NewTicket:
    """Clean and check the values of a new ticket; raises `InvalidValue` for the first field at fault."""
    return NewTicket(
        required_line("title", title),
        required_body("description", description),
        clean_address(contact_email),
        parse_priority(priority),
    )


@dataclass(frozen=True, slots=True)
class TicketChange:
    """What to change on a ticket; None leaves a field as it is. `notes` go with the change into history."""

    status: Status | None = None
    priority: Priority | None = None
    notes: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "notes", optional_line("notes", self.notes))


@dataclass(frozen=True, slots=True)
class StatusChange:
    """One status change of a ticket; `old_status` is None at creation."""

    id: str
    ticket_id: str
    old_status: Status | None
    new_status: Status
    changed_by: str
    notes: str
    changed_at: datetime
    login: str = ""

    @property
    def who(self) -> str:
        """Who changed it: `bob`, or `bob (as ann)` when the account bob claimed another name."""
        return who(self.changed_by, self.login)
