"""Where a reply ends and what it quotes begins. Own code: libraries lose a writer's words or keep the quotes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from re import Pattern

from supportdesk.email.receiving.quoting import (
    DASHED,
    DATE,
    DIVIDER,
    FIELD,
    FORWARDED,
    FROM,
    GMAIL_SHORT,
    GROUPWISE,
    HEADER_END,
    ITEM,
    MOBILE,
    OPENS,
    OTHER_FIELDS,
    PROMPT,
    QUOTED,
    RULE,
    SIGNATURE,
    TABLE_ROW,
    TIME_OF_DAY,
    WROTE,
    WROTE_AND_WORDS,
    YEAR,
)

_TARGET = re.compile(r"\s?<https?://[^\s<>]{1,500}>")

_LONGEST_SIGNATURE = 20
_LONGEST_MOBILE = 300
_INDENTED = "    "
"""Before what the writer shows as an example."""
_SIGNATURES = 2
"""Their marks in a mail: the writer's and a mailing list's; more of them divide a text."""
_SPAN = 4
"""Lines over which a mail program may wrap the line before a quote."""


def trim(text: str) -> str:
    """Return what its writer added in a reply: without quotes at its end, the line above them, and signatures.

    Nothing is cut where the writer's words follow quoted ones, in a forward, or when nothing would be left.
    """
    lines = [line.rstrip() for line in text.split("\n")]
    kept = _without_quote(lines)
    kept = without_signature(kept)
    trimmed = "\n".join(kept).strip("\n").rstrip()
    return trimmed if trimmed.strip() else text.strip()


def _without_quote(lines: list[str]) -> list[str]:
    own = False
    for at, line in enumerate(lines):
        if FORWARDED.match(line):
            return lines
        own = QUOTED.match(line) is not None and (own or _is_own(lines, at))
        if own:
            continue
        if _begins_quote(lines, at):
            above = lines[:at]
            if not any(each.strip() for each in above):
                return lines if not QUOTED.match(line) and not _begins_wrote(lines, at) else _bottom_posted(lines, at)
            return above
        end = _begins_wrote(lines, at)
        if end or QUOTED.match(line):
            rest = lines[end or at :]
            if _answers_follow(rest, marked=any(QUOTED.match(each) for each in rest)):
                return lines if any(each.strip() for each in lines[:at]) or not end else _bottom_posted(lines, at)
            return lines[:at]
    return lines


def _is_own(lines: Sequence[str], at: int) -> bool:
    """Return whether a line that looks quoted is the writer's: a row of a table, Python, or a sentence that goes on."""
    above = lines[at - 1].strip() if at else ""
    goes_on = bool(above) and not HEADER_END.search(above)
    return goes_on or TABLE_ROW.match(lines[at]) is not None or PROMPT.match(lines[at]) is not None


def _bottom_posted(lines: list[str], at: int) -> list[str]:
    """Return the words below one quote that opens the mail; all lines when there are several quotes."""
    start = _begins_wrote(lines, at) or at
    body = lines[start:]
    quoted = [number for number, line in enumerate(body) if QUOTED.match(line)]
    if not quoted:
        return lines
    between = [line for line in body[quoted[0] : quoted[-1]] if line.strip() and not QUOTED.match(line)]
    return lines if between else body[quoted[-1] + 1 :]


def _answers_follow(rest: list[str], *, marked: bool) -> bool:
    """Return whether words of the writer stand below quoted ones."""
    if not marked:
        return False
    last = max(number for number, line in enumerate(rest) if QUOTED.match(line))
    below = without_signature(["", *rest[last + 1 :]])
    first = next(number for number, line in enumerate(rest) if QUOTED.match(line))
    inside = [line for line in rest[first:last] if line.strip() and not QUOTED.match(line)]
    wrapped = sum(len(line) < 30 for line in inside)
    return any(line.strip() for line in below) or len(inside) > wrapped


def _begins_wrote(lines: list[str], at: int) -> int:
    """Return the line after "On …, … wrote:" when it begins here, wrapped or not; else 0."""
    if not lines[at].strip() or QUOTED.match(lines[at]):
        return 0
    if GMAIL_SHORT.match(lines[at]) or (WROTE_AND_WORDS.match(lines[at]) and DATE.search(lines[at])):
        return at + 1
    named = "@" in lines[at] and WROTE.search(lines[at])
    if ITEM.match(lines[at]) and not YEAR.search(lines[at]):
        return 0
    span = _SPAN if OPENS.match(lines[at]) or named else 2 if "@" in lines[at] else 1
    for end in range(at + 1, min(at + span, len(lines)) + 1):
        if not lines[end - 1].strip():
            break
        joined = " ".join(line.strip() for line in lines[at:end])
        if _is_wrote(joined):
            if lines[at].startswith(_INDENTED) and "@" not in joined:
                return 0
            following = _following(lines, end)
            if end > at + 1 and span == 2 and OPENS.match(lines[end - 1]) and WROTE.search(lines[end - 1]):
                # It begins in its own line, below an address that the writer names.
                return 0
            if QUOTED.match(following) or (WROTE.search(joined) and (OPENS.match(joined) or "@" in joined)):
                return end
            return 0
        if HEADER_END.search(lines[end - 1]):
            return 0
    marked = DATE.search(lines[at]) and "@" in lines[at] and QUOTED.match(_following(lines, at + 1))
    return at + 1 if marked else 0


def _following(lines: Sequence[str], at: int) -> str:
    """Return the first line from here on that is not blank. By index: a copy of the rest for each line is quadratic."""
    return next((lines[place] for place in range(at, len(lines)) if lines[place].strip()), "")


def _is_wrote(line: str) -> bool:
    if len(line) > 400:
        return False
    if not HEADER_END.search(line):
        return False
    return bool((WROTE.search(line) and (DATE.search(line) or "@" in line)) or (DATE.search(line) and "@" in line))


def _begins_quote(lines: list[str], at: int) -> bool:
    """Return whether a divider, or a block of header fields as Outlook writes it, begins here."""
    line = lines[at]
    if DIVIDER.match(line) or GROUPWISE.match(line):
        return True
    if RULE.match(line) or DASHED.match(line):
        following = [each for each in lines[at + 1 : at + 8] if each.strip()][:5]
        is_field = bool(following) and any(_is_field(following[0], names) for names in (FROM, OTHER_FIELDS))
        return is_field and _is_of_a_mail(following)
    # German web mail has the time first.
    time_first = (
        DATE.search(line) and _is_field(line, OTHER_FIELDS) and at + 1 < len(lines) and _is_field(lines[at + 1], FROM)
    )
    if not (time_first or _is_field(line, FROM)) or (at and _is_field(lines[at - 1], OTHER_FIELDS)):
        return False
    block = [each for each in lines[at + 1 : at + 8] if each.strip()][:5]
    return _is_of_a_mail((line, *block)) and sum(_is_field(each, OTHER_FIELDS) for each in block) >= 2


def _is_of_a_mail(fields: Sequence[str]) -> bool:
    """Return whether header fields are those of a mail; a form that the writer fills in has such fields too."""
    return any("@" in each or TIME_OF_DAY.search(each) for each in fields)


def _is_field(line: str, names: Pattern[str]) -> bool:
    match = FIELD.match(line)
    return match is not None and names.fullmatch(match.group(1).strip(" *")) is not None


def without_signature(lines: Sequence[str]) -> list[str]:
    """Return lines without a signature, and without what telephones put below a text."""
    kept = list(lines)
    marks = [at for at, line in enumerate(kept) if SIGNATURE.match(line)]
    if len(marks) <= _SIGNATURES:
        begins = next((at for at in marks if at and len(kept) - at <= _LONGEST_SIGNATURE), len(kept))
        kept = kept[:begins]
    while kept and (not kept[-1].strip() or (_is_mobile(kept[-1]) and not _goes_on(kept))):
        kept.pop()
    return kept


def _goes_on(lines: Sequence[str]) -> bool:
    """Return whether the last line continues a sentence of the one above it."""
    above = lines[-2].strip() if len(lines) > 1 else ""
    return lines[-1].lstrip()[:1].islower() and bool(above) and not above.endswith((".", "!", "?", ">"))


def _is_mobile(line: str) -> bool:
    return len(line) <= _LONGEST_MOBILE and any(MOBILE.match(each) for each in (line, _TARGET.sub("", line)))
