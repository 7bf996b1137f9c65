"""Mentions of agents in a text: `@bob`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from unicodedata import normalize


def mentioned(text: str, names: Iterable[str]) -> list[str]:
    """Return which of these agents a text mentions, in any case of letters and in the order of the text.

    Of names that begin alike the longest counts. An `@` inside a word, as in an address, mentions nobody.
    """
    known = {_folded(name): name for name in names}
    by_length = sorted(known, key=len, reverse=True)
    return list(dict.fromkeys(known[each] for each in _found(_folded(text), by_length)))


def _found(text: str, names: list[str]) -> Iterator[str]:
    at = text.find("@")
    while at >= 0:
        if at == 0 or not (text[at - 1].isalnum() or text[at - 1] in "._-+"):
            end = at + 1
            name = next((each for each in names if text.startswith(each, end) and _ends(text, end + len(each))), None)
            if name is not None:
                yield name
        at = text.find("@", at + 1)


def _ends(text: str, end: int) -> bool:
    """Return whether a word ends here: `@bob` is no mention of `bo`, nor of `bob` in `@bob.smith`."""
    after = text[end : end + 2]
    return not (after[:1].isalnum() or after[:1] == "_" or (after[:1] in (".", "-", "@") and after[1:].isalnum()))


def _folded(text: str) -> str:
    return normalize("NFC", text).casefold()
