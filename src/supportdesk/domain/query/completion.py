"""Completion of a query while it is typed: names of filters, and their values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from supportdesk.domain.query.filters import BY_KEY, FILTERS, KEYS, FilterKind
from supportdesk.domain.query.parser import QUERY_LIMIT, is_open_phrase
from supportdesk.domain.query.tree import Filter

Known = Mapping[str, Sequence[str]]
"""Values that the desk has, by the `source` of a filter: "agents", "tags"."""

LIMIT = 50
"""Candidates that are offered."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a part of a query can become, and what it would find."""

    text: str
    finds: str


@dataclass(frozen=True, slots=True)
class Completion:
    """The part of a line from `start` to `end`, and what it can become."""

    start: int
    end: int
    candidates: tuple[Candidate, ...]


def complete(line: str, cursor: int, known: Known) -> Completion:
    """Return what the part of a query before the cursor can become; nothing inside a phrase."""
    cursor = min(max(cursor, 0), len(line))
    before = line[:cursor]
    start = max(map(before.rfind, " \t(")) + 1
    while before[start : start + 1] == "-":
        start += 1
    typed = before[start:]
    if len(line) > QUERY_LIMIT or '"' in typed or is_open_phrase(before):
        return Completion(cursor, cursor, ())
    name, colon, value = typed.partition(":")
    kind = BY_KEY.get(KEYS.get(name.lower(), ""))
    if not colon:
        return Completion(start, cursor, tuple(_names(typed)))
    if kind is None:
        return Completion(cursor, cursor, ())
    return Completion(start, cursor, tuple(_values(kind, f"{name}:", value, known))[:LIMIT])


def complete_line(line: str, known: Known) -> list[str]:
    """Return the whole lines that a line can become whose end is typed."""
    found = complete(line, len(line), known)
    return [line[: found.start] + each.text for each in found.candidates]


def _names(typed: str) -> Iterable[Candidate]:
    begun = typed.lower()
    for kind in FILTERS:
        if kind.key == "number":
            continue
        for name in (kind.key, *kind.synonyms):
            # A synonym is offered only to those who type it.
            if name.startswith(begun) and (begun or name == kind.key):
                yield Candidate(f"{name}:", kind.finds)
                break


def _values(kind: FilterKind, name: str, typed: str, known: Known) -> Iterable[Candidate]:
    listed, comma, begun = typed.rpartition(",")
    taken = {word.casefold() for word in listed.split(",")}
    for value in dict.fromkeys((*kind.values, *known.get(kind.source, ()))):
        if value.casefold().startswith(begun.casefold()) and value.casefold() not in taken:
            text = str(Filter(kind.key, f"{listed}{comma}{value}"))
            yield Candidate(name + text.partition(":")[2], kind.finds)
