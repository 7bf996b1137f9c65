"""Headers of outgoing mail: threading, automatic mail, answers, unsubscribing."""

from __future__ import annotations

import hmac
import re
from collections.abc import Sequence
from email.utils import parseaddr, quote
from functools import lru_cache
from urllib.parse import quote as percent

REFERENCES = 10
"""Message-IDs named in References: the first of the ticket, and the latest."""
_MAC_DIGITS = 24
_MESSAGE_ID = re.compile(rf"<([^<>@\s.]+)\.([0-9a-f]{{{_MAC_DIGITS}}})@([^<>@\s]+)>")


def message_id(secret: str, notification: str, sender: str) -> str:
    """Return the Message-ID of a notification: its id, and a MAC of this desk, at the sender's domain.

    The id must have no dot or blank in it, as UUIDs have none.
    """
    return f"<{notification}.{_mac(secret, notification)}@{_domain(sender)}>"


def marker(message_id: str) -> str:
    """Return an id for References that names the mail of a Message-ID, or an empty text for a Message-ID not ours.

    Some services, such as SES, replace the Message-ID; answers and bounces still carry what References says. It is
    another id than the Message-ID, so that no mail refers to itself.
    """
    match = _MESSAGE_ID.fullmatch(message_id)
    return f"<{match[1]}.{match[2]}@thread.{match[3]}>" if match else ""


def is_ours(message_id: str, secret: str) -> bool:
    """Return whether the desk of this secret made a Message-ID; anybody can write one that looks like it."""
    match = _MESSAGE_ID.fullmatch(message_id.strip())
    return match is not None and hmac.compare_digest(match[2], _mac(secret, match[1]))


def notification_of(message_id: str, secret: str) -> str:
    """Return the id of the notification whose Message-ID this desk made; empty for every other one."""
    match = _MESSAGE_ID.fullmatch(message_id.strip())
    return match[1] if match is not None and is_ours(message_id, secret) else ""


def notifications_named(data: bytes, secret: str) -> list[str]:
    """Return the ids of all notifications of this desk whose Message-IDs a text names."""
    found = (match.group() for match in _MESSAGE_ID.finditer(data.decode("latin-1")))
    return list(dict.fromkeys(filter(None, (notification_of(each, secret) for each in found))))


def threading_headers(
    sender: str,
    *,
    reply_to: str = "",
    ticket_number: int | None = None,
    references: Sequence[str] = (),
    marker: str = "",
    automatic: bool = True,
) -> dict[str, str]:
    """Return the headers other than From, To, Subject, Date and Message-ID.

    `references` are the Message-IDs of the ticket's earlier mails, oldest first: they hold its thread together. The
    `marker` names this mail among them.
    `reply_to` gets the ticket's number before its @, so that an answer can find its way back. A mail that a person
    wrote is not `automatic`: other desks and vacation programs hide or drop what is marked so.
    """
    # RFC 3834, and what Exchange reads instead: no automatic answer is wanted, and none may start a loop.
    headers = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"} if automatic else {}
    if references:
        named = references if len(references) <= REFERENCES else [references[0], *references[1 - REFERENCES :]]
        headers["In-Reply-To"] = references[-1]
        headers["References"] = " ".join(filter(None, (marker, *named)))
    elif marker:
        headers["References"] = marker
    if reply_to:
        headers["Reply-To"] = _with_ticket(reply_to, ticket_number)
    if automatic:
        headers["List-Unsubscribe"] = _unsubscribe(reply_to or sender)
    return headers


def named_sender(sender: str, agent: str) -> str:
    """Return the sender of an agent's mail: `"Ann at Example Support" <help@example.com>`."""
    name, address = parseaddr(sender)
    return f'"{quote(f"{agent} at {name}" if name else agent)}" <{address}>'


# A desk has one sender: its parsed form is cached.
@lru_cache(maxsize=8)
def _domain(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"


@lru_cache(maxsize=8)
def _unsubscribe(to: str) -> str:
    return f"<mailto:{percent(parseaddr(to)[1], safe='@+')}?subject=unsubscribe>"


def _mac(secret: str, notification: str) -> str:
    return hmac.digest(secret.encode(), notification.encode(), "sha256").hex()[:_MAC_DIGITS]


def _with_ticket(reply_to: str, ticket_number: int | None) -> str:
    if ticket_number is None:
        return reply_to
    name, address = parseaddr(reply_to)
    local, _, domain = address.rpartition("@")
    tagged = f"{local}+{ticket_number}@{domain}"
    return f'"{quote(name)}" <{tagged}>' if name else tagged
