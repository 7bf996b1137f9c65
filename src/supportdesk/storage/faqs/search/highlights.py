"""Highlights: the positions of found words in questions.

FTS5's highlight() would tell it, but takes up to a millisecond an FAQ at a desk of 10,000; the ranking knows the
places already, by word, and they become characters by splitting the text as the index did.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from supportdesk.domain.faq import Faq
from supportdesk.domain.index_text import token_offsets
from supportdesk.storage.database import Database
from supportdesk.storage.faq_places import COLUMN_BITS, OFFSET_BITS, QUESTION
from supportdesk.storage.faqs.search.ranking import FLOOR, Ranking
from supportdesk.storage.faqs.search.terms import Term

Highlights = tuple[tuple[int, int], ...]

# Latin, Greek and Cyrillic letters, punctuation and currencies, Chinese, Japanese and Korean: of these, Python and FTS5
# make the same words.
_PLAIN = re.compile(
    "[\x00-\u02af\u0370-\u0482\u048a-\u052f\u1e00-\u1fff\u2010-\u206f\u20a0-\u20bf\u3000-\u3029\u3041-\u3096\u30a0-\u30ff"
    "\u3400-\u9fff\uac00-\ud7a3\uff00-\uff9f]*"
)
# Texts have no control characters: they are cleaned at the border, and again where rows are read.
_START, _END = "\x02", "\x03"
_MARKED = re.compile(f"{_START}([^{_START}{_END}]*){_END}")
_OFFSET = (1 << OFFSET_BITS) - 1


def find_highlights(
    database: Database, terms: Sequence[Term], ranking: Ranking, faqs: Mapping[int, Faq]
) -> dict[int, Highlights]:
    """Return the (start, end) offsets of matches in each FAQ's question.

    Common words are highlighted only if nothing else matched. A stored text that differs from the displayed one has
    no highlights.
    """
    decisive = [term for term in terms if term.weight > FLOOR and term.positions] or terms
    places: dict[int, set[int]] = {}
    for term in decisive:
        for position in term.positions:
            places.setdefault(position >> OFFSET_BITS, set()).add(position & _OFFSET)

    def of(faq: Faq) -> Highlights:
        here = places.get(faq.number << COLUMN_BITS | QUESTION)
        if not here:
            return ()
        tokens = list(token_offsets(faq.question)) if _PLAIN.fullmatch(faq.question) else []
        if len(tokens) != ranking.sizes[faq.number][QUESTION]:
            return _highlighted(database, decisive, faq)
        return _merged([tokens[place] for place in sorted(here)])

    return {number: of(faq) for number, faq in faqs.items()}


def _merged(spans: Sequence[tuple[int, int]]) -> Highlights:
    """Return offsets without those inside of others; tokens overlap in scripts without spaces."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _highlighted(database: Database, terms: Collection[Term], faq: Faq) -> Highlights:
    """Return the highlights as the index finds them, for scripts that it splits into words differently from Python."""
    forms = sorted({form.text for term in terms for form in term.forms})
    marked = database.engine.faqs.marked(faq.number, QUESTION, forms, _START, _END)
    if marked.replace(_START, "").replace(_END, "") != faq.question:
        return ()
    # Each part is preceded by its own start mark and both marks of every part before it.
    return tuple(
        (part.start() - 2 * before, part.end() - 2 * before - 2) for before, part in enumerate(_MARKED.finditer(marked))
    )
