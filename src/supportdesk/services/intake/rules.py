"""What a mail is: detectors in a stated order, of which the first that applies decides."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from supportdesk.domain.address import address_key
from supportdesk.domain.intake import Outcome
from supportdesk.email.receiving.parsed import Automatic, ParsedMail

_ROBOTS = re.compile(r"^(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|noreply[^@]*)@", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Desk:
    """What the rules know of the desk: its addresses, as keys, and whether a Message-ID is its own."""

    addresses: frozenset[str]
    is_own_id: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a mail is: parked for a cause, a bounce, a wish to unsubscribe, a robot's, or a person's."""

    outcome: Outcome | None = None
    cause: str = ""
    automatic: bool = False


PERSON = Verdict()
Rule = Callable[[ParsedMail, Desk], Verdict | None]


def _no_sender(mail: ParsedMail, desk: Desk) -> Verdict | None:
    if "@" in mail.sender.address or mail.is_bounce:
        return None
    return Verdict(Outcome.PARKED, "its sender cannot be read")


def _our_own(mail: ParsedMail, desk: Desk) -> Verdict | None:
    own = untagged(mail.sender.address) in desk.addresses or desk.is_own_id(mail.message_id)
    return Verdict(Outcome.PARKED, "it comes from this desk itself") if own else None


def _bounce(mail: ParsedMail, desk: Desk) -> Verdict | None:
    return Verdict(Outcome.BOUNCE) if mail.is_bounce else None


def _unsubscribe(mail: ParsedMail, desk: Desk) -> Verdict | None:
    wanted = mail.subject.strip().lower() == "unsubscribe" and not mail.text.strip()
    return Verdict(Outcome.UNSUBSCRIBED) if wanted else None


def _automatic(mail: ParsedMail, desk: Desk) -> Verdict | None:
    if mail.automatic is Automatic.YES and not _is_invitation(mail):
        return Verdict(automatic=True)
    return None


RULES: tuple[Rule, ...] = (_no_sender, _our_own, _bounce, _unsubscribe, _automatic)
"""The detectors, in their order."""


def judge(mail: ParsedMail, desk: Desk) -> Verdict:
    """Return what a mail is, by the first rule that applies; a person's when none does."""
    for rule in RULES:
        if (verdict := rule(mail, desk)) is not None:
            return verdict
    return PERSON


def may_be_acknowledged(mail: ParsedMail) -> bool:
    """Return whether an automatic answer to a mail is harmless: a person wrote it, and not through a list."""
    return mail.automatic is Automatic.NO and not _ROBOTS.match(mail.sender.address)


def untagged(address: str) -> str:
    """Return the key of an address without what is after a plus: `help+12@example.com` is `help@example.com`."""
    local, _, domain = address_key(address).partition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _is_invitation(mail: ParsedMail) -> bool:
    """Return whether a person invites: calendars mark their mails as automatic."""
    return any(file.content_type == "text/calendar" for file in mail.attachments)
