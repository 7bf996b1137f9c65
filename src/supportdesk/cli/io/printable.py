"""The one way out: everything a command prints passes through here, without control sequences from outside."""

from __future__ import annotations

import re

from supportdesk.domain.text import clean_body

# What click writes for a colour or a weight, and nothing else.
_STYLES = re.compile(r"(\x1b\[(?:[0-4]|[39][0-7])m)")
# Escaped in JSON, where they stand for themselves and would drive a terminal: DEL, C1 controls, line separators, bidi.
_NOT_IN_JSON = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb\ud800-\udfff]")


def printable(text: str, *, styled: bool = False) -> str:
    """Return a text that cannot drive a terminal; `styled` leaves our own colours in."""
    if not styled:
        return clean_body(text)
    pieces = _STYLES.split(text)
    return "".join(piece if index % 2 else clean_body(piece) for index, piece in enumerate(pieces))


def printable_json(text: str) -> str:
    """Return a JSON document that cannot drive a terminal and says the same."""
    return _NOT_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
