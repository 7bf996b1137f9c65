"""The FAQs' full-text index, read through fts5vocab and FTS5's own tables: nothing is built at start."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from supportdesk.storage.faq_places import ANSWER, FAQ_SHIFT, OFFSET_BITS, QUESTION, WORDINGS

if TYPE_CHECKING:
    from supportdesk.storage.engine import Engine, Row

PLAIN = "unicode61 remove_diacritics 2 categories 'L* N* Co M*'"
STEMMED = f"porter {PLAIN}"
"""The tokenizers of the two search tables; a test holds them together."""
LAST = "\U0010ffff"  # sorts after every character
_COLUMNS = ("question", "answer", "wordings")


class FaqIndex:
    """Reads the index of one desk."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def split(self, texts: Sequence[str]) -> list[list[tuple[str, str]]]:
        """Return the words of texts, split and stemmed exactly as the index does, by indexing them in temp tables."""
        forms: list[list[Row]] = []
        run = self._engine.run
        for name, tokenizer in (("plain", PLAIN), ("stemmed", STEMMED)):
            table, places = f"faq_query_{name}", f"faq_query_{name}_places"
            options = f"text, content = '', tokenize = \"{tokenizer}\""
            run(f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.{table} USING fts5({options})")
            run(f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.{places} USING fts5vocab(temp, {table}, instance)")
            run(f"INSERT INTO temp.{table} ({table}) VALUES ('delete-all')")
            for row, text in enumerate(texts):
                run(f"INSERT INTO temp.{table} (rowid, text) VALUES (?, ?)", (row, text))
            forms.append(sorted(run(f"SELECT doc, offset, term FROM temp.{places}")))
        words: list[list[tuple[str, str]]] = [[] for _ in texts]
        for (row, _, text), (_, _, stem) in zip(*forms, strict=True):
            words[row].append((text, stem))
        return words

    def occurrences(self, stems: Sequence[str]) -> list[Row]:
        """Return each stem that any FAQ has, with the number of FAQs and of occurrences."""
        return self._engine.run(
            "SELECT term, doc, cnt FROM faqs_text_terms WHERE term IN (SELECT value FROM json_each(?))",
            (json.dumps(stems),),
        )

    def extent(self) -> tuple[int, int]:
        """Return the numbers of FAQs and of their words, from the totals that FTS5 keeps."""
        found = self._engine.run("SELECT block FROM faqs_text_data WHERE id = 1")
        # An index that another program has emptied has no totals.
        faqs, *words = (read_varints(found[0][0]) if found else []) or [0]
        return faqs, sum(words)

    def positions(self, stems: Sequence[str], faqs: Sequence[int] | None) -> list[int]:
        """Return the positions of any of these stems, in these FAQs or in all."""
        # Packed by SQLite: twice as fast as rows of three columns.
        ((packed,),) = self._engine.run(
            f"""SELECT json_group_array((doc << {FAQ_SHIFT}) + offset + (CASE col
                WHEN 'answer' THEN {ANSWER} WHEN 'question' THEN {QUESTION} ELSE {WORDINGS} END << {OFFSET_BITS}))
            FROM faqs_text_places WHERE term IN (SELECT value FROM json_each(?))
            {"" if faqs is None else "AND doc IN (SELECT value FROM json_each(?))"}""",
            (json.dumps(stems), *([] if faqs is None else [json.dumps(faqs)])),
        )
        return list(json.loads(packed))

    def sizes(self, faqs: Sequence[int]) -> dict[int, list[int]]:
        """Return the number of words in every column, from FTS5's own table of sizes."""
        found = self._engine.run(
            "SELECT id, sz FROM faqs_text_docsize WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(faqs),)
        )
        return {faq: read_varints(packed) for faq, packed in found}

    def with_phrases(self, phrases: Sequence[str], limit: int) -> list[int]:
        """Return the FAQs that have one of these phrases."""
        # Safe to quote: the tokenizer's words hold letters and digits only.
        match = " OR ".join(f'"{phrase}"' for phrase in phrases)
        found = self._engine.run("SELECT rowid FROM faqs_text WHERE faqs_text MATCH ? LIMIT ?", (match, limit))
        return [number for (number,) in found]

    def having(self, phrase: str, *, begun: bool) -> list[int]:
        """Return the FAQs with a phrase in question or answer."""
        match = f'{{question answer}} : "{phrase}"{"*" * begun}'
        return [number for (number,) in self._engine.run(_MATCHING, (match,))]

    def completions(self, start: str, limit: int) -> list[str]:
        """Return the most common words that begin so."""
        found = self._engine.run(
            "SELECT term FROM faqs_words_terms WHERE term >= ? AND term < ? ORDER BY doc DESC LIMIT ?",
            (start, start + LAST, limit),
        )
        return [term for (term,) in found]

    def containing(self, part: str, limit: int) -> list[str]:
        """Return the most common words that contain this."""
        found = self._engine.run(
            "SELECT term FROM faqs_words_terms WHERE instr(term, ?) ORDER BY doc DESC LIMIT ?", (part, limit)
        )
        return [term for (term,) in found]

    def near(self, start: str, lengths: tuple[int, int], pieces: Sequence[str]) -> list[Row]:
        """Return the words that begin so, of a length within bounds, with one of the pieces; and their FAQs."""
        return self._engine.run(
            "SELECT term, doc FROM faqs_words_terms WHERE term >= ? AND term < ?"
            f" AND length(term) BETWEEN ? AND ? AND ({' OR '.join(['instr(term, ?)'] * len(pieces))})",
            (start, start + LAST, *lengths, *pieces),
        )

    def marked(self, faq: int, column: int, words: Sequence[str], start: str, end: str) -> str:
        """Return a field with marks around these words."""
        match = " OR ".join(f'"{word}"' for word in words)
        found = self._engine.run(
            f"SELECT highlight(faqs_text, {column}, ?, ?) FROM faqs_text WHERE faqs_text MATCH ? AND rowid = ?",
            (start, end, match, faq),
        )
        # An index that another program has emptied has none.
        return str(found[0][0]) if found else ""


_MATCHING = "SELECT rowid FROM faqs_text WHERE faqs_text MATCH ?"


def read_varints(packed: bytes) -> list[int]:
    """Return the numbers packed as SQLite's varints: seven bits a byte, the highest bit set where more follow."""
    numbers, number = [], 0
    for byte in packed:
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            numbers.append(number)
            number = 0
    return numbers
