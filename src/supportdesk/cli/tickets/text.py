"""Tickets and their history as people read them."""

from __future__ import annotations

from datetime import datetime

from supportdesk.cli.io.facts import format_facts, when
from supportdesk.domain import moment
from supportdesk.domain.ticket import StatusChange, Ticket

TICKET_HEADINGS = ("NUMBER", "STATUS", "PRIORITY", "AGE", "REQUESTER", "TITLE")
STEP_HEADINGS = ("WHEN", "WHO", "STATUS", "NOTES")


def ticket_row(ticket: Ticket, now: datetime) -> tuple[str, ...]:
    """Return a ticket as a row of a list."""
    age = moment.age(ticket.created_at, now)
    return (f"#{ticket.number}", ticket.status, ticket.priority, age, ticket.contact_email, ticket.title)


def ticket_text(ticket: Ticket, now: datetime) -> str:
    """Return a whole ticket."""
    facts = {
        "status": ticket.status,
        "priority": ticket.priority,
        "requester": ticket.contact_email,
        "owner": ticket.owner,
        "tags": " ".join(ticket.tags),
        "created": when(ticket.created_at, now),
        "updated": when(ticket.updated_at, now),
        "deleted": when(ticket.deleted_at, now) if ticket.deleted_at else "",
        "id": ticket.id,
    }
    return f"#{ticket.number} {ticket.title}\n{format_facts(facts)}\n\n{ticket.description}"


def step_row(step: StatusChange) -> tuple[str, ...]:
    """Return a step of a ticket's history as a row."""
    status = step.new_status if step.old_status is None else f"{step.old_status} → {step.new_status}"
    return (moment.local(step.changed_at), step.who, status, step.notes)
