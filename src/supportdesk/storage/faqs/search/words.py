"""Words of a query: split and stemmed by SQLite's own tokenizer, completed, corrected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from supportdesk.domain.index_text import has_symbols, query_terms
from supportdesk.storage.database import Database

PLAIN = "unicode61 remove_diacritics 2 categories 'L* N* Co M*'"
STEMMED = f"porter {PLAIN}"
"""The tokenizers of the two search tables; a test holds them together."""

COMPLETIONS = 20
"""Most completions that a prefix stands for; the most common ones are taken."""
MIN_CORRECTED = 3
TWO_EDITS_FROM = 6
LAST = "\U0010ffff"  # sorts after every character


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
    """Return the words of texts, split and stemmed exactly as the index does, by indexing them in temp tables."""
    forms: list[list[tuple[int, int, str]]] = []
    for name, tokenizer in (("plain", PLAIN), ("stemmed", STEMMED)):
        table, places = f"faq_query_{name}", f"faq_query_{name}_places"
        options = f"text, content = '', tokenize = \"{tokenizer}\""
        database.sql(f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.{table} USING fts5({options})")
        database.sql(f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.{places} USING fts5vocab(temp, {table}, instance)")
        database.sql(f"INSERT INTO temp.{table} ({table}) VALUES ('delete-all')")
        for row, text in enumerate(texts):
            database.sql(f"INSERT INTO temp.{table} (rowid, text) VALUES (?, ?)", (row, query_terms(text)))
        forms.append(
            [(row, place, term) for row, place, term in database.sql(f"SELECT doc, offset, term FROM temp.{places}")]
        )
        forms[-1].sort()
    words: list[list[Word]] = [[] for _ in texts]
    for (row, _, text), (_, _, stem) in zip(*forms, strict=True):
        words[row].append(Word(text, stem))
    return words


def completions(database: Database, start: str) -> list[str]:
    """Return the most common words of the index with this prefix, including itself if it is one."""
    if _is_exact(start):
        return [start]
    found = database.sql(
        "SELECT term FROM faqs_words_terms WHERE term >= ? AND term < ? ORDER BY doc DESC LIMIT ?",
        (start, start + LAST, COMPLETIONS),
    )
    return [term for (term,) in found]


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
    found = database.sql(
        "SELECT term FROM faqs_words_terms WHERE instr(term, ?) ORDER BY doc DESC LIMIT ?", (word, COMPLETIONS)
    )
    around = tuple(term for (term,) in found)
    return Substitution(around, len(word) / max(map(len, around))) if around else None


def _nearest(database: Database, word: str, *, thorough: bool) -> Substitution | None:
    # One edit in short words, two in longer ones: Elasticsearch's AUTO fuzziness.
    limit = 1 if len(word) < TWO_EDITS_FROM else 2
    # Cut in limit + 1 pieces, one piece must have come through whole: lets SQLite drop nearly all words.
    size = len(word) // (limit + 1)
    pieces = [word[:size], word[-size:]] + ([word[size : len(word) - size]] if limit == 2 else [])
    ranges = [("", LAST)] if thorough else [(letter, letter + LAST) for letter in sorted(set(word[:2]))]
    near: list[tuple[int, int, str]] = []
    for bounds in ranges:
        for term, faqs in database.sql(
            "SELECT term, doc FROM faqs_words_terms WHERE term >= ? AND term < ?"
            f" AND length(term) BETWEEN ? AND ? AND ({' OR '.join(['instr(term, ?)'] * len(pieces))})",
            (*bounds, len(word) - limit, len(word) + limit, *pieces),
        ):
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
