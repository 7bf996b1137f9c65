"""Ranking of FAQs by the words of a query.

The words are joined by OR and weighed by how rare they are at this desk (inverse document frequency): stopwords
of any language come out at next to nothing, and where a desk is too small to tell, short lists of them help. An FAQ's
score adds up BM25 field by field: the whole text or the wordings of customers it has answered, whichever says the
word better; and the question once more. Two words that stand side by side in the query and in the FAQ count like one
more word.

Everything is read from the full-text index through fts5vocab: nothing is built at start or kept in memory. FTS5's own
bm25() would read the same positions, but it knows one length per FAQ instead of one per field (hit@1 .70 against .75
on a set of real questions), and it does not tell how much of a query an FAQ explains.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from operator import itemgetter
from weakref import WeakKeyDictionary

from supportdesk.domain.faq import Correction
from supportdesk.storage.database import Database
from supportdesk.storage.faqs.search import words as faq_words
from supportdesk.storage.faqs.search.stopwords import STOPWORDS
from supportdesk.storage.faqs.search.words import Word

# BM25's usual constants: how fast a repeated word stops counting, how much long texts pay.
K1 = 1.2
B = 0.75

QUESTION_WEIGHT = 0.3  # on top of the whole text (1.0): a title says what a text is about
PAIR_WEIGHT = 0.3  # a pair only confirms two words that have counted already

FLOOR = 1e-6
"""Weight of a word that half of the FAQs have (as in FTS5): it can find, but decides nothing."""

PRIOR_FAQS = 50
"""A desk of three FAQs cannot know which words are common. It is weighed as if it had this many more, which contain
only stopwords; at a large desk they no longer matter."""

READ_LIMIT = 6_000  # positions read for one query, rarest words first: bounds the time of long queries at big desks
COMMON = 100  # FAQs that have a word whose counts are remembered
CANDIDATES = 100  # FAQs with most of the words, which get their exact score
CORRECTIONS = 5  # unknown words of one query that are looked up: bounds the time for a long ticket

# A position is packed in one integer (FAQ, column, offset): "b right after a" is then an intersection of sets.
OFFSET_BITS, COLUMN_BITS = 22, 2
FAQ_SHIFT = OFFSET_BITS + COLUMN_BITS
QUESTION, ANSWER, WORDINGS = range(3)


@dataclass(slots=True)
class Term:
    """A word of a query, every form of it that is searched, and their positions."""

    forms: list[Word]
    similarity: float = 1.0
    """Of a corrected word to the one that was typed."""
    faqs: int = 0
    occurrences: int = 0
    weight: float = 0.0
    positions: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ranking:
    """All numbers found, and the best with their scores, best first.

    `asked` is the weight of the whole query: scores are relative to it. `sizes` are the numbers of words in
    question, answer and wordings of those that have a score.
    """

    found: Collection[int]
    scores: list[tuple[int, float]]
    asked: float
    sizes: dict[int, list[int]]


def look_up(
    database: Database, words: Sequence[Word], *, unfinished: bool = False, thorough: bool = False
) -> tuple[list[Term], list[Correction]]:
    """Return the terms of a query in order (a repeated word is the same object), and the corrections made.

    When `unfinished`, the last word is a prefix. A last word that no FAQ has is completed before it is corrected,
    and that counts as a correction. `thorough` searches the whole vocabulary.
    """
    terms = {word.stem: Term([word]) for word in words}
    others: dict[str, Sequence[str]] = {}
    if unfinished and words:
        others[words[-1].stem] = faq_words.completions(database, words[-1].text)
    known = _occurrences(database, list(terms))
    corrections = []
    unknown = [term.forms[0] for stem, term in terms.items() if stem not in known and not others.get(stem)]
    for word in unknown[:CORRECTIONS]:
        near = faq_words.completion(database, word.text) if word.stem == words[-1].stem else None
        if near := near or faq_words.correction(database, word.text, thorough=thorough):
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


def rank(database: Database, sequence: Sequence[Term], limit: int, allowed: Collection[int] | None = None) -> Ranking:
    """Return the best FAQs that have any of the terms, at most `limit`; only `allowed` ones, where given."""
    terms = list({id(term): term for term in sequence}.values())
    asked = _weigh(terms, *_extent(database))
    found, candidates = _candidates(database, terms, max(CANDIDATES, limit), allowed)
    sizes = _sizes(database, candidates)
    norms = _norms(sizes)
    scores = dict.fromkeys(candidates, 0.0)
    for weight, positions in _features(terms, sequence, len(candidates)):
        counts = Counter([position >> OFFSET_BITS for position in positions])
        times = counts.get
        for faq in {place >> COLUMN_BITS for place in counts}:
            place = faq << COLUMN_BITS
            whole_norm, question_norm, wordings_norm = norms[faq]
            question = times(place + QUESTION, 0)
            whole = question + times(place + ANSWER, 0)
            wordings = times(place + WORDINGS, 0)
            scores[faq] += (
                weight
                * (K1 + 1)
                * (
                    max(whole / (whole + whole_norm), wordings / (wordings + wordings_norm))
                    + QUESTION_WEIGHT * question / (question + question_norm)
                )
            )
    best = sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:limit]
    return Ranking(found, best, asked, sizes)


def _occurrences(database: Database, stems: Sequence[str]) -> dict[str, tuple[int, int]]:
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
    faqs, _ = _extent(database)
    remembered = _common_words.get(database)
    if remembered is None or remembered.faqs != faqs:
        remembered = _common_words[database] = _CommonWords(faqs)
    return remembered


def _extent(database: Database) -> tuple[int, int]:
    """Return the numbers of FAQs and of their words, from the totals that FTS5 keeps."""
    ((packed,),) = database.sql("SELECT block FROM faqs_text_data WHERE id = 1")
    faqs, *words = _varints(packed) or [0]
    return faqs, sum(words)


def _idf(having: int, of: int) -> float:
    """Return the inverse document frequency (Robertson and Spärck Jones); `FLOOR` from half of the FAQs on."""
    return math.log((of - having + 0.5) / (having + 0.5)) if 2 * having < of else FLOOR


def _weigh(terms: Sequence[Term], faqs: int, words: int) -> float:
    """Set the weight of each term by its rarity; return the weight of the whole query.

    A score grows with the words that an FAQ explains. So it is divided by the root of the weight of all words, as by
    the length of a query's vector in a cosine: the share of a long ticket that an FAQ explains is small even where it
    fits. Words that no FAQ has count fully, since a ticket about something else asks for much that no FAQ answers; and
    one such word is asked for at least: "how are you?" fits nothing, however well it matches.

    What matches best by chance grows with how much is searched, and so does what is asked: with the logarithms of how
    many FAQs there are, as all weights do, and of their words, for a desk of long answers shares words with everything.
    """
    total = 0.0
    for term in terms:
        prior = PRIOR_FAQS if term.forms[0].text in STOPWORDS else 0
        weight = _idf(term.faqs + prior, faqs + PRIOR_FAQS)
        term.weight = weight * term.similarity
        total += weight
    unknown = _idf(0, faqs + PRIOR_FAQS)
    return math.sqrt(max(total, unknown)) * unknown * math.log(words + PRIOR_FAQS)


def _candidates(
    database: Database, terms: Sequence[Term], limit: int, allowed: Collection[int] | None
) -> tuple[Collection[int], list[int]]:
    """Read the positions of the terms, rarest first; return the FAQs found, and those that have most of them by weight.

    Words that decide nothing find nothing either, unless there are no others. They only confirm pairs, so they are
    read for the FAQs chosen by the others alone.
    """
    known = sorted((term for term in terms if term.faqs), key=lambda term: term.occurrences)
    decisive = [term for term in known if term.weight > FLOOR]
    common = [term for term in known if term.weight <= FLOOR]
    if not decisive:
        decisive, common = common, decisive
    unread = READ_LIMIT
    coverage: dict[int, float] = {}
    for term in decisive:
        if term.occurrences > unread and coverage:
            break
        unread -= term.occurrences
        term.positions = _positions(database, term)
        for faq in {position >> FAQ_SHIFT for position in term.positions}:
            if allowed is None or faq in allowed:
                coverage[faq] = coverage.get(faq, 0.0) + term.weight
    best = [faq for faq, _ in sorted(coverage.items(), key=itemgetter(1), reverse=True)[:limit]]
    chosen = set(best)
    for term in decisive:
        term.positions = [position for position in term.positions if position >> FAQ_SHIFT in chosen]
    for term in common:
        if term.occurrences > unread:
            break
        unread -= term.occurrences
        term.positions = _positions(database, term, best)
    return coverage.keys(), best


def _positions(database: Database, term: Term, faqs: Sequence[int] | None = None) -> list[int]:
    """Return the positions of a term, in these FAQs or in all."""
    # Packed by SQLite: twice as fast as rows of three columns.
    ((packed,),) = database.sql(
        f"""SELECT json_group_array((doc << {FAQ_SHIFT}) + offset + (CASE col
            WHEN 'answer' THEN {ANSWER} WHEN 'question' THEN {QUESTION} ELSE {WORDINGS} END << {OFFSET_BITS}))
        FROM faqs_text_places WHERE term IN (SELECT value FROM json_each(?))
        {"" if faqs is None else "AND doc IN (SELECT value FROM json_each(?))"}""",
        (json.dumps([form.stem for form in term.forms]), *([] if faqs is None else [json.dumps(faqs)])),
    )
    return list(json.loads(packed))


def _features(
    terms: Sequence[Term], sequence: Sequence[Term], candidates: int
) -> Iterator[tuple[float, Collection[int]]]:
    """Yield what is scored, with its weight: every word, and every two that follow each other in the query.

    A pair weighs by how well it tells the candidates apart; its frequency among all FAQs would have to be read.
    """
    for term in terms:
        yield term.weight, term.positions
    pairs = {(id(a), id(b)): (a, b) for a, b in pairwise(sequence) if a is not b}
    for a, b in pairs.values():
        if together := {position + 1 for position in a.positions}.intersection(b.positions):
            having = len({position >> FAQ_SHIFT for position in together})
            yield PAIR_WEIGHT * _idf(having, candidates) * a.similarity * b.similarity, together


def _sizes(database: Database, faqs: Sequence[int]) -> dict[int, list[int]]:
    """Return the number of words in every column, from FTS5's own table of sizes."""
    return {
        faq: _varints(packed)
        for faq, packed in database.sql(
            "SELECT id, sz FROM faqs_text_docsize WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(faqs),)
        )
    }


def _varints(packed: bytes) -> list[int]:
    """Return the numbers packed as SQLite's varints: seven bits a byte, the highest bit set where more follow."""
    numbers, number = [], 0
    for byte in packed:
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            numbers.append(number)
            number = 0
    return numbers


def _norms(sizes: dict[int, list[int]]) -> dict[int, list[float]]:
    """Return BM25's length normalization of each field, against the average of the candidates that have the field."""
    fields = {faq: (question + answer, question, wordings) for faq, (question, answer, wordings) in sizes.items()}
    factors = []
    for column in zip(*fields.values(), strict=True):
        filled = [size for size in column if size]
        factors.append(K1 * B * len(filled) / sum(filled) if filled else 0.0)
    return {
        faq: [K1 * (1 - B) + factor * size for factor, size in zip(factors, of_faq, strict=True)]
        for faq, of_faq in fields.items()
    }
