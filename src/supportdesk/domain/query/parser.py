"""Parser of the query language: words, prefix*, "phrases", -word, OR, (brackets) and key:value filters.

Recursive descent, after https://en.wikipedia.org/wiki/Recursive_descent_parser. Words side by side must all match; AND
and NOT may be written too. What is incomplete while somebody types is no error: brackets and quotes that are still
open end with the text, and an operator without an operand is ignored.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from supportdesk.domain.errors import QueryError, quoted
from supportdesk.domain.query.tree import NOTHING, Filter, Node, Phrase, Word, all_of, any_of, depth, negated

QUERY_LIMIT = 1_000
"""Characters of a query."""
MAX_BRACKETS = 50
"""Brackets inside each other."""
MAX_DEPTH = 12
"""Operators inside each other; FTS5 has room for 32 brackets, and each operator may print two."""

NO_KEYS: Mapping[str, str] = {}

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<open>\() | (?P<close>\))
        | (?P<operator>OR|AND|NOT)(?![^\s"()])
        | (?P<minus>-(?=[^\s)\-]))
        # A key of one letter is the drive of a path, and a value that begins with a slash belongs to an address.
        | (?P<key>[A-Za-z][A-Za-z_-]+):(?:"(?P<quoted>[^"]*)"?|(?P<value>[^\s"()/][^\s"()]*))
        | "(?P<phrase>[^"]*)(?P<closed>"(?P<phrase_prefix>\*?))?
        | (?P<word>[^\s"()]+)
    )""",
    re.VERBOSE,
)


def parse(text: str, keys: Mapping[str, str] = NO_KEYS, *, typing: bool = False, field: str = "query") -> Node | None:
    """Return the syntax tree of a query; None when there is no text.

    `keys` has the key of a filter by each of its names. While `typing`, the last word is a prefix. Raises `QueryError`
    of a `field`, which names the place, for an unknown filter, a text over `QUERY_LIMIT` and too many brackets inside
    each other.
    """
    if len(text) > QUERY_LIMIT:
        allowed = f"it can have up to {QUERY_LIMIT:,} characters"
        raise QueryError(f"{field}: {quoted(text)} is not allowed; {allowed}", field=field, position=QUERY_LIMIT)
    return parse_printed(text, keys, typing=typing, field=field)


def parse_printed(
    text: str, keys: Mapping[str, str] = NO_KEYS, *, typing: bool = False, field: str = "query"
) -> Node | None:
    """Return the tree that was printed as a text; that may be longer than what was typed."""
    node = _Parser(text, keys, typing=typing, field=field).parse()
    if node is not None and depth(node) > MAX_DEPTH:
        message = f"{field}: brackets and operators can be nested up to {MAX_DEPTH} deep"
        raise QueryError(message, field=field, position=0)
    return node


def is_open_phrase(text: str) -> bool:
    """Return whether a query ends inside a phrase."""
    return text.count('"') % 2 == 1


def at(position: int) -> str:
    """Return a place in a query as messages name it."""
    return f"at character {position + 1}"


class _Parser:
    def __init__(self, text: str, keys: Mapping[str, str], *, typing: bool, field: str) -> None:
        self._text = text.rstrip()
        self._keys = keys
        self._typing = typing
        self._field = field
        self._place = 0
        self._brackets = 0
        self._token = self._next()

    def parse(self) -> Node | None:
        parts: list[Node] = []
        while self._token is not None:
            if self._token["close"]:
                # Closes nothing.
                self._advance()
            elif (node := self._any()) is not None:
                parts.append(node)
        return all_of(parts) or (NOTHING if self._text else None)

    def _next(self) -> re.Match[str] | None:
        found = _TOKEN.match(self._text, self._place) if self._place < len(self._text) else None
        if found:
            self._place = found.end()
        return found

    def _advance(self) -> None:
        self._token = self._next()

    def _any(self) -> Node | None:
        parts = [self._all()]
        while self._token is not None and self._token["operator"] == "OR":
            self._advance()
            parts.append(self._all())
        return any_of([part for part in parts if part is not None])

    def _all(self) -> Node | None:
        parts: list[Node] = []
        while self._token is not None and not self._token["close"] and self._token["operator"] != "OR":
            node = self._term()
            if node is not None:
                parts.append(node)
        return all_of(parts)

    def _term(self) -> Node | None:
        negations = 0
        while self._token is not None and (self._token["minus"] or self._token["operator"] in ("NOT", "AND")):
            negations += self._token["operator"] != "AND"
            self._advance()
        token = self._token
        if token is None or token["close"] or token["operator"]:
            return None
        self._advance()
        node = self._group(token) if token["open"] else self._leaf(token)
        return negated(node) if node is not None and negations % 2 else node

    def _group(self, opening: re.Match[str]) -> Node | None:
        self._brackets += 1
        if self._brackets > MAX_BRACKETS:
            position = opening.start("open")
            message = f"{self._field}: brackets can be nested up to {MAX_BRACKETS} deep ({at(position)})"
            raise QueryError(message, field=self._field, position=position)
        node = self._any()
        self._brackets -= 1
        if self._token is not None and self._token["close"]:
            self._advance()
        return node

    def _leaf(self, token: re.Match[str]) -> Node:
        ends_here = self._typing and token.end() == len(self._text) and _begins_a_word(self._text)
        if token["key"]:
            return self._filter(token)
        if token["phrase"] is not None:
            return Phrase(token["phrase"].strip(), bool(token["phrase_prefix"]) or (ends_here and not token["closed"]))
        key = self._keys.get(token["word"].removesuffix(":").lower())
        if key and token["word"].endswith(":"):
            # Nobody looks for the name of a filter: its reader says what the value can be.
            return Filter(key, "", token.start("word"))
        word = token["word"].rstrip("*")
        if any(map(str.isalnum, word)):
            return Word(word, word != token["word"] or ends_here)
        return Word(token["word"])

    def _filter(self, token: re.Match[str]) -> Filter:
        key, position = token["key"].lower(), token.start("key")
        if key not in self._keys:
            message = f"{self._field}: {_unknown_key(token['key'], position, self._keys)}"
            raise QueryError(message, field=self._field, position=position)
        return Filter(self._keys[key], token["quoted"] if token["value"] is None else token["value"], position)


def _begins_a_word(text: str) -> bool:
    """Return whether the end of a text is searched for as the beginning of words; a single letter begins too many."""
    return text[-1].isalnum() and not (text[-1].isascii() and not text[-2:-1].isalnum())


def _unknown_key(key: str, position: int, keys: Mapping[str, str]) -> str:
    # Lazy import: keeps start-up fast.
    from difflib import get_close_matches

    near = get_close_matches(key.lower(), keys, n=1)
    hint = f"did you mean {near[0]}:? " if near else ""
    known = ", ".join(f"{each}:" for each in dict.fromkeys(keys.values()))
    allowed = f"filters are {known}" if keys else "there are no filters here"
    return f"unknown filter {quoted(key)} {at(position)}; {hint}{allowed}; put text in quotation marks"
