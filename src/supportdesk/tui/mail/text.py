"""Messages as text to read: outcome, envelope and body."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from rich.text import Text

from supportdesk.domain import moment
from supportdesk.domain.mail.notification import DeliveryStatus, Notification
from supportdesk.domain.preference import DIGESTS
from supportdesk.domain.text import clean_body
from supportdesk.tui import style

MOCK_NOTICE = "mock: nothing leaves this machine"
SOON = timedelta(minutes=10)


def why(message: Notification, now: datetime) -> str:
    """Return why a message is in its state: what it waits for, the service's error, why it was not sent.

    Nothing for one that was simply sent.
    """
    match message.status:
        case DeliveryStatus.PENDING if message.waits_for in DIGESTS:
            return f"waits for the {message.waits_for} digest"
        case DeliveryStatus.PENDING if message.due(now) <= now:
            return message.error
        case DeliveryStatus.PENDING:
            left = message.due(now) - now
            in_time = f"in {-(-left // timedelta(seconds=1))} s" if left < SOON else moment.local(message.due(now))
            return f"next attempt {in_time}: {message.error}" if message.error else f"leaves {in_time}"
        case DeliveryStatus.SENT:
            return ""
        case DeliveryStatus.DIGESTED:
            return "went out in a digest"
    return message.error or message.reason


def mail_text(message: Notification, now: datetime) -> list[Text]:
    """Return one mail in full: outcome, envelope and body."""
    state = Text.assemble(
        (f"{style.DELIVERY_SIGN[message.status]} {message.status}", style.DELIVERY_STYLE[message.status]),
        f"  {message.notification_type}  ",
        (moment.local(message.sent_at or message.created_at), style.DIM),
    )
    words = why(message, now)
    envelope = {"To": message.recipient_email, "Subject": message.subject}
    travels = {
        "Service": f"{message.provider}: {message.answer}" if message.answer else message.provider,
        "Tried": "once" if message.attempts == 1 else f"{message.attempts} times" if message.attempts else "",
        "Message-ID": message.message_id,
        "Id there": message.provider_message_id,
        "Replies to": message.in_reply_to,
        "Tried out": message.variant_summary,
    }
    return [
        state,
        *([Text(words, style.DELIVERY_STYLE[message.status])] if words else []),
        *_facts(envelope),
        Text(),
        *(Text("  " + line) for line in clean_body(message.content).rstrip("\n").split("\n")),
        Text(),
        *_facts(travels),
    ]


def _facts(facts: Mapping[str, str]) -> list[Text]:
    width = max(map(len, facts)) + 2
    return [Text.assemble((name.ljust(width), style.DIM), value) for name, value in facts.items() if value]


def mails_text(messages: Sequence[Notification], now: datetime) -> list[Text]:
    """Return the mails of a ticket in full, newest first."""
    if not messages:
        return [Text("No mail has been sent about this ticket.", style.DIM)]
    return [line for message in messages for line in (*mail_text(message, now), Text())]
