"""The FAQs' full-text index, read through fts5vocab and FTS5's own tables: nothing is built at start."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from supportdesk.storage.database import Database

COMMON = 100  # FAQs that have a word whose counts are remembered

# A position is packed in one integer (FAQ, column, offset): "b right after a" is then an intersection of sets.
OFFSET_BITS, COLUMN_BITS = 22, 2
FAQ_SHIFT = OFFSET_BITS + COLUMN_BITS
QUESTION, ANSWER, WORDINGS = range(3)


def read_occurrences(database: Database, stems: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Return the number of FAQs and of occurrences of each stem that any FAQ has."""
    common = _common(database)
    known = {stem: common.counts[stem] for stem in stems if stem in common.counts}
    found = database.sql(
        "SELECT term, doc, cnt FROM faqs_text_terms WHERE term IN (SELECT value FROM json_each(?))",
        (json.dumps([stem for stem in stems if stem not in known]),),
    )
    for term, faqs, times in found:
        known[term] = faqs, times
        if faqs >= COMMON:
            common.counts[term] = faqs, times
    return known


@dataclass(slots=True)
class _CommonWords:
    """Cached counts of common words, which FTS5 counts by reading all their positions; valid for one number of FAQs."""

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
    """Return the numbers of FAQs and of their words, from the totals that FTS5 keeps."""
    found = database.sql("SELECT block FROM faqs_text_data WHERE id = 1")
    # An index that another program has emptied has no totals.
    faqs, *words = (read_varints(found[0][0]) if found else []) or [0]
    return faqs, sum(words)


def read_positions(database: Database, stems: Sequence[str], faqs: Sequence[int] | None = None) -> list[int]:
    """Return the positions of any of these stems, in these FAQs or in all."""
    # Packed by SQLite: twice as fast as rows of three columns.
    ((packed,),) = database.sql(
        f"""SELECT json_group_array((doc << {FAQ_SHIFT}) + offset + (CASE col
            WHEN 'answer' THEN {ANSWER} WHEN 'question' THEN {QUESTION} ELSE {WORDINGS} END << {OFFSET_BITS}))
        FROM faqs_text_places WHERE term IN (SELECT value FROM json_each(?))
        {"" if faqs is None else "AND doc IN (SELECT value FROM json_each(?))"}""",
        (json.dumps(stems), *([] if faqs is None else [json.dumps(faqs)])),
    )
    return list(json.loads(packed))


def read_sizes(database: Database, faqs: Sequence[int]) -> dict[int, list[int]]:
    """Return the number of words in every column, from FTS5's own table of sizes."""
    return {
        faq: read_varints(packed)
        for faq, packed in database.sql(
            "SELECT id, sz FROM faqs_text_docsize WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(faqs),)
        )
    }


def read_varints(packed: bytes) -> list[int]:
    """Return the numbers packed as SQLite's varints: seven bits a byte, the highest bit set where more follow."""
    numbers, number = [], 0
    for byte in packed:
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            numbers.append(number)
            number = 0
    return numbers


def read_matches(database: Database, match: str, limit: int) -> list[int]:
    """Return the numbers of FAQs that an FTS5 expression matches."""
    return [
        number
        for (number,) in database.sql("SELECT rowid FROM faqs_text WHERE faqs_text MATCH ? LIMIT ?", (match, limit))
    ]
