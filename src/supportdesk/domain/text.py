"""Cleaning of text from outside: no control or escape sequence gets past it."""

from __future__ import annotations

import re

from supportdesk.domain.errors import InvalidValue, invalid

TITLE_LIMIT = 500
BODY_LIMIT = 100_000
NOTES_LIMIT = 2_000
EXCERPT = 60
"""Characters of a message that its journal entry shows."""
NAME_LIMIT = 64

# A whole escape sequence goes, not only its first byte, so that no "[31m" stays behind: OSC, DCS and
# the like with their text, then CSI, then any other escape (ECMA-48). In the 8-bit form only a string that
# ends is one: UTF-8 read as Latin-1 has these characters too ("Straße" as "StraÃ\x9fe") and must lose no words.
_ESCAPES = re.compile(
    r"\x1b[\]PX^_][^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?"
    r"|[\x9d\x90\x98\x9e\x9f][^\x00-\x1f\x7f-\x9f]*(?:\x07|\x1b\\|\x9c)"
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"
    r"|\x1b[ -/]*[0-~]?"
)
# Controls that open, end or are escape sequences; newline and tab are none.
_CONTROLS = "\x07\x1b\x7f-\x9f"
# Other C0 controls; line and paragraph separators; bidi embeddings, overrides and isolates; the byte-order
# mark, interlinear anchors, language tags; lone surrogates. Terminals pass over them inside a sequence.
_SILENT = (
    "\x00-\x06\x08\x0b-\x1a\x1c-\x1f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f\ud800-\udfff"
)
FIRST_STRONG_ISOLATE, POP_DIRECTIONAL_ISOLATE = "\u2068", "\u2069"
_ISOLATED = re.compile("\u2068([^\u202a-\u202e\u2066-\u2069\r\n]*)\u2069")
_UNSAFE = re.compile(f"[{_CONTROLS}{_SILENT}]")
_SILENT_IN_SEQUENCES = re.compile(f"[{_SILENT}]")
_BLANK = re.compile(r"\s+")
# Marks that show nothing by themselves: a title of only these is empty.
_INVISIBLE = re.compile(
    "[\\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0100-\U000e01ef]+"
)


def without_invisible(text: str) -> str:
    """Return text without characters that show nothing; white space stays."""
    return _INVISIBLE.sub(lambda found: "".join(each for each in found[0] if each.isspace()), text)


def clean_body(text: str) -> str:
    """Return text of several lines without escape sequences, controls and bidi overrides; newline and tab stay."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not _UNSAFE.search(text):
        return text
    text = text.replace("\u2028", "\n").replace("\u2029", "\n").replace("\x85", "\n")
    return _UNSAFE.sub("", _ESCAPES.sub("", _SILENT_IN_SEQUENCES.sub("", text)))


def clean_isolated_body(text: str) -> str:
    """Return a body cleaned like `clean_body`, but with first strong isolates that end on their line.

    For mail: they keep right-to-left text in its place, and reorder nothing outside of themselves.
    """
    if FIRST_STRONG_ISOLATE not in text:
        return clean_body(text)
    parts = _ISOLATED.split(text)
    parts[::2] = map(clean_body, parts[::2])
    parts[1::2] = (f"{FIRST_STRONG_ISOLATE}{clean_body(part)}{POP_DIRECTIONAL_ISOLATE}" for part in parts[1::2])
    return "".join(parts)


def clean_line(text: str) -> str:
    """Return text on one line: cleaned like a body, every run of white space one space, none at the ends."""
    if not text:
        return text
    return _BLANK.sub(" ", clean_body(text)).strip()


def required_line(field: str, text: str, limit: int = TITLE_LIMIT) -> str:
    """Return a cleaned line that says something; raises `InvalidValue` when it is empty or over `limit` characters."""
    return _sized(field, clean_line(text), limit)


def required_body(field: str, text: str, limit: int = BODY_LIMIT) -> str:
    """Return a cleaned body that says something; raises `InvalidValue` when it is empty or over `limit` characters."""
    return _sized(field, clean_body(text).strip("\n").rstrip(), limit)


def exact_body(field: str, text: str, limit: int = BODY_LIMIT) -> str:
    """Like `required_body`, with the white space at its ends; cleaning it again changes nothing."""
    return _sized(field, clean_body(text), limit)


def optional_line(field: str, text: str, limit: int = NOTES_LIMIT) -> str:
    """Return a cleaned line that may be empty; raises `InvalidValue` over `limit` characters."""
    line = clean_line(text)
    if len(line) > limit:
        raise _too_long(field, line, limit)
    return line


def _sized(field: str, text: str, limit: int) -> str:
    if not text or _INVISIBLE.fullmatch(text):
        raise invalid(field, text, f"it needs some text, up to {limit:,} characters")
    if len(text) > limit:
        raise _too_long(field, text, limit)
    return text


def _too_long(field: str, text: str, limit: int) -> InvalidValue:
    return InvalidValue(f"{field}: {len(text):,} characters are too many; it can have up to {limit:,}", field=field)


def excerpt(text: str) -> str:
    """Return the beginning of a text, in one line."""
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT else f"{line[: EXCERPT - 1]}…"
