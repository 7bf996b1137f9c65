"""What a mail is: a table of rules, of which the first that applies decides."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from supportdesk.domain.address import address_key
from supportdesk.domain.mail.incoming import Outcome
from supportdesk.email.receiving.authentication import Authentication, authentication_of
from supportdesk.email.receiving.parsed import Automatic, ParsedMail
from supportdesk.email.receiving.robots import is_robot

_UNSUBSCRIBE = re.compile(r"\W*unsubscribe\W*", re.IGNORECASE)
_SAID_BY_PROGRAMS = re.compile(
    r"this (?:message|e-?mail) was (?:automatically )?(?:generated|sent) by [\w .]{2,30}\W*"
    r"|[\w .]{2,30} sent this (?:message|e-?mail) to unsubscribe .{0,300}"
    r"|(?:please )?(?:unsubscribe|remove) (?:me|this address)(?: from [^,.;!?]{2,80})?\W*",
    re.IGNORECASE,
)
"""What mail programs write into such a mail, and the wish in other words."""
_SENTENCE = 4
"""Words in lower case, one after the other, that no signature has."""

OUR_OWN = "it comes from this desk itself"
"""Why a mail of the desk's own is parked."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What the rules know of the desk.

    Its addresses, as keys; whether a Message-ID is its own; whether an address is blocked; the id of its mail
    server in Authentication-Results; and whether it answers anybody by itself.
    """

    addresses: frozenset[str]
    is_own_id: Callable[[str], bool]
    is_blocked: Callable[[str], bool]
    trusted_authserv_id: str = ""
    is_answering: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a mail: parked for a cause, a bounce, a wish to unsubscribe, a robot's, or a person's."""

    outcome: Outcome | None = None
    cause: str = ""
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of mail, how it is recognised, and what becomes of it."""

    name: str
    applies: Callable[[ParsedMail, Desk], bool]
    verdict: Verdict


def _park(cause: str) -> Verdict:
    return Verdict(Outcome.PARKED, cause)


PERSON = Verdict()
RULES = (
    Rule("no sender", lambda mail, desk: not _has_sender(mail), _park("its sender cannot be read")),
    Rule("our own mail", lambda mail, desk: _is_own(mail, desk), _park(OUR_OWN)),
    Rule("bounce", lambda mail, desk: mail.is_bounce, Verdict(Outcome.BOUNCE)),
    Rule("blocked", lambda mail, desk: desk.is_blocked(mail.sender.address), _park("its sender is blocked")),
    Rule("unsubscribe", lambda mail, desk: _unsubscribes(mail), Verdict(Outcome.UNSUBSCRIBED)),
    Rule("automatic", lambda mail, desk: _is_automatic(mail), Verdict(automatic=True)),
    Rule("spam", lambda mail, desk: mail.is_spam, _park("the mail server marked it as spam")),
)
"""The rules, in their order; what none applies to a person wrote.

A blocked sender comes before what a mail asks for or says of itself: an agent has decided.
"""


def judge(mail: ParsedMail, desk: Desk) -> Verdict:
    """Return what becomes of a mail, by the first rule that applies; a person's when none does."""
    return next((rule.verdict for rule in RULES if rule.applies(mail, desk)), PERSON)


def authentication(mail: ParsedMail, desk: Desk) -> Authentication:
    """Return what the desk's mail server found out about the sender of a mail."""
    return authentication_of(mail.trace, desk.trusted_authserv_id)


def may_be_acknowledged(mail: ParsedMail, desk: Desk) -> bool:
    """Return whether an automatic answer to a mail is harmless.

    A person wrote it, not through a list, and not somebody else in their name.
    """
    forged = authentication(mail, desk) is Authentication.FAIL
    return desk.is_answering and mail.automatic is Automatic.NO and not is_robot(mail.sender.address) and not forged


def untagged(address: str) -> str:
    """Return the key of an address without what is after a plus: `help+12@example.com` is `help@example.com`."""
    local, _, domain = address_key(address).partition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _has_sender(mail: ParsedMail) -> bool:
    return "@" in mail.sender.address or mail.is_bounce


def _is_own(mail: ParsedMail, desk: Desk) -> bool:
    return untagged(mail.sender.address) in desk.addresses or desk.is_own_id(mail.message_id)


def _unsubscribes(mail: ParsedMail) -> bool:
    """Return whether a mail asks for nothing but an end of notifications, with a signature below it or without."""
    if not _UNSUBSCRIBE.fullmatch(mail.subject):
        return False
    # Lazy import: keeps start-up fast.
    from supportdesk.email.receiving.reply import without_signature

    written = without_signature(["", *mail.trimmed_text.split("\n")])
    return not any(_says_something(line) for line in written)


def _says_something(line: str) -> bool:
    """Return whether a line may be a sentence, rather than a name, an address or a greeting."""
    if _SAID_BY_PROGRAMS.fullmatch(line.strip()):
        return False
    if "?" in line or any(each.isalpha() and each == each.swapcase() for each in line):
        # Letters without case: nothing tells a name from a sentence.
        return True
    lower = "".join("w" if word.isalpha() and word.islower() else " " for word in re.split(r"[\s.,;:!]+", line))
    return "w" * _SENTENCE in lower


def _is_automatic(mail: ParsedMail) -> bool:
    """Return whether a robot wrote a mail; a person's calendar marks its invitations too."""
    invites = any(file.content_type == "text/calendar" for file in mail.attachments)
    return mail.automatic is Automatic.YES and not invites
