"""Bounces: what becomes of a report that a mail of ours did not arrive."""

from __future__ import annotations

from supportdesk.domain.address import address_key
from supportdesk.domain.conversation.message import MessageKind
from supportdesk.domain.mail.incoming import Filed, Outcome
from supportdesk.domain.ticket import Ticket
from supportdesk.email.messages.headers import notifications_named
from supportdesk.email.receiving.parsed import BounceKind, ParsedMail
from supportdesk.services.context import Context
from supportdesk.services.intake.contents import add_message
from supportdesk.services.intake.rules import Desk
from supportdesk.services.mail.suppressions import suppress
from supportdesk.services.tickets.service import Tickets
from supportdesk.storage.intake import queries as intake
from supportdesk.storage.mail import notifications


def file_bounce(
    context: Context, tickets: Tickets, desk: Desk, mail_id: str, raw: bytes, mail: ParsedMail
) -> tuple[Filed, Ticket | None]:
    """Count a bounce only when it names a mail of ours, by an id that nobody can guess, and who was to get it.

    A digest is about no ticket.
    """
    named = notifications_named(raw, context.database.secret)
    failed = {address_key(each.recipient) for each in mail.bounces}
    ours = [
        (each, *found)
        for each in named
        if (found := intake.ticket_of_notification(context.database, each)) and address_key(found[1]) in failed
    ]
    if not ours:
        return Filed(mail_id, Outcome.PARKED, cause="a bounce of a mail that this desk did not send"), None
    notification, ticket_id, recipient = ours[0]
    ticket = None if ticket_id is None else tickets.get(ticket_id)
    kinds = {each.kind for each in mail.bounces if address_key(each.recipient) == address_key(recipient)}
    suppressed = None
    if kinds != {BounceKind.DELAYED}:
        status = next((each.status for each in mail.bounces if each.status), "")
        reason = f"mail to {recipient} did not arrive {status}".strip()
        if BounceKind.HARD in kinds:
            suppressed = suppress(context, recipient, reason).address
        if ticket is not None:
            add_message(context, desk, ticket, mail, MessageKind.AUTOMATIC)
        notifications.mark_bounced(context.database, notification, reason)
    filed = Filed(
        mail_id,
        Outcome.BOUNCE,
        ticket=ticket.number if ticket else None,
        message_kind="bounce",
        author=mail.sender.address,
        requester=ticket.contact_email if ticket else recipient,
        suppressed=suppressed,
        cause=", ".join(sorted(kinds)),
        by="our Message-ID",
    )
    return filed, ticket
