"""The words of our mails."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from supportdesk.domain.ticket import Status, Ticket

if TYPE_CHECKING:
    from supportdesk.domain.faq import Faq
    from supportdesk.domain.notification import Notification

SUBJECT_LIMIT = 200
_STATUS_LINES = {
    Status.NEW: "It is back in our queue, and we will look at it as soon as we can.",
    Status.IN_PROGRESS: "Somebody is working on it now.",
    Status.RESOLVED: "We consider it resolved. If that is not so, just write to us again.",
}


def ticket_created(ticket: Ticket) -> tuple[str, str]:
    """Subject and text of the mail that confirms a new ticket."""
    return (
        _subject(f"Support Ticket Created: {ticket.title}"),
        f"""Hello,

your support ticket has been created. Keep its number for your questions: #{ticket.number}.

Title:    {ticket.title}
Priority: {ticket.priority}
Status:   {ticket.status}

What you wrote:

{_quoted(ticket.description)}

Support
""",
    )


def status_update(ticket: Ticket, old_status: Status) -> tuple[str, str]:
    """Subject and text of the mail about a new status. Notes are for agents: they are not in it."""
    return (
        _subject(f"Support Ticket Updated: {ticket.title}"),
        f"""Hello,

your support ticket #{ticket.number} "{ticket.title}" was {old_status} and is now {ticket.status}.

{_STATUS_LINES[ticket.status]}

Support
""",
    )


def faq_answer(ticket: Ticket, faq: Faq) -> tuple[str, str]:
    """Subject and text of the mail that answers a ticket with an FAQ."""
    return (
        _subject(f"Re: {ticket.title}"),
        f"""Hello,

about your support ticket #{ticket.number}, this should answer it:

{faq.question}

{faq.answer}

We consider your ticket {ticket.status}. If that is not so, just write to us again.

Support
""",
    )


def digest(parts: Sequence[Notification]) -> tuple[str, str]:
    """Subject and text of the mail that tells all of these at once."""
    news = "\n\n".join(f"{part.subject}\n\n{_quoted(part.content.rstrip())}" for part in parts)
    return (
        f"Support: {len(parts)} {'message' if len(parts) == 1 else 'messages'} for you",
        f"Hello,\n\nthis is what happened since we last wrote to you.\n\n{news}\n\nSupport\n",
    )


def _subject(text: str) -> str:
    return text if len(text) <= SUBJECT_LIMIT else text[: SUBJECT_LIMIT - 1] + "…"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))
