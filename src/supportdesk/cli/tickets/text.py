"""Tickets and their history as people read them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from supportdesk.cli.io.facts import format_facts, when
from supportdesk.domain import moment
from supportdesk.domain.ticket import StatusChange, Ticket

if TYPE_CHECKING:
    from supportdesk.services.tickets.relations import Related

TICKET_HEADINGS = ("NUMBER", "STATUS", "PRIORITY", "AGE", "REQUESTER", "TITLE")
STEP_HEADINGS = ("WHEN", "WHO", "STATUS", "NOTES")


def ticket_row(ticket: Ticket, now: datetime) -> tuple[str, ...]:
    """Return a ticket as a row of a list."""
    age = moment.age(ticket.created_at, now)
    return (f"#{ticket.number}", ticket.status, ticket.priority, age, ticket.contact_email, ticket.title)


def ticket_text(ticket: Ticket, related: Related, now: datetime) -> str:
    """Return a whole ticket with what belongs to it."""
    facts = {
        "status": ticket.status,
        "priority": ticket.priority,
        "requester": ticket.contact_email,
        "owner": ticket.owner,
        "tags": " ".join(ticket.tags),
        "created": when(ticket.created_at, now),
        "updated": when(ticket.updated_at, now),
        "snoozed": _snooze(ticket, now),
        "merged into": f"#{ticket.merged_into}" if ticket.merged_into is not None else "",
        "merged": " ".join(f"#{each}" for each in related.merged),
        "linked": " ".join(f"#{each}" for each in related.linked),
        "deleted": when(ticket.deleted_at, now) if ticket.deleted_at else "",
        "id": ticket.id,
    }
    return f"#{ticket.number} {ticket.title}\n{format_facts(facts)}\n\n{ticket.description}"


def _snooze(ticket: Ticket, now: datetime) -> str:
    until = ticket.snoozed_until
    return f"until {moment.local(until)}" if until is not None and ticket.is_snoozed(now) else ""


def step_row(step: StatusChange) -> tuple[str, ...]:
    """Return a step of a ticket's history as a row."""
    status = step.new_status if step.old_status is None else f"{step.old_status} → {step.new_status}"
    return (moment.local(step.changed_at), step.who, status, step.notes)
