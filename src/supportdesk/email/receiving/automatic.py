"""Whether a robot wrote a mail: a table of headers, after RFC 3834 and what vacation programs really send."""

from __future__ import annotations

import re
from collections.abc import Callable

from supportdesk.email.receiving.headers import Head
from supportdesk.email.receiving.parsed import Automatic

_ROBOTS = re.compile(
    r"(?:mailer-daemon|postmaster|bounces?(?:[-+=][^@]*)?|no[-_.]?reply[^@]*|do[-_.]?not[-_.]?reply[^@]*"
    r"|[^@]*[-_.+]no[-_.]?reply)@",
    re.IGNORECASE,
)
_SUBJECTS = re.compile(
    r"^\W*(?:"
    # English
    r"(?:auto(?:matic(?:al)?)?|vacation|away)[- ]?(?:response|reply|notice|message)\b|auto: .*\bout of\b"
    r"|(?:i am |currently )?out of (?:the )?office\b(?!\s+\w+\?)|ooo\b|(?:on )?vacation:"
    r"|away from (?:my|the) (?:office|desk)"
    # Germanic and Nordic
    r"|auto(?:matische)?[- ]?antwort\b|abwesenheits|abwesend:|automatisch antwoord|automatisch bericht|afwezig"
    r"|auto(?:matiskt? )?svar\b|frånvaro|fravær|sjálfvirkt svar"
    # Romance
    r"|réponse automatique|absence du bureau|message d'absence|respuesta automática|fuera de (?:la )?oficina"
    r"|risposta automatica|fuori (?:sede|ufficio)|resposta automática|fora do escritório|răspuns automat"
    # Slavic and Baltic
    r"|odpowiedź automatyczna|automatyczna odpowiedź|poza biurem|nieobecność|automatická odpově[dď]"
    r"|automatick[áa] odpove[dď]"
    r"|samodejni odgovor|automatski odgovor|автоматическ\w+ ответ|автоответ|автоматична відповідь|аўтаматычны адказ"
    r"|автоматичен отговор|automātiskā atbilde|automatinis atsakymas"
    # Others
    r"|automaattinen vastaus|poissaolo|automaatvastus|automatikus válasz|otomatik yanıt|αυτόματη απάντηση"
    r"|balasan otomatis"
    r"|trả lời tự động|ตอบกลับอัตโนมัติ|رد تلقائي|تلقائي:|מענה אוטומטי|תשובה אוטומטית"
    r"|自動(?:返信|応答|回覆|回复|答覆)|自动(?:回复|答复)|자동 ?(?:회신|응답)"
    r")"
    r"|\(?(?:out of office|auto-?reply)\)?\s*$|\bout of (?:the )?office (?:re|aw|fw):",
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
    ("a mailbox rule", _says("x-ms-exchange-generated-message-source", r"mailbox rules agent")),
    ("X-Auto-Reply-From", _has("x-auto-reply-from")),
    ("X-Amazon-Auto-Reply", _says("x-amazon-auto-reply", r"true|yes")),
    ("X-Vacation", _has("x-vacation")),
    ("X-FC-MachineGenerated", _says("x-fc-machinegenerated", r"true|yes")),
    ("X-POST-MessageClass", _says("x-post-messageclass", r"autoresponder")),
    ("cron", _has("x-cron-env")),
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
    ("Mailman", _has("x-mailman-version")),
    ("Precedence", _says("precedence", r"^\s*(?:bulk|list)")),
    ("List-Unsubscribe", _has("list-unsubscribe")),
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
