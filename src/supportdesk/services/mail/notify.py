"""Notifications to requesters, one function a kind; all inside the transaction of the change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from supportdesk.domain.mail.notification import NotificationType
from supportdesk.domain.ticket import Status, Ticket
from supportdesk.email.messages import messages
from supportdesk.services.context import Context
from supportdesk.services.mail.outbox import Recipient, enqueue

if TYPE_CHECKING:
    from supportdesk.domain.faq import Faq


def ticket_created(context: Context, recipient: Recipient, ticket: Ticket, change: int) -> None:
    """Enqueue the confirmation of a new ticket, or the acknowledgement of a mail that made it."""
    words = messages.received if recipient.kind is NotificationType.RECEIVED else messages.ticket_created
    enqueue(
        context,
        recipient,
        lambda language, variant: words(ticket, language, context.mail.templates, variant),
        ticket=ticket,
        change=change,
    )


def status_update(context: Context, recipient: Recipient, ticket: Ticket, old_status: Status, change: int) -> None:
    """Enqueue the mail about a new status."""
    enqueue(
        context,
        recipient,
        lambda language, variant: messages.status_update(ticket, old_status, language, context.mail.templates, variant),
        ticket=ticket,
        change=change,
    )


def faq_answer(context: Context, ticket: Ticket, faq: Faq, change: int | None) -> None:
    """Enqueue the answer with an FAQ."""
    enqueue(
        context,
        Recipient.ask(context, ticket.contact_email, NotificationType.FAQ_ANSWER, ticket.id),
        lambda language, variant: messages.faq_answer(ticket, faq, language, context.mail.templates, variant),
        ticket=ticket,
        change=change,
    )
