"""Queueing of agents' replies: a mail a recipient, each of which can fail, be suppressed or be retried by itself."""

from __future__ import annotations

from datetime import timedelta

from supportdesk.domain.conversation.message import Message, MessageKind
from supportdesk.domain.errors import NotAllowed
from supportdesk.domain.mail.notification import DeliveryStatus, Notification, NotificationType
from supportdesk.domain.preference import Frequency, Preference
from supportdesk.domain.ticket import Ticket
from supportdesk.services.context import Context
from supportdesk.services.mail import carrier
from supportdesk.services.mail.outbox import subject_of
from supportdesk.services.mail.suppressions import why_not
from supportdesk.storage.mail import notifications, replies, suppressions
from supportdesk.storage.mail.notifications import ThreadStart
from supportdesk.storage.preferences import queries as preferences


def enqueue_reply(context: Context, ticket: Ticket, message: Message, change: int) -> None:
    """Enqueue a reply for each of its recipients, inside the caller's transaction.

    Preferences about notifications do not hold it: its recipients are answered, not notified. Raises `NotAllowed` for
    any other message, such as a note.
    """
    if message.kind is not MessageKind.REPLY:
        raise NotAllowed(f"a message of kind {message.kind} is never mailed")
    # Lazy import: keeps start-up fast.
    from supportdesk.email.messages.headers import message_id
    from supportdesk.email.messages.subjects import cut_subject

    carrier.remember(context)
    now = context.now()
    database = context.database
    ask_thread = notifications.ask_thread_start(database, ticket.id)
    recipients = [
        (each, suppressions.ask(database, each), preferences.ask(database, each)) for each in (*message.to, *message.cc)
    ]
    thread = ask_thread() or ThreadStart("", "")
    subject = subject_of(cut_subject(ticket.title), ticket.title, ticket.number, thread)
    for recipient, ask_suppression, ask_preference in recipients:
        held = why_not(ask_suppression())
        known = ask_preference() or Preference(recipient)
        mail = context.new_id()
        notifications.add(
            context.database,
            Notification(
                seq=0,
                id=mail,
                ticket_id=ticket.id,
                recipient_email=recipient,
                notification_type=NotificationType.REPLY,
                subject=subject,
                content=message.text,
                html="",
                language=known.preferred_language,
                status=DeliveryStatus.HELD if held else DeliveryStatus.PENDING,
                waits_for=Frequency.IMMEDIATE,
                due_at=now + timedelta(seconds=context.mail.hold),
                message_id=message_id(context.database.secret, mail, context.mail.sender),
                in_reply_to=thread.message_id,
                change=change,
                attempts=0,
                provider="",
                answer="",
                error="",
                reason=held,
                digest_id=None,
                sent_at=None,
                created_at=now,
            ),
        )
        replies.attach(context.database, mail, message, context.actor)
