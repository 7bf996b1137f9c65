"""Mails that cannot be read or filed: recorded with their cause, for an agent to decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from supportdesk.domain.address import address_key
from supportdesk.domain.mail.incoming import Filed, Outcome
from supportdesk.services.context import Context
from supportdesk.storage.intake import queries as intake

if TYPE_CHECKING:
    from supportdesk.email.receiving.parsed import ParsedMail


def record_failure(context: Context, mail: str, stored_as: str, head: ParsedMail | None, cause: str) -> Filed:
    """Record a mail that failed, with what its head says, inside the caller's transaction; reported as parked."""
    copy = intake.find_copy(context.database, mail, mail)
    author = head.sender.address if head else ""
    filed = Filed(mail, Outcome.PARKED, author=author, cause=cause)
    if copy is not None:
        filed = Filed(mail, Outcome.DUPLICATE, ticket=copy[1], cause="the same mail came before")
    intake.add(
        context.database,
        intake.Record(
            id=mail,
            stored_as=stored_as,
            content_key=mail,
            outcome=Outcome.FAILED if copy is None else Outcome.DUPLICATE,
            cause=filed.cause or "",
            ticket_id=copy[0] if copy else None,
            message="",
            message_id=head.message_id if head else "",
            copied=(),
            from_key=address_key(author),
            from_email=author,
            from_name=head.sender.name if head else "",
            subject=head.subject if head else "",
            acknowledged=False,
            received_at=context.now(),
        ),
    )
    return filed
