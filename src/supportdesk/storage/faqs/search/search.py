"""Search in FAQs, and suggestions for a ticket that is being written; both rank the same way.

A suggestion must also pass a threshold: its score is compared with the weight of the ticket's words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nlargest
from operator import itemgetter

from supportdesk.domain.faq import Category, Correction, FaqHit, FaqResults, Suggestion
from supportdesk.domain.index_text import is_unspaced
from supportdesk.storage.database import Database
from supportdesk.storage.faqs import queries as faqs
from supportdesk.storage.faqs.search import highlights
from supportdesk.storage.faqs.search import ranking as faq_ranking
from supportdesk.storage.faqs.search import words as faq_words
from supportdesk.storage.faqs.search.ranking import Ranking
from supportdesk.storage.faqs.search.terms import Term, look_up
from supportdesk.storage.faqs.search.words import Word

# A suggestion must explain enough of the ticket, relative to what that asks for: a fully matching rare word in a short
# text, more of them in a long one or at a large desk. A wrong suggestion costs more than none. The bound is about the
# same for desks of 5 to 1,000 FAQs in three languages, with answers of one line or of pages.
ENOUGH = 0.039
MINIMUM_OF_BEST = 0.4  # what follows the best one must be nearly half as good
TEXT_LIMIT = 2_000
"""Characters of a query or a ticket that are searched for."""

# A minus leaves out only at the start of a word: neither "e-mail" nor "--force" do.
_PART = re.compile(r'(?P<minus>(?<!\S)-(?=[^\s-]))?(?:"(?P<phrase>[^"]*)(?P<closed>"?)|(?P<word>[^\s"]+))')


@dataclass(frozen=True, slots=True)
class Found:
    """The result of a query: its terms, their ranking and the corrections of misspelt words."""

    terms: Sequence[Term]
    ranking: Ranking
    corrections: Sequence[Correction]


def suggest(database: Database, text: str, limit: int) -> list[Suggestion]:
    """Return the FAQs that match a ticket's text well enough to be suggested, best first, with their scores."""
    best = nearest(database, text, limit)
    if not best or best[0][1] < 1:
        return []
    suggested = [(number, score) for number, score in best if score >= MINIMUM_OF_BEST * best[0][1]]
    found = faqs.by_numbers(database, [number for number, _ in suggested])
    return [Suggestion(found[number], score) for number, score in suggested if number in found]


def nearest(database: Database, text: str, limit: int) -> list[tuple[int, float]]:
    """Return the FAQs nearest to a ticket's text, best first; a score of 1 is enough to suggest one.

    The first line is also matched by itself: a title states the question, and a long description below it asks
    for much that no FAQ answers.
    """
    text = text[:TEXT_LIMIT]
    title, _, story = text.strip().partition("\n")
    scores = _relative_scores(database, text, limit, unfinished=text[-1:].isalnum())
    if story:
        for number, score in _relative_scores(database, title, limit, unfinished=False).items():
            scores[number] = max(score, scores.get(number, 0.0))
    return nlargest(limit, scores.items(), key=itemgetter(1))


def _relative_scores(database: Database, text: str, limit: int, *, unfinished: bool) -> dict[int, float]:
    (words,) = faq_words.split(database, [text])
    terms, _ = look_up(database, words, unfinished=unfinished)
    ranking = faq_ranking.rank(database, terms, limit)
    return {number: score / (ENOUGH * ranking.asked) for number, score in ranking.scores}


def search(
    database: Database, text: str, *, category: Category | None = None, typing: bool = False, limit: int
) -> FaqResults:
    """Return the FAQs that a query finds, best first; "phrases" and -words narrow them down.

    While `typing`, the last word is a prefix.
    """
    found = _find(database, text, category, limit, typing=typing)
    best = found.ranking.scores
    hits = faqs.by_numbers(database, [number for number, _ in best])
    marked = highlights.find_highlights(database, found.terms, found.ranking, hits)
    return FaqResults(
        tuple(FaqHit(hits[number], score, marked[number]) for number, score in best if number in hits),
        tuple(found.corrections) if best else (),
        len(found.ranking.found),
    )


def category_hits(database: Database, text: str, *, typing: bool) -> dict[Category, int]:
    """Return how many FAQs of each category a query finds."""
    found = _find(database, text, None, 0, typing=typing).ranking.found
    condition, numbers = database.among("number", list(found))
    sums: dict[str, int] = dict(
        database.sql(f"SELECT category, count(*) FROM faqs WHERE {condition} GROUP BY category", (numbers,))
    )
    return {category: sums.get(category, 0) for category in Category}


@dataclass(frozen=True, slots=True)
class _Query:
    wanted: list[str]
    phrases: list[str]
    excluded: list[str]


def _parse(text: str, *, typing: bool) -> _Query:
    query = _Query([], [], [])
    for part in _PART.finditer(text):
        content = part["word"] or part["phrase"] or ""
        if part["minus"]:
            query.excluded.append(content)
            continue
        query.wanted.append(content)
        # While typing, a phrase holds once it is closed.
        if part["closed"] or (part["phrase"] and not typing):
            query.phrases.append(content)
    return query


def _find(database: Database, text: str, category: Category | None, limit: int, *, typing: bool) -> Found:
    text = text[:TEXT_LIMIT]
    query = _parse(text, typing=typing)
    wanted, *filters = faq_words.split(database, [" ".join(query.wanted), *query.phrases, *query.excluded])
    phrases, excluded = filters[: len(query.phrases)], filters[len(query.phrases) :]
    allowed: set[int] | None = None
    if any(filters) or category is not None:
        allowed = _allowed(database, phrases, excluded, category)
    unfinished = typing and text[-1:].isalnum()
    terms, corrections = look_up(database, wanted, unfinished=unfinished)
    ranking = faq_ranking.rank(database, terms, limit, allowed)
    if wanted and not ranking.found:
        terms, corrections = look_up(database, wanted, unfinished=unfinished, thorough=True)
        ranking = faq_ranking.rank(database, terms, limit, allowed)
    if not wanted and any(excluded) and allowed:
        # Only words to leave out: everything else, newest first.
        newest = sorted(allowed, reverse=True)[:limit]
        ranking = Ranking(allowed, [(number, 0.0) for number in newest], 0.0, {})
    return Found(terms, ranking, corrections)


def _allowed(
    database: Database, phrases: Sequence[list[Word]], excluded: Sequence[list[Word]], category: Category | None
) -> set[int]:
    """Return the numbers of the FAQs that pass the filters. Wordings are not searched: users do not see them."""
    wanted = list(Category) if category is None else [category]
    condition, categories = database.among("category", wanted)
    allowed = {number for (number,) in database.sql(f"SELECT number FROM faqs WHERE {condition}", (categories,))}
    for words in filter(None, phrases):
        allowed &= _having(database, words)
    for words in filter(None, excluded):
        allowed -= _having(database, words)
    return allowed


def _having(database: Database, words: Sequence[Word]) -> set[int]:
    # Safe to quote: the tokenizer's words hold letters and digits only.
    phrase = " ".join(word.text for word in words)
    # A single character of a script without spaces is indexed by itself only at the end of a text.
    begun = len(words[-1].text) == 1 and is_unspaced(words[-1].text)
    return set(database.engine.faqs.having(phrase, begun=begun))
