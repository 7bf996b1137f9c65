"""Digests: all that waits for a person, in one mail at the configured hour.

Built from what waits, never from a window of time: a missed run loses nothing, and a second one finds nothing.
"""

from __future__ import annotations

from datetime import datetime, tzinfo

from supportdesk.domain.mail import digest_time
from supportdesk.domain.mail.notification import NotificationType
from supportdesk.domain.mail.retry import CLOCK_TOLERANCE, MAX_HOLD
from supportdesk.domain.preference import DIGESTS
from supportdesk.email.messages import messages
from supportdesk.email.messages.messages import DigestEntry
from supportdesk.services.context import Context
from supportdesk.services.mail.outbox import Recipient, enqueue
from supportdesk.storage.mail import digests
from supportdesk.storage.mail.digests import Waiting
from supportdesk.storage.tickets import queries as tickets


def due(context: Context) -> list[Waiting]:
    """Return everybody for whom something has waited since before the last digest hour, with all that waits by now."""
    found = []
    for frequency in DIGESTS:
        # Polled every second: the oldest message is found by index, the list of recipients is not.
        ready = digests.oldest_ready(context.database, frequency)
        if ready is None:
            continue
        now = context.now()
        hour = digest_time.last_due(frequency, now, *_schedule(context))
        if ready <= hour or ready > now + MAX_HOLD + CLOCK_TOLERANCE:
            found += digests.waiting(context.database, frequency, hour, now)
    return found


def next_due(context: Context) -> datetime | None:
    """Return when the next digest is due; None when nothing waits for one."""
    now = context.now()
    moments = []
    for frequency in DIGESTS:
        ready = digests.oldest_ready(context.database, frequency)
        if ready is not None:
            moments.append(digest_time.next_due(frequency, min(ready, now), *_schedule(context)))
    return max(now, min(moments)) if moments else None


def build(context: Context, waiting: Waiting) -> bool:
    """Put all that waits for a person into one mail; return whether anything still did."""
    with context.database.writing():
        parts = digests.parts(context.database, waiting)
        if not parts:
            return False
        numbers = tickets.numbers(context.database, [part.ticket_id for part in parts])
        entries = [
            DigestEntry(part.created_at, numbers.get(part.ticket_id), part.subject, part.content) for part in parts
        ]
        mail = context.mail
        digest = enqueue(
            context,
            Recipient.ask(context, waiting.recipient_email, NotificationType.DIGEST),
            lambda language, _: messages.digest(
                waiting.recipient_email, entries, waiting.frequency, language, mail.templates, zone=mail.tz
            ),
        )
        digests.mark_digested(context.database, parts, digest)
    return True


def _schedule(context: Context) -> tuple[int, int, tzinfo | None]:
    mail = context.mail
    return mail.digest_hour, mail.weekday, mail.tz
