"""Ranking of FAQs by the words of a query.

The words are joined by OR and weighed by how rare they are at this desk (inverse document frequency): stopwords
of any language come out at next to nothing, and where a desk is too small to tell, short lists of them help. An FAQ's
score adds up BM25 field by field: the whole text or the wordings of requesters it has answered, whichever matches
the word better; and the question once more. Two words that are adjacent in the query and in the FAQ count like one
more word, and a negation with the word that it negates like half of that.

Everything is read from the full-text index through fts5vocab: nothing is built at start or kept in memory. FTS5's own
bm25() would read the same positions, but it knows one length per FAQ instead of one per field (hit@1 .70 against .75
on a set of real questions), and it does not tell how much of a query an FAQ explains.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter

from supportdesk.storage.database import Database
from supportdesk.storage.faq_places import ANSWER, COLUMN_BITS, FAQ_SHIFT, OFFSET_BITS, QUESTION, WORDINGS
from supportdesk.storage.faqs.search.index import read_extent, read_sizes
from supportdesk.storage.faqs.search.stopwords import STOPWORDS
from supportdesk.storage.faqs.search.terms import Term, term_positions

# BM25's usual constants: how fast a repeated word stops counting, how much long texts pay.
K1 = 1.2
B = 0.75

QUESTION_WEIGHT = 0.3  # on top of the whole text (1.0): a title says what a text is about
PAIR_WEIGHT = 0.3  # a pair only confirms two words that have counted already
NEGATION_WEIGHT = 0.5  # but "not working" is about something else than "working"

FLOOR = 1e-6
"""Weight of a word that half of the FAQs have (as in FTS5): it can find, but decides nothing."""

PRIOR_FAQS = 50
"""A desk of three FAQs cannot know which words are common. It is weighed as if it had this many more, which contain
only stopwords; at a large desk they no longer matter."""

READ_LIMIT = 6_000  # positions read for one query, rarest words first: bounds the time of long queries at big desks
CANDIDATES = 100  # FAQs with most of the words, which get their exact score


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


def rank(database: Database, sequence: Sequence[Term], limit: int, allowed: Collection[int] | None = None) -> Ranking:
    """Return the best FAQs that have any of the terms, at most `limit`; only `allowed` ones, where given."""
    terms = list({id(term): term for term in sequence}.values())
    asked = _weigh(terms, *read_extent(database))
    found, candidates = _candidates(database, terms, max(CANDIDATES, limit), allowed)
    sizes = read_sizes(database, candidates)
    # An index that another program has emptied has no sizes.
    candidates = [faq for faq in candidates if faq in sizes]
    norms = _norms(sizes)
    scores = dict.fromkeys(candidates, 0.0)
    for weight, positions in _features(terms, sequence, len(candidates)):
        counts = Counter([position >> OFFSET_BITS for position in positions])
        times = counts.get
        for faq in scores.keys() & {place >> COLUMN_BITS for place in counts}:
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
        term.positions = term_positions(database, term)
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
        term.positions = term_positions(database, term, best)
    return coverage.keys(), best


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
            weight = PAIR_WEIGHT * _idf(having, candidates) * a.similarity * b.similarity
            yield max(weight, NEGATION_WEIGHT * b.weight) if a.is_negation else weight, together


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
