"""Mail on its way into the outbox, with the change it tells of; and out of it again, when that is undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from supportdesk.domain.notification import DeliveryStatus, Notification, NotificationType
from supportdesk.domain.preference import DIGESTS, Frequency, Language, Preference
from supportdesk.domain.ticket import Ticket
from supportdesk.services.context import Context, new_id
from supportdesk.services.mail import carrier
from supportdesk.services.mail import variants as mail_variants
from supportdesk.storage.mail import notifications, outbox
from supportdesk.storage.preferences import queries as preferences

if TYPE_CHECKING:
    from supportdesk.email.messages.rendering import Rendered

Words = Callable[[Language, str], "Rendered"]
"""Gives the words of a message in a language, with the templates of a variant where that has some.

Raises a `TemplateFault` when a template has a hole in it.
"""


def enqueue_for_ticket(
    context: Context, ticket: Ticket, kind: NotificationType, change: int | None, words: Words
) -> None:
    """Puts a mail to the ticket's requester into the outbox, inside the caller's transaction.

    `change` is the journal change it tells of. What the requester's preferences keep back is in the outbox too, with
    the reason.
    """
    preference = preferences.find(context.database, ticket.contact_email) or Preference(ticket.contact_email)
    enqueue(context, ticket.contact_email, preference, kind, words, ticket_id=ticket.id, change=change)


def enqueue(
    context: Context,
    recipient: str,
    preference: Preference,
    kind: NotificationType,
    words: Words,
    *,
    ticket_id: str | None = None,
    change: int | None = None,
) -> str:
    """Puts a mail into the outbox as its recipient prefers it, inside the caller's transaction; gives its id.

    A digest has waited already, and goes at once. A message whose template is at fault is kept as failed, with what the
    template was to be filled with: the change it tells of stands, and the mail can be made once it is mended.
    """
    carrier.remember(context)
    # Imported here: few commands queue a message.
    from supportdesk.email.messages.rendering import Rendered, TemplateFault

    message, now = new_id(), context.now()
    held, error = preference.held_because, ""
    language = preference.preferred_language
    waits = kind is not NotificationType.DIGEST
    # What is held back or goes into a digest is not the mail that an experiment tries.
    alone = waits and not held and paced(preference) is Frequency.IMMEDIATE
    tried = mail_variants.of_recipient(context, kind, recipient) if alone else None
    written = Rendered("", "", "")
    values: Mapping[str, object] = {}
    try:
        written = words(language, tried.file_word if tried else "")
    except TemplateFault as fault:
        error, values = fault.message, fault.values
    notifications.add(
        context.database,
        Notification(
            seq=0,
            id=message,
            ticket_id=ticket_id,
            recipient_email=recipient,
            notification_type=kind,
            subject=written.subject,
            content=written.text,
            html=written.html,
            language=language,
            status=DeliveryStatus.HELD if held else DeliveryStatus.FAILED if error else DeliveryStatus.PENDING,
            waits_for=paced(preference) if waits else Frequency.IMMEDIATE,
            due_at=now + timedelta(seconds=context.mail.hold) if waits else now,
            message_id=_message_id(context, message),
            in_reply_to="",
            change=change,
            attempts=0,
            provider="",
            answer="",
            error=error,
            reason=held,
            digest_id=None,
            sent_at=None,
            created_at=now,
        ),
    )
    if error and not held:
        notifications.keep_values(context.database, message, values)
    if tried is not None:
        mail_variants.note(context, message, tried, written)
    return message


def withdraw(context: Context, change: int) -> set[str]:
    """Takes back the mail about a change that has not left yet; gives the ids of the tickets nobody was told of.

    Inside the caller's transaction. Of what is withdrawn, the undo needs no mail either.
    """
    return outbox.withdraw(context.database, change, f"undone by {context.actor} before it left")


def paced(preference: Preference) -> Frequency:
    """What mail to somebody waits for: a digest, or nothing."""
    frequency = preference.notification_frequency
    return frequency if frequency in DIGESTS else Frequency.IMMEDIATE


def _message_id(context: Context, message: str) -> str:
    # Imported here: few commands queue a message.
    from supportdesk.email.messages.headers import message_id

    return message_id(context.database.secret, message, context.mail.sender)
