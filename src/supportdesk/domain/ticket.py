"""Tickets: their statuses, priorities, and the rules of their values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from unicodedata import normalize

from supportdesk.domain import moment
from supportdesk.domain.address import clean_address, display_name
from supportdesk.domain.agent import agent_name, who
from supportdesk.domain.errors import invalid, one_of
from supportdesk.domain.text import clean_line, optional_line, required_body, required_line


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


class Side(StrEnum):
    """Who is to speak next in a conversation: the desk, or the requester."""

    US = "us"
    THEM = "them"


OPEN = (Status.NEW, Status.IN_PROGRESS)
_URGENCY = {Priority.HIGH: 0, Priority.MEDIUM: 1, Priority.LOW: 2}
RESOLVED_RANK = 3
LONGEST_SNOOZE = timedelta(days=366)
AWAKE = datetime(1000, 1, 1, tzinfo=UTC)
"""Snoozed until then, a ticket is awake."""


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

    `version` grows by one with every change; saving compares it, so that nobody overwrites unseen work. `owner` is
    the agent who sees to it, empty for nobody; `tags` are sorted. `merged_into` is the number of the ticket that
    continues this one. `awaiting` is None for a resolved one. `last_word` is the place of the last message among all of
    the desk; `unread` is whether the agent who reads has not seen it.
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
    owner: str = field(default="", kw_only=True)
    tags: tuple[str, ...] = field(default=(), kw_only=True)
    deleted_at: datetime | None = field(default=None, kw_only=True)
    merged_into: int | None = field(default=None, kw_only=True)
    snoozed_until: datetime | None = field(default=None, kw_only=True)
    awaiting: Side | None = field(default=None, kw_only=True)
    last_word: int = field(default=0, kw_only=True, compare=False)
    has_failed_mail: bool = field(default=False, kw_only=True)
    unread: bool = field(default=False, kw_only=True, compare=False)

    @property
    def is_listed(self) -> bool:
        """Whether lists show the ticket: it is neither deleted nor merged into another one."""
        return self.deleted_at is None and self.merged_into is None

    @property
    def awaits_reader(self) -> bool:
        """Whether its last word may be unread: in a resolved ticket nothing waits for an agent but a failed reply."""
        return self.is_open and self.is_listed

    def is_snoozed(self, now: datetime) -> bool:
        """Return whether the ticket waits for its time; one beyond the longest snooze comes from a wrong clock."""
        return self.snoozed_until is not None and now < self.snoozed_until <= now + LONGEST_SNOOZE

    @property
    def is_open(self) -> bool:
        """Whether the ticket is not resolved."""
        return self.status in OPEN


@dataclass(frozen=True, slots=True)
class Ticket(TicketSummary):
    """A ticket with its description, and the addresses that take part in it besides the requester."""

    description: str
    participants: tuple[str, ...] = field(default=(), kw_only=True)


@dataclass(frozen=True, slots=True)
class NewTicket:
    """The cleaned values of a ticket to be created; `contact_name` is kept in its history."""

    title: str
    description: str
    contact_email: str
    priority: Priority = Priority.MEDIUM
    contact_name: str = ""


def new_ticket(title: str, description: str, contact_email: str, priority: str = "medium") -> NewTicket:
    """Clean and check the values of a new ticket; raises `InvalidValue` for the first field at fault."""
    return NewTicket(
        required_line("title", title),
        required_body("description", description),
        clean_address(contact_email),
        parse_priority(priority),
        clean_line(display_name(contact_email)),
    )


@dataclass(frozen=True, slots=True)
class TicketChange:
    """What to change on a ticket; None leaves a field as it is. `notes` go with the change into history.

    `snoozed_until` is `AWAKE` to wake it.

    Texts are cleaned already; see `parse_change`.
    """

    status: Status | None = None
    priority: Priority | None = None
    notes: str = ""
    title: str | None = None
    description: str | None = None
    contact_email: str | None = None
    owner: str | None = None
    tags: tuple[str, ...] | None = None
    snoozed_until: datetime | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "notes", optional_line("notes", self.notes))

    def differing_from(self, ticket: Ticket) -> TicketChange:
        """Return the part of this change that differs from a ticket, with the notes."""
        same: dict[str, Any] = {name: None for name in CHANGEABLE if getattr(self, name) == _current(ticket, name)}
        return replace(self, **same)

    @property
    def is_empty(self) -> bool:
        """Whether no field changes."""
        return all(getattr(self, name) is None for name in CHANGEABLE)


CHANGEABLE: Mapping[str, Callable[[str], Any]] = {
    "title": lambda text: required_line("title", text),
    "contact_email": clean_address,
    "status": parse_status,
    "priority": parse_priority,
    "owner": lambda text: agent_name(text, "owner") if text else "",
    "tags": lambda text: tuple(sorted(set(map(parse_tag, text.split())))),
    "description": lambda text: required_body("description", text),
    "snoozed_until": lambda text: _wake_time(text) if text else AWAKE,
}
"""The fields that can change, and how each is read from outside and from the journal."""


def _wake_time(text: str) -> datetime:
    # Lazy import: keeps start-up fast.
    from supportdesk.domain.time_formats import parse_time

    return parse_time("snoozed_until", text)


def field_text(ticket: Ticket, name: str) -> str:
    """Return the value of a field as the journal and the table have it."""
    match getattr(ticket, name):
        case None:
            return ""
        case tuple() as tags:
            return " ".join(tags)
        case datetime() as at:
            return moment.to_text(at)
        case text:
            return str(text)


def _current(ticket: Ticket, name: str) -> object:
    value = getattr(ticket, name)
    return AWAKE if name == "snoozed_until" and value is None else value


TAG_LIMIT = 32
TAGS_LIMIT = 50
_TAG = re.compile(r"\w[\w.:/-]*")


def parse_tag(text: str) -> str:
    """Return a tag in its normal form, lower case; raises `InvalidValue`."""
    tag = normalize("NFC", text.strip()).lower()
    if len(tag) > TAG_LIMIT or not _TAG.fullmatch(tag):
        raise invalid("tag", text, f"it can have letters, digits and any of _-.:/ inside, up to {TAG_LIMIT} characters")
    return tag


def parse_change(notes: str = "", **values: str | None) -> TicketChange:
    """Return a change from values by field, None for those that stay; raises `InvalidValue` for the first at fault.

    The name in `Name <address>` goes with it into history.
    """
    name = clean_line(display_name(values.get("contact_email") or ""))
    return TicketChange(
        notes="; ".join(filter(None, (notes, name and f"requester: {name}"))),
        **{name: CHANGEABLE[name](text) for name, text in values.items() if text is not None},
    )


class StatusChange(NamedTuple):
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
