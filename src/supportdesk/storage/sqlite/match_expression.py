"""Printer of queries as FTS5 match expressions (https://www.sqlite.org/fts5.html#full_text_query_syntax)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from supportdesk.domain.index_text import query_text
from supportdesk.domain.query.tree import And, Node, Not, Or, Phrase, Word

NOTHING = '""'
"""Matches no row."""

MIN_SPLIT, MAX_SPLIT = 4, 20
"""Letters of a word that may be written as two, as login."""
MAX_SPLITS = 100
"""Ways of splitting words that one query looks up: each costs some microseconds."""

_ALPHANUMERIC = re.compile(r"[^\W_]+")
_HYPHENATED = re.compile(r"[^\W_]+(?:[-‐‑][^\W_]+)+")
_CODE_PART = re.compile(r"[0-9]+|[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Match:
    """An expression, and whether the rows wanted are those that it does not match.

    FTS5 has no negation by itself, only "this, but not that".
    """

    expression: str
    negated: bool = False


def match_of(node: Node) -> Match:
    """Return the match of a query without filters; words without letters and digits are ignored."""
    return _Printer().match(node) or Match(NOTHING)


class _Printer:
    """Prints one query; bounds how many ways to split its words are tried."""

    def __init__(self) -> None:
        self._splits = MAX_SPLITS

    def match(self, node: Node) -> Match | None:
        """Return the match of a node; None when nothing in it can be searched for."""
        match node:
            case Word():
                return self._words([node])[0]
            case Phrase(text, prefix):
                return Match(_phrase(text, prefix=prefix)) if _is_searchable(text) else None
            case Not(inner):
                found = self.match(inner)
                return found and Match(found.expression, not found.negated)
            case And(nodes):
                return _combined(self._all(nodes), " AND ", " OR ", negated=False)
            case Or(nodes):
                # De Morgan: what any of these matches is what not all of their opposites match.
                return _combined(list(map(self.match, nodes)), " OR ", " AND ", negated=True)
        raise ValueError(f"a filter is no text: {node}")

    def _all(self, nodes: Sequence[Node]) -> list[Match | None]:
        """Return the matches of nodes of a conjunction, runs of words together."""
        found: list[Match | None] = []
        for is_word, run in groupby(nodes, lambda node: isinstance(node, Word)):
            if is_word:
                found += self._words([node for node in run if isinstance(node, Word)])
            else:
                found += map(self.match, run)
        return found

    def _words(self, words: Sequence[Word]) -> list[Match | None]:
        """Return the match of each word: itself, or written in one with a neighbour, or in two."""
        joined = [_joined_words(first, second) for first, second in pairwise(words)]
        found: list[Match | None] = []
        for place, word in enumerate(words):
            if not _is_searchable(word.text):
                found.append(None)
                continue
            ways = [_phrase(word.text, prefix=word.prefix), *self._spellings(word)]
            ways += [way for way in (joined[place - 1] if place else "", *joined[place : place + 1]) if way]
            found.append(Match(_bracketed(list(dict.fromkeys(ways)), " OR ")))
        return found

    def _spellings(self, word: Word) -> Iterator[str]:
        """Yield a word with hyphens without them, and one without as two words: E-1047 and E1047, log-in and login."""
        if _HYPHENATED.fullmatch(word.text):
            yield _phrase("".join(_ALPHANUMERIC.findall(word.text)), prefix=word.prefix)
        elif len(parts := _CODE_PART.findall(word.text)) > 1 and "".join(parts) == word.text:
            yield _phrase(" ".join(parts), prefix=word.prefix)
        elif word.text.isalpha() and word.text.isascii():
            for place in range(1, len(word.text)) if MIN_SPLIT <= len(word.text) <= MAX_SPLIT else ():
                if self._splits:
                    self._splits -= 1
                    yield _phrase(f"{word.text[:place]} {word.text[place:]}", prefix=False)


def _is_searchable(text: str) -> bool:
    return any(map(str.isalnum, text))


def _phrase(text: str, *, prefix: bool) -> str:
    searched, begins = query_text(text)
    return '"' + searched.replace('"', '""') + '"' + "*" * (prefix or begins)


def _joined_words(first: Word, second: Word) -> str:
    """Return the phrase of two words written in one, as login for log in; empty where that is unlikely."""
    joined = first.text + second.text
    least = MIN_SPLIT - second.prefix
    if first.prefix or not joined.isalnum() or not joined.isascii() or not least <= len(joined) <= MAX_SPLIT:
        return ""
    return _phrase(joined, prefix=second.prefix)


def _combined(parts: Sequence[Match | None], operator: str, opposite: str, *, negated: bool) -> Match | None:
    positive = [part.expression for part in parts if part is not None and not part.negated]
    negative = [part.expression for part in parts if part is not None and part.negated]
    if not negative:
        return Match(_bracketed(positive, operator)) if positive else None
    if not positive:
        return Match(_bracketed(negative, opposite), negated=True)
    if negated:
        return Match(f"({_bracketed(negative, opposite)} NOT {_bracketed(positive, operator)})", negated=True)
    return Match(f"({_bracketed(positive, operator)} NOT {_bracketed(negative, opposite)})")


def _bracketed(expressions: Sequence[str], operator: str) -> str:
    return expressions[0] if len(expressions) == 1 else f"({operator.join(expressions)})"
