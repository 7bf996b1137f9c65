"""Terms of a query: every form in which the index may have its words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from supportdesk.domain.faq import Correction
from supportdesk.domain.index_text import is_unspaced
from supportdesk.storage.database import Database
from supportdesk.storage.faq_places import FAQ_SHIFT
from supportdesk.storage.faqs.search import words as faq_words
from supportdesk.storage.faqs.search.index import read_matches, read_occurrences, read_positions
from supportdesk.storage.faqs.search.stopwords import NEGATIONS, STOPWORDS
from supportdesk.storage.faqs.search.words import Word
from supportdesk.storage.spellings import code_spellings

CORRECTIONS = 5  # unknown words of one query that are looked up: bounds the time for a long ticket
SHORT_QUERY = 5  # words of a query of which all may be written as two; of longer ones only unknown words
JOINED = 20  # words of a query that may be written in one with the next
SPLIT_FAQS = 200  # FAQs with a word written as two that count
MIN_LETTERS, MAX_LETTERS = 4, 20


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
    split: list[int] = field(default_factory=list)
    """Positions where it is written as two words, as log in for login."""
    is_negation: bool = False


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
    for word in words[-1:]:
        if is_unspaced(word.text) and len(word.text) == 1:
            # A single character is indexed by itself only at the end of a text.
            others[word.stem] = faq_words.completions(database, word.text)
    for stem, joined in _joined_forms(database, words).items():
        terms[stem].forms += joined
    _add_negations(database, list(terms.values()))
    known = read_occurrences(database, [form.stem for term in terms.values() for form in term.forms])
    # What is completed is no whole word yet.
    whole = [term for stem, term in terms.items() if not others.get(stem)]
    for term in _worth_splitting(whole, known):
        term.split = _find_split(database, term.forms[0])
    corrections = []
    unknown = [
        term.forms[0]
        for stem, term in terms.items()
        if not others.get(stem)
        and not term.split
        and term.forms[0].text not in STOPWORDS
        and not any(form.stem in known for form in term.forms)
    ]
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
        known |= read_occurrences(database, [form.stem for stem in others for form in terms[stem].forms])
    for term in terms.values():
        counts = [known[stem] for stem in {form.stem for form in term.forms} if stem in known]
        term.faqs, term.occurrences = sum(faqs for faqs, _ in counts), sum(times for _, times in counts)
        if term.is_negation:
            # Weighed as it was typed: the others only confirm what it negates.
            term.faqs = known.get(term.forms[0].stem, (0, 0))[0] or term.faqs
        term.faqs += len({place >> FAQ_SHIFT for place in term.split})
        term.occurrences += len(term.split)
    return [terms[word.stem] for word in words], corrections


def term_positions(database: Database, term: Term, faqs: Sequence[int] | None = None) -> list[int]:
    """Return the positions of a term, in these FAQs or in all."""
    found = read_positions(database, [form.stem for form in term.forms], faqs)
    if not term.split:
        return found
    allowed = None if faqs is None else set(faqs)
    return found + [place for place in term.split if allowed is None or place >> FAQ_SHIFT in allowed]


def _joined_forms(database: Database, words: Sequence[Word]) -> dict[str, list[Word]]:
    """Return the words that two neighbours form when written as one, by the stems that they replace."""
    pairs = [
        (first, second)
        for first, second in pairwise(words[:JOINED])
        if _is_joinable(first.text + second.text) and not {first.text, second.text} <= STOPWORDS
    ]
    forms: dict[str, list[Word]] = {}
    if pairs:
        (joined,) = faq_words.split(database, [" ".join(first.text + second.text for first, second in pairs)])
        known = read_occurrences(database, [word.stem for word in joined])
        for pair, word in zip(pairs, joined, strict=True):
            if word.stem in known:
                for each in pair:
                    if each.text not in STOPWORDS:
                        forms.setdefault(each.stem, []).append(word)
    return forms


def _worth_splitting(terms: Sequence[Term], known: Collection[str]) -> Sequence[Term]:
    """Return the terms that may be written as two words: all of a short query, unknown words of a long one."""
    candidates = [term for term in terms if term.forms[0].text not in STOPWORDS]
    if len(candidates) <= SHORT_QUERY:
        return candidates
    return [term for term in candidates if not any(form.stem in known for form in term.forms)][:CORRECTIONS]


def _find_split(database: Database, word: Word) -> list[int]:
    """Return the positions where a word is written as two, by its first half."""
    ways = list(_ways_to_split(word.text))
    if not ways or not read_matches(database, ways, 1):
        return []
    found: list[int] = []
    for way in ways:
        faqs = read_matches(database, [way], SPLIT_FAQS)
        if faqs:
            ((first, second, *_),) = faq_words.split(database, [way])
            after = set(read_positions(database, [second.stem], faqs))
            found += [place for place in read_positions(database, [first.stem], faqs) if place + 1 in after]
    return found


def _ways_to_split(word: str) -> Iterator[str]:
    if codes := code_spellings(word):
        yield from codes
    elif word.isalpha() and _is_joinable(word):
        for place in range(1, len(word)):
            if not {word[:place], word[place:]} <= STOPWORDS:
                yield f"{word[:place]} {word[place:]}"


def _is_joinable(word: str) -> bool:
    return word.isascii() and word.isalnum() and MIN_LETTERS <= len(word) <= MAX_LETTERS


def _add_negations(database: Database, terms: Sequence[Term]) -> None:
    """Add to each negation the others of its language as forms: "is not", "isn't" and "never" are equal."""
    for term in terms:
        others = next((words for words in NEGATIONS if term.forms[0].text in words), None)
        if others is not None:
            term.is_negation = True
            (forms,) = faq_words.split(database, [" ".join(sorted(others))])
            term.forms += forms
