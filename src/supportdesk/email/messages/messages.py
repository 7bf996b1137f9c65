"""The texts of our mails: a kind is a template in each language, and a function here that supplies its values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from supportdesk.domain.moment import local
from supportdesk.domain.ticket import Status, Ticket

if TYPE_CHECKING:
    from supportdesk.domain.faq import Faq
    from supportdesk.email.messages.rendering import Rendered

ENGLISH = "en"


class DigestEntry(NamedTuple):
    """One message that waited to be told of in a digest; `ticket_number` is None when it is about none."""

    at: datetime
    ticket_number: int | None
    subject: str
    text: str


def ticket_created(ticket: Ticket, language: str = ENGLISH, folder: Path | None = None, variant: str = "") -> Rendered:
    """Return the mail that confirms a new ticket."""
    return render("ticket_created", language, _ticket(ticket), folder=folder, variant=variant)


def received(ticket: Ticket, language: str = ENGLISH, folder: Path | None = None, variant: str = "") -> Rendered:
    """Return the acknowledgement of a mail that made a ticket."""
    return render("received", language, _ticket(ticket), folder=folder, variant=variant)


def status_update(
    ticket: Ticket, old_status: Status, language: str = ENGLISH, folder: Path | None = None, variant: str = ""
) -> Rendered:
    """Return the mail about a new status. Notes are for agents: they are not in it."""
    values = {**_ticket(ticket), "old_status": str(old_status)}
    return render("status_update", language, values, folder=folder, variant=variant)


def faq_answer(
    ticket: Ticket, faq: Faq, language: str = ENGLISH, folder: Path | None = None, variant: str = ""
) -> Rendered:
    """Return the mail that answers a ticket with an FAQ."""
    values = {**_ticket(ticket), "question": faq.question, "answer": faq.answer}
    return render("faq_answer", language, values, folder=folder, variant=variant)


def digest(
    recipient: str,
    entries: Sequence[DigestEntry],
    frequency: str,
    language: str = ENGLISH,
    folder: Path | None = None,
    *,
    zone: tzinfo | None = None,
) -> Rendered:
    """Return the one mail about everything that waited for somebody, oldest first.

    `frequency` is "daily" or "weekly"; times are shown in `zone`, None for the machine's own.
    """
    # Lazy import: keeps start-up fast.
    from supportdesk.email.messages.subjects import bare_subject

    told = [
        {
            "at": local(entry.at, zone),
            "number": "" if entry.ticket_number is None else str(entry.ticket_number),
            "subject": entry.subject
            if entry.ticket_number is None
            else bare_subject(entry.subject, entry.ticket_number),
            "text": entry.text.strip("\n"),
        }
        for entry in entries
    ]
    values = {"recipient": recipient, "entries": told, "count": len(told), "frequency": frequency}
    return render("digest", language, values, folder=folder)


def delivery_test(provider: str, at: datetime, language: str = ENGLISH, folder: Path | None = None) -> Rendered:
    """Return the mail that `email test` sends."""
    return render("test", language, {"provider": provider, "at": local(at)}, folder=folder)


def render(
    kind: str, language: str, values: Mapping[str, object], *, folder: Path | None = None, variant: str = ""
) -> Rendered:
    """Return a mail of any kind from its templates; raise `TemplateFault` rather than leave a hole in it.

    `language` is a tag such as "de" or "de-AT"; English is behind those that have no templates. Those of
    `folder` come before our own, file by file. Where a template of a `variant` is at fault, the mail is everybody's,
    and says so in its `fault`.
    """
    # Lazy import: keeps start-up fast.
    from supportdesk.email.messages.rendering import TemplateFault, templates

    try:
        return templates(folder).render(kind, language, values, variant)
    except TemplateFault as fault:
        # Read again the next time: by then somebody may have fixed it.
        templates.cache_clear()
        if variant:
            return render(kind, language, values, folder=folder)._replace(fault=fault.message)
        fault.values = values
        raise


def _ticket(ticket: Ticket) -> dict[str, object]:
    return {
        "number": ticket.number,
        "title": ticket.title,
        "description": ticket.description,
        "priority": str(ticket.priority),
        "status": str(ticket.status),
    }
