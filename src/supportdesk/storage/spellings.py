"""Queries with each word in every way in which it may be written: as one word or two, with hyphens or without."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise, product

from supportdesk.domain.query.tree import And, Node, Not, Or, Phrase, Word

MIN_SPLIT, MAX_SPLIT = 4, 20
"""Letters of a word that may be written as two, as login."""
MAX_SPLITS = 100
"""Ways of splitting words that one query looks up: each costs some microseconds."""

MAX_CODE_PARTS = 4
"""Runs of letters and of digits in a code that is split in each way; a longer one is split between all of them."""

_ALPHANUMERIC = re.compile(r"[^\W_]+")
_HYPHENATED = re.compile(r"[^\W_]+(?:[-‐‑][^\W_]+)+")
_CODE_PART = re.compile(r"[0-9]+|[^\W\d_]+")


def with_spellings(node: Node) -> Node | None:
    """Return a query without filters as phrases, joined and negated; None when nothing in it can be searched for.

    Words without letters and digits are ignored. A word becomes all its ways, joined by OR.
    """
    return _Spelling().spelled(node)


class _Spelling:
    """Spells one query; bounds how many ways to split its words are tried."""

    def __init__(self) -> None:
        self._splits = MAX_SPLITS

    def spelled(self, node: Node) -> Node | None:
        """Return a node with its words spelled; None when nothing in it can be searched for."""
        match node:
            case Word():
                return self._words([node])[0]
            case Phrase(text):
                return node if _is_searchable(text) else None
            case Not(inner):
                found = self.spelled(inner)
                return None if found is None else found.node if isinstance(found, Not) else Not(found)
            case And(nodes):
                return _joined(And, self._all(nodes))
            case Or(nodes):
                return _joined(Or, list(map(self.spelled, nodes)))
        raise ValueError(f"a filter is no text: {node}")

    def _all(self, nodes: Sequence[Node]) -> list[Node | None]:
        """Return the nodes of a conjunction spelled, runs of words together."""
        found: list[Node | None] = []
        for is_word, run in groupby(nodes, lambda node: isinstance(node, Word)):
            if is_word:
                found += self._words([node for node in run if isinstance(node, Word)])
            else:
                found += map(self.spelled, run)
        return found

    def _words(self, words: Sequence[Word]) -> list[Node | None]:
        """Return each word as itself, or written in one with a neighbour, or in two."""
        joined = [_joined_words(first, second) for first, second in pairwise(words)]
        found: list[Node | None] = []
        for place, word in enumerate(words):
            if not _is_searchable(word.text):
                found.append(None)
                continue
            ways = [Phrase(word.text, word.prefix), *self._spellings(word)]
            ways += [way for way in (joined[place - 1] if place else None, *joined[place : place + 1]) if way]
            found.append(_joined(Or, list(dict.fromkeys(ways))))
        return found

    def _spellings(self, word: Word) -> Iterator[Phrase]:
        """Yield a word with hyphens without them, and one without as two words: E-1047 and E1047, log-in and login."""
        if _HYPHENATED.fullmatch(word.text):
            joined = "".join(_ALPHANUMERIC.findall(word.text))
            yield from (Phrase(way, word.prefix) for way in (joined, *code_spellings(joined)))
        elif found := code_spellings(word.text):
            yield from (Phrase(way, word.prefix) for way in found)
        elif word.text.isalpha() and word.text.isascii():
            for place in range(1, len(word.text)) if MIN_SPLIT <= len(word.text) <= MAX_SPLIT else ():
                if self._splits:
                    self._splits -= 1
                    yield Phrase(f"{word.text[:place]} {word.text[place:]}")


def code_spellings(word: str) -> list[str]:
    """Return a code of letters and digits as two or more words, in each way: E 1047; K 9 QX, K 9QX and K9 QX."""
    parts = _CODE_PART.findall(word)
    if len(parts) < 2 or "".join(parts) != word:
        return []
    gaps = [("", " ") if len(parts) <= MAX_CODE_PARTS else (" ",)] * (len(parts) - 1)
    ways = ("".join(part + gap for part, gap in zip(parts, (*each, ""), strict=True)) for each in product(*gaps))
    return [way for way in ways if way != word]


def _is_searchable(text: str) -> bool:
    return any(map(str.isalnum, text))


def _joined_words(first: Word, second: Word) -> Phrase | None:
    """Return two words written in one, as login for log in; None where that is unlikely."""
    joined = first.text + second.text
    least = MIN_SPLIT - second.prefix
    if first.prefix or not joined.isalnum() or not joined.isascii() or not least <= len(joined) <= MAX_SPLIT:
        return None
    return Phrase(joined, second.prefix)


def _joined(operator: type[And] | type[Or], nodes: Sequence[Node | None]) -> Node | None:
    found = tuple(node for node in nodes if node is not None)
    return operator(found) if len(found) > 1 else found[0] if found else None
