"""Queueing of mail in the transaction of its change, and withdrawing it when that is undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from supportdesk.domain.mail.notification import DeliveryStatus, Notification, NotificationType
from supportdesk.domain.preference import DIGESTS, Frequency, Language, Preference
from supportdesk.domain.ticket import Ticket
from supportdesk.services.context import Context
from supportdesk.services.mail import carrier
from supportdesk.services.mail import variants as mail_variants
from supportdesk.services.mail.suppressions import why_not
from supportdesk.storage.mail import notifications, outbox, suppressions
from supportdesk.storage.mail.notifications import ThreadStart
from supportdesk.storage.mail.suppressions import Suppression
from supportdesk.storage.mail.variants import ask_running_experiment
from supportdesk.storage.preferences import queries as preferences

if TYPE_CHECKING:
    from supportdesk.email.messages.rendering import Rendered

Words = Callable[[Language, str], "Rendered"]
"""Renders a message in a language, with the templates of a variant where that has some.

Raises `TemplateFault` when a template is faulty.
"""


class Recipient(NamedTuple):
    """Who gets a mail of a kind, with what decides how: asked for at once, and as long before as it is known."""

    address: str
    kind: NotificationType
    preference: Callable[[], Preference | None]
    suppression: Callable[[], Suppression | None]
    experiment: Callable[[], int | None]
    thread: Callable[[], ThreadStart | None]

    @classmethod
    def ask(cls, context: Context, address: str, kind: NotificationType, ticket_id: str = "") -> Recipient:
        """Return the recipient of a mail, about a ticket where one is named."""
        database = context.database
        return cls(
            address,
            kind,
            preferences.ask(database, address),
            suppressions.ask(database, address),
            ask_running_experiment(database, kind.surface),
            notifications.ask_thread_start(database, ticket_id),
        )


def enqueue(
    context: Context,
    recipient: Recipient,
    words: Words,
    *,
    ticket: Ticket | None = None,
    change: int | None = None,
) -> str:
    """Enqueue a mail as its recipient prefers it, inside the caller's transaction; return its id.

    `ticket` and `change` are what it is about, the latter in the journal. What the recipient's preferences hold is in
    the outbox too, with the reason. A digest is due at once. A message whose template is faulty is saved as failed,
    with the values of the template: the change itself is saved, and `retry` renders the mail once it is fixed.
    """
    carrier.remember(context)
    message, now, kind = context.new_id(), context.now(), recipient.kind
    preference = recipient.preference() or Preference(recipient.address)
    held = preference.held_because or why_not(recipient.suppression())
    language = preference.preferred_language
    waits = kind is not NotificationType.DIGEST
    # Held or digested mail is not what an experiment tests.
    alone = waits and not held and effective_frequency(preference) is Frequency.IMMEDIATE
    experiment = recipient.experiment() if alone else None
    variant = None if experiment is None else mail_variants.choose_variant(context, experiment, recipient.address)
    written, error, values = _render(words, language, variant.file_word if variant else "")
    thread = recipient.thread()
    notifications.add(
        context.database,
        Notification(
            seq=0,
            id=message,
            ticket_id=ticket.id if ticket else None,
            recipient_email=recipient.address,
            notification_type=kind,
            subject=subject_of(written.subject, ticket.title, ticket.number, thread) if ticket else written.subject,
            content=written.text,
            html=written.html,
            language=language,
            status=DeliveryStatus.HELD if held else DeliveryStatus.FAILED if error else DeliveryStatus.PENDING,
            waits_for=effective_frequency(preference) if waits else Frequency.IMMEDIATE,
            due_at=now + timedelta(seconds=context.mail.hold) if waits else now,
            message_id=_message_id(context, message),
            in_reply_to=thread.message_id if thread else "",
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
        notifications.save_template_values(context.database, message, values)
    if variant is not None:
        mail_variants.record(context, message, variant, written)
    return message


def _render(words: Words, language: Language, variant: str) -> tuple[Rendered, str, Mapping[str, object]]:
    """Return a rendered mail; with a faulty template an empty one, the fault, and the values of the template."""
    # Lazy import: keeps start-up fast.
    from supportdesk.email.messages.rendering import Rendered, TemplateFault

    try:
        return words(language, variant), "", {}
    except TemplateFault as fault:
        return Rendered("", "", ""), fault.message, fault.values


def subject_of(words: str, title: str, number: int, thread: ThreadStart | None) -> str:
    """Return the subject of a mail about a ticket; empty without `words`, which a template at fault did not write.

    Where a template's words are the title, an edited title changes nothing: mail programs would show the mails as two
    conversations. Other words, as an experiment may test them, are kept.
    """
    # Lazy import: keeps start-up fast.
    from supportdesk.email.messages.subjects import bare_subject, cut_subject, is_tagged, thread_subject

    if not words:
        return ""
    is_title = words == cut_subject(title)
    if is_title and thread and is_tagged(thread.subject, number):
        words = bare_subject(thread.subject, number)
    return thread_subject(words, number, is_reply=is_title and thread is not None)


def withdraw(context: Context, change: int) -> set[str]:
    """Withdraw the mail about a change that has not left yet; return the ids of their tickets.

    Inside the caller's transaction. The undo of withdrawn mail sends none either.
    """
    return outbox.withdraw(context.database, change, f"undone by {context.actor} before it left")


def effective_frequency(preference: Preference) -> Frequency:
    """Return the digest that mail to somebody waits for, or IMMEDIATE."""
    frequency = preference.notification_frequency
    return frequency if frequency in DIGESTS else Frequency.IMMEDIATE


def _message_id(context: Context, message: str) -> str:
    # Lazy import: keeps start-up fast.
    from supportdesk.email.messages.headers import message_id

    return message_id(context.database.secret, message, context.mail.sender)
