"""What the search reads of the FAQs' text index; counts of common words are remembered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from supportdesk.storage.database import Database

COMMON = 100  # FAQs that have a word whose counts are remembered


def read_occurrences(database: Database, stems: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Return the number of FAQs and of occurrences of each stem that any FAQ has."""
    common = _common(database)
    known = {stem: common.counts[stem] for stem in stems if stem in common.counts}
    found = database.engine.faqs.occurrences([stem for stem in stems if stem not in known])
    for term, faqs, times in found:
        known[term] = faqs, times
        if faqs >= COMMON:
            common.counts[term] = faqs, times
    return known


@dataclass(slots=True)
class _CommonWords:
    """Cached counts of common words, which are counted by reading all their places; valid for one number of FAQs."""

    faqs: int
    counts: dict[str, tuple[int, int]] = field(default_factory=dict)


_common_words: WeakKeyDictionary[Database, _CommonWords] = WeakKeyDictionary()


def _common(database: Database) -> _CommonWords:
    # An edit may leave a count of hundreds off by one, which no ranking shows; a new FAQ has them counted again.
    faqs, _ = read_extent(database)
    remembered = _common_words.get(database)
    if remembered is None or remembered.faqs != faqs:
        remembered = _common_words[database] = _CommonWords(faqs)
    return remembered


def read_extent(database: Database) -> tuple[int, int]:
    """Return the numbers of FAQs and of their words."""
    return database.engine.faqs.extent()


def read_positions(database: Database, stems: Sequence[str], faqs: Sequence[int] | None = None) -> list[int]:
    """Return the positions of any of these stems, in these FAQs or in all."""
    return database.engine.faqs.positions(stems, faqs)


def read_sizes(database: Database, faqs: Sequence[int]) -> dict[int, list[int]]:
    """Return the number of words in every column."""
    return database.engine.faqs.sizes(faqs)


def read_matches(database: Database, phrases: Sequence[str], limit: int) -> list[int]:
    """Return the numbers of FAQs that have one of these phrases."""
    return database.engine.faqs.with_phrases(phrases, limit)
