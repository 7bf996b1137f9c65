"""Words of a query: split and stemmed by the index, completed, corrected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from supportdesk.domain.index_text import has_symbols, query_terms
from supportdesk.storage.database import Database

COMPLETIONS = 20
"""Most completions that a prefix stands for; the most common ones are taken."""
MIN_CORRECTED = 3
TWO_EDITS_FROM = 6


@dataclass(frozen=True, slots=True)
class Word:
    """A word as written, folded to lower case without accents, and its stem."""

    text: str
    stem: str


@dataclass(frozen=True, slots=True)
class Substitution:
    """The words of the index used instead of one that it does not have, and their similarity to it, 0 to 1."""

    words: tuple[str, ...]
    similarity: float


def split(database: Database, texts: Sequence[str]) -> list[list[Word]]:
    """Return the words of texts, split and stemmed exactly as the index does."""
    found = database.engine.faqs.split([query_terms(text) for text in texts])
    return [[Word(text, stem) for text, stem in words] for words in found]


def completions(database: Database, start: str) -> list[str]:
    """Return the most common words of the index with this prefix, including itself if it is one."""
    if _is_exact(start):
        return [start]
    return database.engine.faqs.completions(start, COMPLETIONS)


def completion(database: Database, word: str) -> Substitution | None:
    """Return the words of the index that begin with one that it does not have."""
    if _is_exact(word) or _is_short(word):
        return None
    found = tuple(completions(database, word))
    return Substitution(found, len(word) / max(map(len, found))) if found else None


def correction(database: Database, word: str, *, thorough: bool) -> Substitution | None:
    """Return the words of the index nearest to one that it does not have.

    When `thorough`, the whole vocabulary is read (30 ms at 10,000 FAQs), and words that contain this one are found
    too. Otherwise only words with the same first letter are read, or with the second one first (a letter swapped
    or inserted at the front): an error in the very first letter is rare.
    """
    if _is_exact(word) or _is_short(word):
        return None
    near = _nearest(database, word, thorough=thorough)
    if near is not None or not thorough:
        return near
    around = tuple(database.engine.faqs.containing(word, COMPLETIONS))
    return Substitution(around, len(word) / max(map(len, around))) if around else None


def _nearest(database: Database, word: str, *, thorough: bool) -> Substitution | None:
    # One edit in short words, two in longer ones: Elasticsearch's AUTO fuzziness.
    limit = 1 if len(word) < TWO_EDITS_FROM else 2
    # Cut in limit + 1 pieces, one piece must have come through whole: lets the index drop nearly all words.
    size = len(word) // (limit + 1)
    pieces = [word[:size], word[-size:]] + ([word[size : len(word) - size]] if limit == 2 else [])
    lengths = (len(word) - limit, len(word) + limit)
    near: list[tuple[int, int, str]] = []
    for start in [""] if thorough else sorted(set(word[:2])):
        for term, faqs in database.engine.faqs.near(start, lengths, pieces):
            distance = edit_distance(word, term, limit)
            if distance <= limit:
                near.append((distance, -faqs, term))
    if not near:
        return None
    distance, _, term = min(near)
    return Substitution((term,), 1 - distance / len(word))


def _is_exact(word: str) -> bool:
    """Return whether a word has digits or symbols and is never corrected: 404 is not 403, C# is not C++."""
    return any(map(str.isdecimal, word)) or has_symbols(word)


def _is_short(word: str) -> bool:
    """Return whether too many words begin with or contain this one for it to stand for them."""
    # So are pairs of characters without spaces: another pair is another word.
    return len(word) < MIN_CORRECTED


def edit_distance(a: str, b: str, limit: int) -> int:
    """Return the optimal string alignment distance: letters deleted, inserted, replaced or swapped with a neighbour.

    A distance above `limit` is returned as `limit + 1` as soon as it is certain.
    """
    # What both begin and end with costs nothing, and is most of two words that are near.
    while a and b and a[0] == b[0]:
        a, b = a[1:], b[1:]
    while a and b and a[-1] == b[-1]:
        a, b = a[:-1], b[:-1]
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, last, row = row, before, [i]
        for j, y in enumerate(b, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                best = min(best, last[j - 2] + 1)
            row.append(best)
        if min(row) > limit:
            return limit + 1
    return row[-1]
