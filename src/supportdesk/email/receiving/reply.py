"""Where a reply ends and what it quotes begins. Own code: libraries lose a writer's words or keep the quotes."""

from __future__ import annotations

import re

_QUOTED = re.compile(r"^\s?[>|]")
_HEADER_END = re.compile(r"[:：]\s*$|wrote\s*-{2,}\s*$")
_OPENS = re.compile(
    r"^[\W_]*(?:on|am|le|el|il|em|op|den|dne|w dniu|în|at|tor|mån|tis|ons|fre|lör|sön|mandag|tirsdag"
    r"|onsdag|torsdag|fredag|\d{1,4})\b",
    re.IGNORECASE,
)
_GMAIL_SHORT = re.compile(r"^\d{4}-\d\d-\d\d \d\d?:\d\d GMT[+-]\d\d:\d\d \S.{1,80}$")
_DASHED = re.compile(r"^\s*-{4,}\s*[^\W\d_][^\n-]{2,40}-{4,}\s*$")
_WROTE = re.compile(
    r"\b(?:wrote|writes|schrieb|schreef|geschreven|escribió|a écrit|écrit|ha scritto|scrisse|scrive"
    r"|escreveu|skrev|skreiv|napisał(?:\(a\))?"
    r"|napisal|napsal|írta|kirjoitti|пишет|написал|пише|yazdı|schrijft|scris|skrifaði|thus spake|said)\b"
    r"|写道|寫道|書きました|さんは|のメール|작성",
    re.IGNORECASE,
)
_DATE = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[:.h]\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|年")
_DIVIDER = re.compile(
    r"^\s*[-_*=]{2,}\s*(?:original message|original appointment|ursprüngliche nachricht|originalnachricht"
    r"|forwarded message|message d'origine"
    r"|message original|mensaje original|messaggio originale|mensagem original|oorspronkelijk bericht"
    r"|oprindelig meddelelse"
    r"|opprinnelig melding|ursprungligt meddelande|originalmeddelande|wiadomość oryginalna"
    r"|исходное сообщение|original email|reply message|reply above this line[^\n]*|回复的原邮件|原始邮件)"
    r"\s*[-_*=]*\s*$",
    re.IGNORECASE,
)
_RULE = re.compile(r"^\s*_{20,}\s*$|^\s*-{20,}\s*$")
_KEY = re.compile(r"^\s*[*_]{0,2}([^\W\d_][\w .'/()-]{0,24}?)\s*[:：]\s*[*_]{0,2}\s*(.*)$")
_FROM_KEYS = frozenset(
    [
        "da",
        "de",
        "expéditeur",
        "feladó",
        "fra",
        "from",
        "från",
        "kimden",
        "lähettäjä",
        "mittente",
        "od",
        "odesílatel",
        "van",
        "von",
        "от",
        "发件人",
        "寄件者",
        "差出人",
    ]
)
_OTHER_KEYS = frozenset(
    [
        "a",
        "aan",
        "aihe",
        "an",
        "assunto",
        "asunto",
        "betreff",
        "cc",
        "data",
        "date",
        "dato",
        "datum",
        "do",
        "emne",
        "enviada",
        "enviado",
        "envoyé",
        "fecha",
        "gesendet",
        "inviato",
        "lähetetty",
        "objet",
        "oggetto",
        "onderwerp",
        "para",
        "päivä",
        "reply-to",
        "sendt",
        "sent",
        "skickat",
        "subject",
        "temat",
        "til",
        "till",
        "to",
        "vastaanottaja",
        "verzonden",
        "wysłano",
        "à",
        "ämne",
        "дата",
        "кому",
        "отправлено",
        "тема",
        "主题",
        "件名",
        "发送时间",
        "宛先",
        "收件人",
        "日期",
        "送信日時",
    ]
)
_MOBILE = re.compile(
    r"^[\s(<\[]*(?:\u1427|someone from mobile|from my \w+(?: \w+)?|sent by \w+|從我的 ?[\w ]+傳送"
    r"|diese nachricht wurde von [^\n]{3,80} gesendet"
    r"|verzonden met [\w .-]{2,40}|sent from my [^\n]{2,60}|sent from \[[^\n]{2,120}"
    r"|get \[?outlook for [^\n]{2,80}|(?:get|hol dir) outlook für \w+"
    r"|sent (?:from|via|with|using) (?:my |the )?[\w .,'’®™-]{2,60}|(?:get|hol dir|téléchargez"
    r"|obtener) outlook (?:for|für|pour|para) \w+[^\n]*"
    r"|von meinem [\w .-]{2,40} gesendet|gesendet (?:von|mit|über) (?:meinem |der )?[\w .-]{2,50}"
    r"|envoyé (?:de|depuis) mon [\w .-]{2,40}"
    r"|enviado desde mi [\w .-]{2,40}|enviado do meu [\w .-]{2,40}|inviato da(?:l mio)? [\w .-]{2,40}"
    r"|verzonden vanaf mijn [\w .-]{2,40}"
    r"|verstuurd vanaf mijn [\w .-]{2,40}|skickat från min [\w .-]{2,40}|sendt fra min [\w .-]{2,40}"
    r"|wysłane z [\w .-]{2,40}|отправлено (?:с|из) [\w .-]{2,40}"
    r"|sent from yahoo[^\n]*|yahoo mail:[^\n]*|\[?sent from [\w .-]+\]?(?:\s*<[^>]*>)?)[\s)>\].]*$",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"^(?:--|— |__)\s*$")
_FORWARD = re.compile(
    r"^\s*(?:-{2,}\s*)?(?:begin )?(?:forwarded message|weitergeleitete nachricht|message transféré"
    r"|mensaje reenviado|messaggio inoltrato|doorgestuurd bericht)",
    re.IGNORECASE,
)
_LONGEST_SIGNATURE = 20
_SPAN = 4
"""Lines over which a mail program may wrap the line before a quote."""


def trim(text: str) -> str:
    """Return what its writer added in a reply: without quotes at its end, the line above them, and signatures.

    Nothing is cut where the writer's words follow quoted ones, in a forward, or when nothing would be left.
    """
    lines = [line.rstrip() for line in text.split("\n")]
    kept = _without_quote(lines)
    kept = _without_signature(kept)
    trimmed = "\n".join(kept).strip("\n").rstrip()
    return trimmed if trimmed.strip() else text.strip()


def _without_quote(lines: list[str]) -> list[str]:
    for at, line in enumerate(lines):
        if _FORWARD.match(line):
            return lines
        if _begins_quote(lines, at):
            above = lines[:at]
            if not any(each.strip() for each in above):
                return lines if not _QUOTED.match(line) and not _begins_wrote(lines, at) else _bottom_posted(lines, at)
            return above
        end = _begins_wrote(lines, at)
        if end or _QUOTED.match(line):
            rest = lines[end or at :]
            if _answers_follow(rest, marked=any(_QUOTED.match(each) for each in rest)):
                return lines if any(each.strip() for each in lines[:at]) or not end else _bottom_posted(lines, at)
            return lines[:at]
    return lines


def _bottom_posted(lines: list[str], at: int) -> list[str]:
    """Return the words below one quote that opens the mail; all lines when there are several quotes."""
    start = _begins_wrote(lines, at) or at
    body = lines[start:]
    quoted = [number for number, line in enumerate(body) if _QUOTED.match(line)]
    if not quoted:
        return lines
    between = [line for line in body[quoted[0] : quoted[-1]] if line.strip() and not _QUOTED.match(line)]
    return lines if between else body[quoted[-1] + 1 :]


def _answers_follow(rest: list[str], *, marked: bool) -> bool:
    """Return whether words of the writer stand below quoted ones."""
    if not marked:
        return False
    last = max(number for number, line in enumerate(rest) if _QUOTED.match(line))
    below = _without_signature(["", *rest[last + 1 :]])
    first = next(number for number, line in enumerate(rest) if _QUOTED.match(line))
    inside = [line for line in rest[first:last] if line.strip() and not _QUOTED.match(line)]
    wrapped = sum(len(line) < 30 for line in inside)
    return any(line.strip() for line in below) or len(inside) > wrapped


def _begins_wrote(lines: list[str], at: int) -> int:
    """Return the line after "On …, … wrote:" when it begins here, wrapped or not; else 0."""
    if not lines[at].strip() or _QUOTED.match(lines[at]):
        return 0
    if _GMAIL_SHORT.match(lines[at]):
        return at + 1
    named = "@" in lines[at] and _WROTE.search(lines[at])
    span = _SPAN if _OPENS.match(lines[at]) or named else 1
    for end in range(at + 1, min(at + span, len(lines)) + 1):
        if not lines[end - 1].strip():
            break
        joined = " ".join(line.strip() for line in lines[at:end])
        if _is_wrote(joined):
            following = next((line for line in lines[end:] if line.strip()), "")
            if _QUOTED.match(following) or (_WROTE.search(joined) and (_OPENS.match(joined) or "@" in joined)):
                return end
            return 0
        if _HEADER_END.search(lines[end - 1]):
            return 0
    following = next((line for line in lines[at + 1 :] if line.strip()), "")
    return at + 1 if _DATE.search(lines[at]) and "@" in lines[at] and _QUOTED.match(following) else 0


def _is_wrote(line: str) -> bool:
    if len(line) > 400:
        return False
    if not _HEADER_END.search(line):
        return False
    return bool((_WROTE.search(line) and (_DATE.search(line) or "@" in line)) or (_DATE.search(line) and "@" in line))


def _begins_quote(lines: list[str], at: int) -> bool:
    """Return whether a divider, or a block of header fields as Outlook writes it, begins here."""
    line = lines[at]
    if _DIVIDER.match(line):
        return True
    if _RULE.match(line) or _DASHED.match(line):
        following = [each for each in lines[at + 1 : at + 4] if each.strip()]
        return bool(following) and _is_field(following[0], _FROM_KEYS)
    if not _is_field(line, _FROM_KEYS):
        return False
    block = [each for each in lines[at + 1 : at + 8] if each.strip()][:5]
    return sum(_is_field(each, _OTHER_KEYS) for each in block) >= 2


def _is_field(line: str, keys: frozenset[str]) -> bool:
    match = _KEY.match(line)
    return bool(match) and match.group(1).strip(" *").lower() in keys if match else False


def _without_signature(lines: list[str]) -> list[str]:
    kept = list(lines)
    for at, line in enumerate(kept):
        if at and _SIGNATURE.match(line) and len(kept) - at <= _LONGEST_SIGNATURE:
            kept = kept[:at]
            break
    while kept and (not kept[-1].strip() or _MOBILE.match(kept[-1])):
        kept.pop()
    return kept
