"""Bounces: delivery reports (RFC 3464), and the texts of servers that send none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from supportdesk.email.receiving.charsets import decode
from supportdesk.email.receiving.headers import FIELD_LIMIT, Head
from supportdesk.email.receiving.parsed import Bounce, BounceKind
from supportdesk.email.receiving.parts import DELIVERY_STATUS, Part

_DAEMON = re.compile(
    r"mailer-?daemon|postmaster|mail delivery (?:sub)?system|microsoft ?exchange|mdaemon|mail administrator",
    re.IGNORECASE,
)
_REFUSED = re.compile(r"\b55\d[ -#]|\b5\.\d{1,3}\.\d{1,3}\b")
"""What an SMTP server says for good, in any language."""
_SUBJECT = re.compile(
    r"undeliver|delivery (?:status|fail|report|notification|has failed|problem)|returned mail|failure notice"
    r"|mail (?:delivery|system) (?:fail|error)|could ?n[o']t be delivered|non remis|unzustellbar|delivery delayed"
    r"|message you sent|warning: (?:could not send|message)|mail failure|rejected|bounced|returned to sender"
    r"|nicht zustellbar|zustellung (?:fehlgeschlagen|nicht möglich)|échec de (?:la )?(?:remise|distribution)"
    r"|non (?:délivré|distribué)|no se (?:puede|pudo) entregar|no entregado|error (?:en|de) (?:la )?entrega|devuelto"
    r"|non recapitabil|mancat[oa] (?:recapito|consegna)|impossibile (?:recapitare|consegnare)|não (?:foi )?entregue"
    r"|falha (?:na|de) entrega|onbestelbaar|niet (?:af)?geleverd|niedostarcz|nedoručiteln|не ?доставлен"
    r"|kun(?:de inte|ne ikke) leveres?|kézbesíthetetlen|nelivrat|teslim edilemedi|iletilemedi|toimittamaton"
    r"|не уда(?:ется|лось) доставить|недоставлен"
    r"|не вдалося доставити|μη παραδοτέ|לא ניתן למסירה|تعذر (?:تسليم|التسليم)|غير قابل للتسليم"
    r"|配信(?:不能|できません|エラー)|送信できませんでした|エラーメール|退信|无法(?:投递|送达)|未送达|無法(?:傳遞|投遞)"
    r"|배달되지 않음|전(?:달|송) 실패|반송",
    re.IGNORECASE,
)
_OTHER_REPORT = re.compile(r"disposition-notification|feedback-report", re.IGNORECASE)
"""Reports that a mail was read, or was taken for spam: it has arrived."""
_FAILED = re.compile(
    r"not been delivered|konnte nicht zugestellt|n'a pas (?:pu être|été) remis|no se (?:pudo|ha podido) entregar"
    r"|impossibile recapitare|não pôde ser entregue|kon niet worden (?:af)?geleverd|送信できませんでした|"
    r"(?:delivery|message|mail)[^.\n]{0,60}(?:fail|could not|undeliver|permanent error)|failed \d+ attempts",
    re.IGNORECASE,
)
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_ADDRESS = re.compile(r"[^\s<>()\[\]\",;:'=（）：，；、。]{1,320}@[\w.-]{1,255}[^\W_]")
_HARD = re.compile(
    r"user ?unknown|unknown (?:user|e?-?mail|recipient|address|mailbox|account)|no such (?:user|mailbox"
    r"|person|recipient|address)"
    r"|nosuchuser|(?:user|account|mailbox|address|recipient)[^.\n]{0,60}(?:does ?n[o']t exist"
    r"|not? (?:found|listed|known)|doesn't have|possibly incorrect)"
    r"|not listed in|does not exist|doesn't exist|no mailbox here|invalid (?:recipient|mailbox|address"
    r"|user)|unrouteable|unroutable"
    r"|host (?:unknown|not found)|domain (?:name )?not found|name or service not known|no such domain"
    r"|no longer (?:accepts|available|active|in use)|suspended|deactivated|null ?mx"
    r"|does not accept mail|bad destination|does not like recipient|illegal alias"
    r"|address rejected|recipient rejected|recipientnotfound|address (?:couldn't|could not) be found"
    r"|wasn't found|moved"
    r"|disabled|not a valid (?:user|mailbox)|recipient unknown|e-?mail address you entered"
    r"|account that you tried to reach|mailbox unavailable|nicht gefunden werden|existiert nicht"
    r"|unbekannte[rn]? (?:benutzer|empfänger|adresse)|introuvable|n'existe (?:pas|plus)|destinataire inconnu"
    r"|no se encontró|no existe|desconocid|non è stat[oa] trovat|non esiste|sconosciut|não (?:foi )?encontrad"
    r"|não existe|desconhecid|niet gevonden|bestaat niet|onbekend|nie istnieje|не существует|не найден"
    r"|見つかりません|存在しません|宛先不明|不存在|존재하지 않",
    re.IGNORECASE,
)
_SOFT = re.compile(
    r"quota|mailbox (?:is )?full|over ?quota|too large|exceed|temporar|try again|timed? ?out|greylist"
    r"|blocked|blacklist|spam"
    r"|policy|denied|refused|not permitted|sender (?:verify|address|rejected)|verification failed|expired|too long"
    r"|insufficient|looping|loop|gave up|giving up|restrict|not accept|filtered|rejected|unable to (?:run"
    r"|open)|procmail",
    re.IGNORECASE,
)
_SOFT_CODES = re.compile(r"^5\.(?:7\.\d+|2\.[2-4]|3\.[1-4])$")
_SENDERS_FAULT = re.compile(
    r"other mail system problem|sender verif|verification failed for|sender (?:address )?rejected"
    r"|procmail|command output",
    re.IGNORECASE,
)
_DELAYED = re.compile(
    r"\bdelay(?:ed)?\b|not yet been delivered|delivery incomplete|will (?:retry|be retried|continue)|verzögert|retardé"
    r"|retrasad|in ritardo",
    re.IGNORECASE,
)
_GIVEN_UP = re.compile(r"permanent(?:ly)? (?:error|fail)|given up|gave up|giving up|failed permanently", re.IGNORECASE)
_HARD_CODES = re.compile(r"^5\.(?:1\.[1-36]|1\.10|2\.1|4\.4|0\.1)$")
_ALONE = re.compile(
    r"^[ \t]*(?:(?:[*•]|--?)[ \t]+)?<?([^\s<>:;,（）：]+@[^\s<>:;,（）：]+[^\s<>:;,.])>?:?[ \t]*$", re.MULTILINE
)
"""An address that has a line for itself, whatever language the rest is in."""
_TEXT_FORMS = (
    # qmail: <address>: words
    re.compile(r"^<([^<>\s]+@[^<>\s]+)>:\s*\n?(.*(?:\n[^<\n].*)*)", re.MULTILINE),
    # Exim, Gmail: an indented address, then indented words
    re.compile(r"^\s{2,}([^\s<>]+@[^\s<>:,]+):?\s*\n((?:\s+.*\n?){1,12})", re.MULTILINE),
    # OpenSMTPD: address: words
    re.compile(r"^([^\s<>:]+@[^\s<>:,]+): (.+)", re.MULTILINE),
    # Exchange 2003: address on date, then indented words
    re.compile(r"^\s*([^\s<>:]+@[^\s<>:,]+) on \w{3}, [^\n]*\n((?:\s+.*\n?){1,6})", re.MULTILINE),
    re.compile(r"failed \d+ attempts: ([^\s<>:]+@[^\s<>:,]+)()"),
    # Sendmail, Zoho, Exchange: words, with the address within
    re.compile(
        r"(?:these recipients or groups|following (?:address|recipient)|recipient\(s\)|failed permanently"
        r"|could not be (?:delivered|sent) to|delivering[^\n]{0,40})"
        r"[^@]{0,200}?(?<!from)[\s<:'\"]([^\s<>'\":]+@[^\s<>'\",:]+)(.{0,600})",
        re.IGNORECASE | re.DOTALL,
    ),
    # MDaemon, IMail, Barracuda: a word, then the address
    re.compile(
        r"^(?:failed (?:address|recipient)|unknown user|your message to): *<?([^\s<>:]+@[^\s<>:,]+)()", re.I | re.M
    ),
)


def find_bounces(head: Head, parts: Sequence[Part], text: str) -> tuple[bool, tuple[Bounce, ...]]:
    """Return whether a mail is a bounce, and whom it says was not reached."""
    reports = [part for part in parts if part.content_type in DELIVERY_STATUS]
    if reports:
        found = [bounce for part in reports for bounce in _report(decode(part.content), text)]
        return True, _unique(found or list(_from_text(head, text)))
    is_report = "multipart/report" in head.get("content-type").lower()
    if is_report and _OTHER_REPORT.search(head.get("content-type")):
        return False, ()
    by_nobody = "<>" in head.get("return-path").replace(" ", "")
    daemon = bool(_DAEMON.search(head.get("from")))
    announced = bool(_SUBJECT.search(head.get("subject")) or _FAILED.search(text[:3000]))
    # Whatever the language is.
    announced = announced or (daemon and by_nobody and bool(_REFUSED.search(text[:6000])))
    daemon = daemon or by_nobody
    if head.all("x-failed-recipients") or (daemon and (is_report or announced)):
        named = _unique(list(_from_text(head, text)))
        return is_report or bool(named), named
    return False, ()


def _report(report: str, text: str) -> Iterator[Bounce]:
    blocks = [block for block in re.split(r"\n\s*\n", report.replace("\r", "")) if block.strip()]
    for block in blocks:
        fields = _fields(block)
        recipient = _mailbox(fields.get("original-recipient", "")) or _mailbox(fields.get("final-recipient", ""))
        recipient = recipient or _mailbox(fields.get("x-actual-recipient", ""))
        if not recipient:
            continue
        action = fields.get("action", "").lower()
        if action.startswith(("delivered", "relayed", "expanded")):
            continue
        diagnostic = fields.get("diagnostic-code", "")
        status = _STATUS.search(fields.get("status", ""))
        code = status.group() if status else ""
        if action.startswith("delayed"):
            yield Bounce(recipient, BounceKind.DELAYED, code)
        else:
            words = diagnostic or _near(text, recipient)
            inner = _STATUS.search(words)
            if inner and (not code or code.endswith(".0.0")):
                code = inner.group()
            yield Bounce(recipient, _kind(code, words), code)


def _fields(block: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    name = ""
    for line in block.split("\n"):
        if line[:1] in " \t" and name:
            fields[name] += " " + line.strip()
        elif ":" in line:
            name, _, value = line.partition(":")
            name = name.strip().lower()
            fields.setdefault(name, value.strip())
    return fields


def _mailbox(field: str) -> str:
    found = _ADDRESS.search(field.split(";", 1)[-1][:FIELD_LIMIT])
    return found.group() if found else ""


def _near(text: str, recipient: str) -> str:
    at = text.lower().find(recipient.lower())
    return text[max(0, at - 200) : at + 600] if at >= 0 else text[:1000]


def _kind(status: str, words: str) -> BounceKind:
    """Return whether a failure is for good: the words beat the code where they name the sender or a limit."""
    if status.startswith("4") or _SOFT_CODES.match(status) or _SENDERS_FAULT.search(words):
        return BounceKind.SOFT
    # To give up at once says nothing about why.
    hard_words, soft_words = _HARD.search(words), _SOFT.search(_GIVEN_UP.sub("", words) if status else words)
    if soft_words and not hard_words:
        return BounceKind.SOFT
    if hard_words:
        return BounceKind.HARD
    return BounceKind.HARD if _HARD_CODES.match(status) else BounceKind.SOFT


def _from_text(head: Head, text: str) -> Iterator[Bounce]:
    named = [each for value in head.all("x-failed-recipients") for each in _ADDRESS.findall(value)]
    if not named:
        named = [match.group(1) for form in _TEXT_FORMS for match in form.finditer(text[:6000])][:20]
    if not named:
        named = _ALONE.findall(text[:6000])[:20] or _only_address(head, text[:3000])
    announced = f"{head.get('subject')}\n{text[:3000]}"
    delayed = _DELAYED.search(announced) and not _GIVEN_UP.search(announced)
    for recipient in named:
        words = _near(text, recipient)
        status = _STATUS.search(words)
        code = status.group() if status else ""
        kind = BounceKind.DELAYED if delayed and not code.startswith("5") else _kind(code, words)
        yield Bounce(recipient.strip(".<>[]"), kind, code)


def _only_address(head: Head, text: str) -> list[str]:
    """Return the address in a text, when there is only one besides those of the head."""
    of_head = {each.lower() for name in ("from", "to", "return-path") for each in _ADDRESS.findall(head.get(name))}
    found = dict.fromkeys(each for each in _ADDRESS.findall(text) if each.lower() not in of_head)
    return list(found) if len(found) == 1 else []


def _unique(bounces: Sequence[Bounce]) -> tuple[Bounce, ...]:
    return tuple({each.recipient.lower(): each for each in reversed(bounces)}.values())[::-1]
