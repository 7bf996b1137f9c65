"""Front matter: `key: value` lines between two lines of dashes, at the head of a Markdown file.

A reader of our own: it is the part of YAML that such files use, and a YAML library would make other things of
it than the text that stands there (`no` a refusal, `2026-01-02` a date, `Why: because` an error).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from supportdesk.domain.errors import InvalidValue

FENCE = "---"
_LINE = re.compile(r"(\w[\w .-]*?)[ \t]*:(?:[ \t]+(.*))?")
_SINGLE = re.compile(r"'((?:[^']|'')*)'")
# What every YAML reader takes for the same text without quotes.
_PLAIN = re.compile(r"[^\W_](?:(?!: | #)[^\t\n])*(?<![:\s])")
_OTHER_IN_YAML = ("y", "n", "yes", "no", "on", "off", "true", "false", "null")


def parsed(text: str) -> tuple[dict[str, str], str]:
    """Return the fields and the text below them; raises `InvalidValue` that says what is wrong.

    Values of several lines, such as lists, are passed over.
    """
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    if lines[0].rstrip() != FENCE:
        raise InvalidValue("it has no front matter: it must begin with a line of three dashes")
    end = next((place for place, line in enumerate(lines) if place and line.rstrip() == FENCE), 0)
    if not end:
        raise InvalidValue("its front matter has no end: a second line of three dashes")
    fields: dict[str, str] = {}
    several_lines: set[str] = set()
    key = ""
    for number, line in enumerate(lines[1:end], 2):
        if not line.strip() or line.startswith("#"):
            continue
        if line[0] in " \t" or line.startswith("- "):
            several_lines.add(key)
            continue
        found = _LINE.fullmatch(line)
        if not found:
            raise InvalidValue(f"line {number} of its front matter is not a line such as category: billing")
        key = found[1]
        if key in fields:
            raise InvalidValue(f"line {number} of its front matter says {key} again")
        fields[key] = _value(number, (found[2] or "").strip())
    return {key: value for key, value in fields.items() if key not in several_lines}, "\n".join(lines[end + 1 :])


def written(fields: Mapping[str, str], text: str) -> str:
    """Return the file with these fields and this text."""
    return "\n".join([FENCE, *(f"{key}: {_quoted(value)}" for key, value in fields.items()), FENCE, text]) + "\n"


def _value(number: int, text: str) -> str:
    if text.startswith("'"):
        found = _SINGLE.fullmatch(text)
        if found:
            return found[1].replace("''", "'")
    elif text.startswith('"'):
        # What JSON says of a quoted text, YAML says too.
        try:
            return str(json.loads(text))
        except ValueError:
            pass
    else:
        return text
    raise InvalidValue(f"line {number} of its front matter has a value whose quotes do not fit")


def _quoted(value: str) -> str:
    plain = _PLAIN.fullmatch(value) and value.lower() not in _OTHER_IN_YAML
    return value if plain else json.dumps(value, ensure_ascii=False)
