"""Highlights: the positions of found words in questions and answers.

FTS5's highlight() would tell it, but takes up to a millisecond an FAQ at a desk of 10,000; the ranking knows the
places already, by word, and they become characters by splitting the text as the index did.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice, pairwise

from supportdesk.domain.faq import Faq
from supportdesk.storage.database import Database
from supportdesk.storage.faqs.search.ranking import ANSWER, COLUMN_BITS, FLOOR, OFFSET_BITS, QUESTION, Ranking, Term

Highlights = tuple[tuple[int, int], ...]

_WORD = re.compile(r"[^\W_]+")
# Latin, Greek and Cyrillic letters, punctuation and currencies: of these, Python and FTS5 make the same words.
_PLAIN = re.compile("[\x00-\u02af\u0370-\u0482\u048a-\u052f\u1e00-\u1fff\u2010-\u206f\u20a0-\u20bf]*")
# Controls never stand in a text itself: they are cleaned at the border, and again where rows are read.
_START, _END = "\x02", "\x03"
_MARKED = re.compile(f"{_START}([^{_START}{_END}]*){_END}")
_OFFSET = (1 << OFFSET_BITS) - 1


def find_highlights(
    database: Database, terms: Sequence[Term], ranking: Ranking, faqs: Mapping[int, Faq]
) -> dict[int, tuple[Highlights, Highlights]]:
    """Return the (start, end) offsets of matches in each FAQ's question and answer.

    Common words are highlighted only if nothing else matched. A stored text that differs from the displayed one has
    no highlights.
    """
    telling = [term for term in terms if term.weight > FLOOR and term.positions] or terms
    places: dict[int, set[int]] = {}
    for term in telling:
        for position in term.positions:
            places.setdefault(position >> OFFSET_BITS, set()).add(position & _OFFSET)

    def of(faq: Faq, column: int, text: str) -> Highlights:
        here = places.get(faq.number << COLUMN_BITS | column)
        if not here:
            return ()
        if not _PLAIN.fullmatch(text) or len(_WORD.findall(text)) != ranking.sizes[faq.number][column]:
            return _highlighted(database, telling, faq, column, text)
        return tuple(_at(text, sorted(here)))

    return {number: (of(faq, QUESTION, faq.question), of(faq, ANSWER, faq.answer)) for number, faq in faqs.items()}


def _at(text: str, places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the offsets of the words at these positions, skipping the others quickly."""
    words = _WORD.finditer(text)
    for before, place in pairwise((-1, *places)):
        yield from (word.span() for word in islice(words, place - before - 1, place - before))


def _highlighted(database: Database, terms: Collection[Term], faq: Faq, column: int, text: str) -> Highlights:
    """Return the highlights as FTS5 finds them, for scripts that it splits into words differently from Python."""
    words = " OR ".join(sorted({f'"{form.text}"' for term in terms for form in term.forms}))
    ((marked,),) = database.sql(
        f"SELECT highlight(faqs_text, {column}, ?, ?) FROM faqs_text WHERE faqs_text MATCH ? AND rowid = ?",
        (_START, _END, words, faq.number),
    )
    if marked.replace(_START, "").replace(_END, "") != text:
        return ()
    # Before each part stand its own start mark and both marks of every part before it.
    return tuple(
        (part.start() - 2 * before, part.end() - 2 * before - 2) for before, part in enumerate(_MARKED.finditer(marked))
    )
