"""Whether a new ticket's requester gets an acknowledgement: capped, so that no loop of robots goes far."""

from __future__ import annotations

from datetime import timedelta

from supportdesk.domain.address import address_key
from supportdesk.email.messages.subjects import like_subject
from supportdesk.email.receiving.parsed import ParsedMail
from supportdesk.services.context import Context
from supportdesk.services.intake.rules import Desk, may_be_acknowledged
from supportdesk.storage.intake import queries as intake

PER_HOUR = 2
"""Acknowledgements to one address in an hour: with one, the second question of a busy morning would seem lost."""
PER_SUBJECT = 2
"""Acknowledgements to one address for like subjects in a week: a robot that ignores every marker gets no more."""
PER_MINUTE = 20
"""Acknowledgements of the whole desk in a minute."""


def may_acknowledge(context: Context, mail: ParsedMail, desk: Desk) -> bool:
    """Return whether the sender of a mail that makes a ticket may get an automatic answer now."""
    if not may_be_acknowledged(mail, desk):
        return False
    now, key = context.now(), address_key(mail.sender.address)
    everybody = intake.count_recent(context.database, now, timedelta(minutes=1), acknowledged=True)
    if everybody >= PER_MINUTE:
        return False
    earlier = intake.recently_acknowledged(context.database, key, now, timedelta(days=7))
    in_hour = sum(at >= now - timedelta(hours=1) for at, _ in earlier)
    alike = sum(like_subject(subject) == like_subject(mail.subject) for _, subject in earlier)
    return in_hour < PER_HOUR and alike < PER_SUBJECT
