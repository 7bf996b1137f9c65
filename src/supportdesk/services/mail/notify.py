"""Notifications to requesters, one function a kind; all inside the transaction of the change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from supportdesk.domain.mail.notification import NotificationType
from supportdesk.domain.ticket import Status, Ticket
from supportdesk.email.messages import messages
from supportdesk.services.context import Context
from supportdesk.services.mail.outbox import enqueue_for_ticket

if TYPE_CHECKING:
    from supportdesk.domain.faq import Faq


def ticket_created(context: Context, ticket: Ticket, change: int) -> None:
    """Enqueue the confirmation of a new ticket."""
    enqueue_for_ticket(
        context,
        ticket,
        NotificationType.TICKET_CREATED,
        change,
        lambda language, variant: messages.ticket_created(ticket, language, context.mail.templates, variant),
    )


def received(context: Context, ticket: Ticket, change: int) -> None:
    """Enqueue the acknowledgement of a mail that made a ticket."""
    enqueue_for_ticket(
        context,
        ticket,
        NotificationType.RECEIVED,
        change,
        lambda language, variant: messages.received(ticket, language, context.mail.templates, variant),
    )


def status_update(context: Context, ticket: Ticket, old_status: Status, change: int) -> None:
    """Enqueue the mail about a new status."""
    enqueue_for_ticket(
        context,
        ticket,
        NotificationType.STATUS_UPDATE,
        change,
        lambda language, variant: messages.status_update(ticket, old_status, language, context.mail.templates, variant),
    )


def faq_answer(context: Context, ticket: Ticket, faq: Faq, change: int | None) -> None:
    """Enqueue the answer with an FAQ."""
    enqueue_for_ticket(
        context,
        ticket,
        NotificationType.FAQ_ANSWER,
        change,
        lambda language, variant: messages.faq_answer(ticket, faq, language, context.mail.templates, variant),
    )
