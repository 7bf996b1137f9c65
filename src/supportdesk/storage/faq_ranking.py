"""How well FAQs fit words.

The words are joined by OR and weighed by how rare they are at this desk (inverse document frequency), so function
words of any language weigh next to nothing and no list of stop words is needed. An FAQ's score adds up BM25 field by
field: the whole text, the question once more, the category, the wordings of customers it has answered. Two words
that stand side by side in query and FAQ count as one more word. Everything is read from the full-text index through
fts5vocab; nothing is built at start, nothing is kept in memory.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import nlargest
from itertools import pairwise

from supportdesk.domain.faq import Correction
from supportdesk.storage import faq_words
from supportdesk.storage.database import Database
from supportdesk.storage.faq_words import Word

# BM25's usual constants (Robertson): how fast a repeated word stops counting, how much long texts pay.
K1 = 1.2
B = 0.75

# A title says what a text is about, so the question counts again on top of the whole text.
WHOLE_WEIGHT = 1.0
QUESTION_WEIGHT = 0.4
CATEGORY_WEIGHT = 0.5
WORDINGS_WEIGHT = 1.0
PAIR_WEIGHT = 0.3  # a pair only confirms words that have already counted

FLOOR = 1e-6
"""Weight of a word that half of the FAQs have (as FTS5 does): it finds, but decides nothing."""

READ_LIMIT = 2_000  # positions of the rarest words, read to find the candidates
CANDIDATES = 100  # FAQs that get their exact score
CORRECTION_LIMIT = 5  # unknown words of one query that are looked up

# Positions are packed into one integer (FAQ, column, offset), so that "b right after a" is a set intersection.
OFFSET_BITS, COLUMN_BITS = 22, 2
NUMBER_SHIFT = OFFSET_BITS + COLUMN_BITS
ANSWER, CATEGORY, WORDINGS = (column << OFFSET_BITS for column in (1, 2, 3))  # the question's is 0


@dataclass(slots=True)
class Term:
    """A word of the query with every form it stands for and where those occur."""

    forms: list[Word]
    similarity: float = 1.0
    faqs: int = 0
    occurrences: int = 0
    weight: float = 0.0
    positions: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Ranking:
    """The numbers of all FAQs found; the best with their scores, best first; and how much the query asked for."""

    found: set[int]
    scores: list[tuple[int, float]]
    asked: float


def look_up(
    database: Database, words: Sequence[Word], *, unfinished: bool = False, thorough: bool = False
) -> tuple[list[Term], list[Correction]]:
    """The terms of a query in their order (a repeated word is the same object), and what had to be corrected.

    When `unfinished`, the last word stands for all that begin with it. `thorough` corrects with all means.
    """
    terms = {word.stem: Term([word]) for word in words}
    others: dict[str, Sequence[str]] = {}
    if unfinished and words:
        others[words[-1].stem] = faq_words.completions(database, words[-1].text)
    known = _occurrences(database, list(terms))
    corrections = []
    unknown = [term.forms[0] for stem, term in terms.items() if stem not in known and not others.get(stem)]
    for word in unknown[:CORRECTION_LIMIT]:
        if near := faq_words.correction(database, word.text, thorough=thorough):
            corrections.append(Correction(word.text, near.words))
            others[word.stem] = near.words
            terms[word.stem].similarity = near.similarity
    if others:
        splits = faq_words.split(database, [" ".join(other) for other in others.values()])
        for stem, forms in zip(others, splits, strict=True):
            terms[stem].forms += forms
        known |= _occurrences(database, [form.stem for stem in others for form in terms[stem].forms])
    for term in terms.values():
        counts = [known[stem] for stem in {form.stem for form in term.forms} if stem in known]
        term.faqs, term.occurrences = sum(faqs for faqs, _ in counts), sum(times for _, times in counts)
    return [terms[word.stem] for word in words], corrections


def rank(database: Database, sequence: Sequence[Term], allowed: set[int] | None = None) -> Ranking:
    """Scores the FAQs that have any of the terms; `allowed` are those that may be found, None is all."""
    ((faqs,),) = database.sql("SELECT coalesce(sum(faqs), 0) FROM faq_counts")
    terms = list({id(term): term for term in sequence}.values())
    asked = _weigh(terms, faqs)
    found, candidates = _candidates(database, terms, allowed)
    norms = _norms(database, candidates)
    scores = dict.fromkeys(candidates, 0.0)
    for weight, positions in _features(terms, sequence):
        counts = Counter([position >> OFFSET_BITS for position in positions])
        times = counts.get
        weight *= K1 + 1
        for number in {place >> COLUMN_BITS for place in counts}:
            place = number << COLUMN_BITS
            whole_norm, question_norm, category_norm, wordings_norm = norms[number]
            question = times(place, 0)
            whole = question + times(place + 1, 0)
            score = WHOLE_WEIGHT * whole / (whole + whole_norm)
            if question:
                score += QUESTION_WEIGHT * question / (question + question_norm)
            if category := times(place + 2, 0):
                score += CATEGORY_WEIGHT * category / (category + category_norm)
            if wordings := times(place + 3, 0):
                score += WORDINGS_WEIGHT * wordings / (wordings + wordings_norm)
            scores[number] += weight * score
    return Ranking(found, sorted(scores.items(), key=lambda item: (-item[1], item[0])), asked)


def _occurrences(database: Database, stems: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Of each stem that any FAQ has: in how many FAQs, how often."""
    found = database.sql(
        "SELECT term, doc, cnt FROM faqs_text_terms WHERE term IN (SELECT value FROM json_each(?))",
        (json.dumps(stems),),
    )
    return {term: (faqs, times) for term, faqs, times in found}


def _idf(having: int, faqs: int) -> float:
    """Robertson and Spärck Jones: nothing is left of a word that half of the FAQs have."""
    return math.log((faqs - having + 0.5) / (having + 0.5)) if having * 2 < faqs else FLOOR


def _weigh(terms: Sequence[Term], faqs: int) -> float:
    """Weighs the terms by how rare they are, and tells how much the query asks for.

    That is the root of (weight of all its words x weight of a word no FAQ has): words that no FAQ has count fully,
    so a ticket about something else asks for much that no FAQ answers.
    """
    total = 0.0
    for term in terms:
        weight = _idf(term.faqs, faqs)
        term.weight = weight * term.similarity
        total += weight
    return math.sqrt(total * _idf(0, faqs))


def _candidates(database: Database, terms: Sequence[Term], allowed: set[int] | None) -> tuple[set[int], list[int]]:
    """All FAQs that have any of the rarest words, and those that have most of them, with all positions in these."""
    unread = READ_LIMIT
    coverage: dict[int, float] = {}
    common: list[Term] = []
    for term in sorted((term for term in terms if term.faqs), key=lambda term: term.occurrences):
        if term.occurrences > unread and coverage:
            common.append(term)
            continue
        unread -= term.occurrences
        _read(database, term)
        for number in {position >> NUMBER_SHIFT for position in term.positions}:
            if allowed is None or number in allowed:
                coverage[number] = coverage.get(number, 0.0) + term.weight
    candidates = nlargest(CANDIDATES, coverage, key=lambda number: (coverage[number], -number))
    chosen = set(candidates)
    for term in terms:
        term.positions = [position for position in term.positions if position >> NUMBER_SHIFT in chosen]
    for term in common:
        _read(database, term, candidates)
    return set(coverage), candidates


def _read(database: Database, term: Term, numbers: Sequence[int] | None = None) -> None:
    """Positions of a term, packed, in all FAQs or some; SQLite filters and packs twice as fast as Python."""
    statement = f"""SELECT json_group_array((doc << {NUMBER_SHIFT}) + offset + CASE col
        WHEN 'answer' THEN {ANSWER} WHEN 'question' THEN 0 WHEN 'category' THEN {CATEGORY} ELSE {WORDINGS} END)
        FROM faqs_text_places WHERE term IN (SELECT value FROM json_each(?))"""
    values = [json.dumps([form.stem for form in term.forms])]
    if numbers is not None:
        statement += " AND doc IN (SELECT value FROM json_each(?))"
        values.append(json.dumps(numbers))
    ((packed,),) = database.sql(statement, values)
    term.positions = json.loads(packed)


def _features(terms: Sequence[Term], sequence: Sequence[Term]) -> Iterator[tuple[float, Collection[int]]]:
    """What is scored, with its weight: every word, and every two that follow each other in query and FAQ alike."""
    for term in terms:
        yield term.weight, term.positions
    pairs = {(id(a), id(b)): (a, b) for a, b in pairwise(sequence) if a is not b}
    for a, b in pairs.values():
        if together := {position + 1 for position in a.positions}.intersection(b.positions):
            yield PAIR_WEIGHT * min(a.weight, b.weight), together


def _norms(database: Database, numbers: Sequence[int]) -> dict[int, tuple[float, ...]]:
    """BM25's length normalization of every field: against the average of the FAQs at hand."""
    sizes = {
        number: _sizes(packed)
        for number, packed in database.sql(
            "SELECT id, sz FROM faqs_text_docsize WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(numbers),),
        )
    }
    averages = [sum(column) / max(1, sum(map(bool, column))) or 1.0 for column in zip(*sizes.values(), strict=True)]
    return {
        number: tuple(K1 * (1 - B + B * size / average) for size, average in zip(of_faq, averages, strict=True))
        for number, of_faq in sizes.items()
    }


def _sizes(packed: bytes) -> tuple[int, int, int, int]:
    """Words in the whole text, the question, the category and the wordings, from FTS5's table of sizes.

    One SQLite varint a column: seven bits a byte, the highest bit says that more follow.
    """
    sizes, size = [], 0
    for byte in packed:
        size = size << 7 | byte & 0x7F
        if byte < 0x80:
            sizes.append(size)
            size = 0
    question, answer, category, wordings = sizes
    return question + answer, question, category, wordings
