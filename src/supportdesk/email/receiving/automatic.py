"""Whether a robot wrote a mail: a table of headers, after RFC 3834 and what vacation programs really send."""

from __future__ import annotations

import re
from collections.abc import Callable

from supportdesk.email.receiving.headers import Head
from supportdesk.email.receiving.parsed import Automatic

_ROBOTS = re.compile(
    r"(?:mailer-daemon|postmaster|no-?reply[^@]*|do-?not-?reply[^@]*|[^@]*[-_.+]no-?reply)@", re.IGNORECASE
)
_SUBJECTS = re.compile(
    r"^\s*(?:automatic(?:al)? reply|auto(?:matic)?[- ]?(?:response|reply|antwort)|automatische antwort|abwesenheits"
    r"|out of (?:the )?office|réponse automatique|respuesta automática|risposta automatica|odpowiedź automatyczna"
    r"|automatyczna odpowiedź|autosvar|automatisch antwoord|resposta automática|автоответ|מענה אוטומטי|תשובה אוטומטית"
    r"|自動返信|自动回复)"
    r"|away from (?:my|the) (?:office|desk)|\(?out of office\)?\s*$|vacation reply",
    re.IGNORECASE,
)

Rule = Callable[[Head], bool]


def _says(name: str, pattern: str) -> Rule:
    expression = re.compile(pattern, re.IGNORECASE)
    return lambda head: any(expression.search(value) for value in head.all(name))


def _has(name: str) -> Rule:
    return lambda head: bool(head.all(name))


AUTOMATIC: tuple[tuple[str, Rule], ...] = (
    ("Auto-Submitted other than no", _says("auto-submitted", r"^\s*(?!no\b)\w")),
    ("X-Auto-Response-Suppress", _says("x-auto-response-suppress", r"\b(?:all|oof|autoreply)\b")),
    ("X-Autoreply", _says("x-autoreply", r"^(?!no\b|false\b)")),
    ("X-Autorespond", _has("x-autorespond")),
    ("X-Auto-Response", _has("x-auto-response")),
    ("X-AutoReply-From", _has("x-autoreply-from")),
    ("X-Mail-Autoreply", _has("x-mail-autoreply")),
    ("Precedence", _says("precedence", r"^\s*(?:junk|auto_reply)")),
    ("X-Precedence", _says("x-precedence", r"^\s*(?:junk|auto_reply)")),
    ("empty return path", _says("return-path", r"^\s*<\s*>")),
    ("X-Apple-Action", _says("x-apple-action", r"vacation")),
    ("a report", _says("content-type", r"^\s*multipart/report")),
    ("X-Failed-Recipients", _has("x-failed-recipients")),
    ("X-Loop", _says("x-loop", r"\S")),
    ("Delivered-To: autoresponder", _says("delivered-to", r"^autoresponder")),
    ("Feedback-ID", lambda head: bool(head.all("feedback-id")) and is_robot(_sender(head))),
)
"""What makes a mail a robot's: the name of the rule, and the rule."""

LISTS: tuple[tuple[str, Rule], ...] = (
    ("List-Id", _has("list-id")),
    ("List-Post", _has("list-post")),
    ("Precedence", _says("precedence", r"^\s*(?:bulk|list)")),
)
"""What makes a mail a list's, which is never answered either."""


def is_robot(address: str) -> bool:
    """Return whether nobody reads what is sent to an address."""
    return _ROBOTS.match(address) is not None


def detect_automatic(head: Head) -> Automatic:
    """Return whether a robot wrote a mail, by the first rule that applies."""
    if any(rule(head) for _, rule in AUTOMATIC):
        return Automatic.YES
    if any(rule(head) for _, rule in LISTS):
        return Automatic.LIST
    if _SUBJECTS.search(head.get("subject")):
        return Automatic.WEAK
    return Automatic.NO


def _sender(head: Head) -> str:
    match = re.search(r"[^\s<>]+@[^\s<>]+", head.get("from"))
    return match.group() if match else ""
