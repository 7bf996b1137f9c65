"""Mentions of agents in a text: `@bob`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from unicodedata import normalize

# A letter first: `@3pm` is a time, and `x@example.com` an address.
_NAME_AFTER_AT = re.compile(r"(?<![\w.+@-])@([^\W\d_][\w-]*(?:\.[\w-]+)*)(?![\w@])")

_UNKNOWN_SHOWN, _NAME_SHOWN = 5, 40


def mentioned(text: str, names: Iterable[str]) -> list[str]:
    """Return which of these agents a text mentions, in any case of letters and in the order of the text.

    Of names that begin alike the longest counts. An `@` inside a word, as in an address, mentions nobody.
    """
    known = {_folded(name): name for name in names}
    by_length = sorted(known, key=len, reverse=True)
    return list(dict.fromkeys(known[each] for each in _found(_folded(text), by_length)))


def unknown_mentions(text: str, names: Iterable[str]) -> list[str]:
    """Return the first that follow an `@` like a name, in the order of the text, where none of these agents is named.

    A log that somebody pastes may have thousands.
    """
    known = sorted(map(_folded, names), key=len, reverse=True)
    clean = normalize("NFC", text)
    # Copying all that follows each `@` would take time by the square of the length.
    longest = max(map(len, known), default=0) + 2
    found: dict[str, None] = {}
    for match in _NAME_AFTER_AT.finditer(clean):
        if not _name_at(_folded(clean[match.start(1) : match.start(1) + longest]), 0, known):
            found[match[1][:_NAME_SHOWN]] = None
        if len(found) == _UNKNOWN_SHOWN:
            break
    return list(found)


def complete_mention(line: str, names: Iterable[str]) -> list[str]:
    """Return what a line can become whose last word begins to mention one of these agents."""
    before, at, begun = line.rpartition("@")
    if not at or (before and not before[-1].isspace()):
        return []
    return [f"{before}@{name}" for name in names if _folded(name).startswith(_folded(begun))]


def _found(text: str, names: list[str]) -> Iterator[str]:
    at = text.find("@")
    while at >= 0:
        if at == 0 or not (text[at - 1].isalnum() or text[at - 1] in "._-+"):
            name = _name_at(text, at + 1, names)
            if name:
                yield name
        at = text.find("@", at + 1)


def _name_at(text: str, start: int, names: Sequence[str]) -> str:
    """Return the first of the names that stands here as a whole; empty where none does."""
    return next((each for each in names if text.startswith(each, start) and _ends(text, start + len(each))), "")


def _ends(text: str, end: int) -> bool:
    """Return whether a word ends here: `@bob` is no mention of `bo`, nor of `bob` in `@bob.smith`."""
    after = text[end : end + 2]
    return not (after[:1].isalnum() or after[:1] == "_" or (after[:1] in (".", "-", "@") and after[1:].isalnum()))


def _folded(text: str) -> str:
    return normalize("NFC", text).casefold()
