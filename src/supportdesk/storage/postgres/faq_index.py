"""The FAQs' text index, read from tables that triggers keep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from supportdesk.storage.faq_places import FAQ_SHIFT, OFFSET_BITS

if TYPE_CHECKING:
    from supportdesk.storage.engine import Engine, Row

LAST = "\U0010ffff"  # sorts after every character
_PACKED = f"(faq << {FAQ_SHIFT}) + (CAST(field AS bigint) << {OFFSET_BITS}) + place - 1"


class FaqIndex:
    """Reads the index of one desk."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def split(self, texts: Sequence[str]) -> list[list[tuple[str, str]]]:
        """Return the words of texts, split and stemmed exactly as the index does."""
        words: list[list[tuple[str, str]]] = [[] for _ in texts]
        for row, word, stem in self._engine.run(
            "SELECT texts.row_number, words.word, words.stem "
            "FROM unnest(CAST(? AS text[])) WITH ORDINALITY AS texts (text, row_number), "
            "faq_split(texts.text) AS words "
            "ORDER BY texts.row_number, words.place",
            (list(texts),),
        ):
            words[row - 1].append((word, stem))
        return words

    def occurrences(self, stems: Sequence[str]) -> list[Row]:
        """Return each stem that any FAQ has, with the number of FAQs and of occurrences."""
        return self._engine.run(
            "SELECT term, count(DISTINCT faq), sum(cardinality(places)) FROM faq_places "
            "WHERE term = ANY(CAST(? AS text[])) GROUP BY term",
            (list(stems),),
        )

    def extent(self) -> tuple[int, int]:
        """Return the numbers of FAQs and of their words, from stored sums."""
        ((faqs, words),) = self._engine.run(
            "SELECT (SELECT coalesce(sum(faqs), 0) FROM faq_counts), (SELECT coalesce(sum(words), 0) FROM faq_sizes)"
        )
        return faqs, words

    def positions(self, stems: Sequence[str], faqs: Sequence[int] | None) -> list[int]:
        """Return the positions of any of these stems, in these FAQs or in all."""
        among = "" if faqs is None else "AND faq = ANY(CAST(? AS bigint[]))"
        found = self._engine.run(
            f"SELECT {_PACKED} FROM faq_places, unnest(places) AS place WHERE term = ANY(CAST(? AS text[])) {among}",
            (list(stems), *([] if faqs is None else [list(faqs)])),
        )
        return [packed for (packed,) in found]

    def sizes(self, faqs: Sequence[int]) -> dict[int, list[int]]:
        """Return the number of words in question, answer and wordings."""
        sizes: dict[int, list[int]] = {}
        for faq, field, words in self._engine.run(
            "SELECT faq, field, words FROM faq_sizes WHERE faq = ANY(CAST(? AS bigint[]))", (list(faqs),)
        ):
            sizes.setdefault(faq, [0, 0, 0])[field] = words
        return sizes

    def with_phrases(self, phrases: Sequence[str], limit: int) -> list[int]:
        """Return the FAQs that have one of these phrases."""
        match = " || ".join(["desk_phrase(?, false)"] * len(phrases))
        found = self._engine.run(f"SELECT faq FROM faq_words WHERE every @@ ({match}) LIMIT ?", (*phrases, limit))
        return [number for (number,) in found]

    def having(self, phrase: str, *, begun: bool) -> list[int]:
        """Return the FAQs with a phrase in question or answer."""
        condition = f"shown @@ desk_phrase(?, {str(begun).lower()})"
        return [number for (number,) in self._engine.run(f"SELECT faq FROM faq_words WHERE {condition}", (phrase,))]

    def completions(self, start: str, limit: int) -> list[str]:
        """Return the most common words that begin so."""
        found = self._engine.run(
            "SELECT term FROM faq_vocabulary WHERE term >= ? AND term < ? AND faqs > 0 "
            "ORDER BY faqs DESC, term LIMIT ?",
            (start, start + LAST, limit),
        )
        return [term for (term,) in found]

    def containing(self, part: str, limit: int) -> list[str]:
        """Return the most common words that contain this."""
        found = self._engine.run(
            "SELECT term FROM faq_vocabulary WHERE strpos(term, ?) > 0 AND faqs > 0 ORDER BY faqs DESC, term LIMIT ?",
            (part, limit),
        )
        return [term for (term,) in found]

    def near(self, start: str, lengths: tuple[int, int], pieces: Sequence[str]) -> list[Row]:
        """Return the words that begin so, of a length within bounds, with one of the pieces; and their FAQs."""
        has_one = " OR ".join(["strpos(term, ?) > 0"] * len(pieces))
        return self._engine.run(
            "SELECT term, faqs FROM faq_vocabulary WHERE term >= ? AND term < ? AND faqs > 0 "
            f"AND length(term) BETWEEN ? AND ? AND ({has_one})",
            (start, start + LAST, *lengths, *pieces),
        )

    def marked(self, faq: int, column: int, words: Sequence[str], start: str, end: str) -> str:
        """Return nothing: of scripts that it splits differently from Python, the index has no places of characters."""
        return ""
