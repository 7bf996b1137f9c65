"""What a mail forwards in its text: who wrote it, its subject and its words.

Own code over the words in `quoting`: quotequail, the one library for it that is kept, knows eight languages and not the
forwards of German web mail.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from re import Pattern

from supportdesk.domain.text import clean_line
from supportdesk.email.receiving.parsed import Forwarded, Mailbox
from supportdesk.email.receiving.quoting import FIELD, FORWARD_SUBJECT, FORWARDED, FROM, OTHER_FIELDS, RULE, SUBJECT
from supportdesk.email.receiving.reply import without_signature

_SEARCHED = 400
"""Lines in which what is forwarded must begin."""
_FIELDS = 24
"""Lines that a block of fields can have, with those that are wrapped."""
_ADDRESS = re.compile(r"[^\s<>()\[\]\",;:'=]{1,64}@[\w.-]{1,250}\w")
_BELOW = re.compile(r"^\s*[-=_]{2,}.{0,60}[-=_]{2,}\s*$")
_QUOTE = re.compile(r"^> ?")


def find_forward(subject: str, text: str) -> Forwarded | None:
    """Return what the text of a mail forwards, or None.

    A block of header fields must name an address, below words that say so or in a mail whose subject does.
    """
    lines = text.split("\n")
    by_subject = FORWARD_SUBJECT.match(subject) is not None
    announced = -1
    for at, line in enumerate(lines[:_SEARCHED]):
        bare = _QUOTE.sub("", line)
        if FORWARDED.match(bare):
            announced = at
        elif _is(bare, FROM) or _is(bare, OTHER_FIELDS):
            below = announced >= 0 and not any(each.strip("> \t") for each in lines[announced + 1 : at])
            found = _fields(lines, at) if below or by_subject else None
            if found is not None:
                return _forwarded(lines, announced if below else at, found)
    return None


class _Fields:
    """A block of header fields within a text, and the line after it."""

    def __init__(self, sender: str, subject: str, end: int, *, quoted: bool) -> None:
        self.sender, self.subject, self.end, self.quoted = sender, subject, end, quoted


def _fields(lines: Sequence[str], at: int) -> _Fields | None:
    """Return the fields that begin here, if they name a sender with an address and at least one thing more."""
    quoted = lines[at].startswith(">")
    values: dict[str, str] = {}
    end, name, blanks = at, "", 0
    for place in range(at, min(at + _FIELDS, len(lines))):
        line = _QUOTE.sub("", lines[place]) if quoted else lines[place]
        match = FIELD.match(line)
        kind = _kind(match.group(1).strip(" *")) if match else ""
        if match and kind and kind not in values:
            name, values[kind], end, blanks = kind, match.group(2), place + 1, 0
        elif not line.strip():
            blanks += 1
            if blanks > 1:
                break
        elif not blanks and name and not kind and (line[:1].isspace() or ("@" in line and name != "subject")):
            # A long value continues in the next line.
            values[name] += f" {line.strip()}"
            end = place + 1
        else:
            break
    complete = len(values) > 1 and _ADDRESS.search(values.get("from", "")) is not None
    return _Fields(values["from"], values.get("subject", ""), end, quoted=quoted) if complete else None


def _kind(name: str) -> str:
    if FROM.fullmatch(name):
        return "from"
    if SUBJECT.fullmatch(name):
        return "subject"
    return name.lower() if OTHER_FIELDS.fullmatch(name) else ""


def _forwarded(lines: Sequence[str], start: int, fields: _Fields) -> Forwarded:
    above = [line for line in lines[:start] if not RULE.match(line)]
    body = [_QUOTE.sub("", line) if fields.quoted else line for line in lines[fields.end :]]
    if fields.quoted:
        # What is not quoted any more is its forwarder's.
        ends = next((place for place in range(fields.end, len(lines)) if not lines[place].startswith(">")), len(lines))
        body = body[: ends - fields.end]
    while body and (not body[0].strip() or _BELOW.match(body[0])):
        del body[0]
    while body and (not body[-1].strip() or _BELOW.match(body[-1])):
        del body[-1]
    return Forwarded(
        sender=_mailbox(fields.sender),
        subject=clean_line(fields.subject.strip("* \t")),
        text="\n".join(body),
        above="\n".join(without_signature(above)).strip(),
    )


def _mailbox(value: str) -> Mailbox:
    found = _ADDRESS.search(value)
    if found is None:
        return Mailbox("", clean_line(value))
    address = found.group().removeprefix("mailto:")
    return Mailbox(address, clean_line(value[: found.start()].split("<")[0].split("[")[0].strip(" \"'(*\t")))


def _is(line: str, names: Pattern[str]) -> bool:
    match = FIELD.match(line)
    return match is not None and names.fullmatch(match.group(1).strip(" *")) is not None
