"""FAQs: questions with answers, their revisions, search results and statistics."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum

from supportdesk.domain.errors import invalid, one_of
from supportdesk.domain.page import RowKey
from supportdesk.domain.text import clean_line, required_body, required_line
from supportdesk.domain.ticket import Ticket

WORDINGS_KEPT = 10
"""Requesters' wordings kept with an FAQ."""
WORDING_LIMIT = 500
SEARCH_LIMIT = 100

# Possessive: linear in the length of a word without an address.
_ADDRESS = re.compile(r"(?<![^\s@＠<>()\[\]\"',;:])[^\s@＠<>()\[\]\"',;:]++[@＠][^\s@＠<>()\[\]\"',;:]+")

# At the end of a word, and a point at its beginning.
_NAME_SIGNS = re.compile(r"(?<=\w)[+#]+(?!\w)|(?<![\w.])\.(?=\w)")


class Category(StrEnum):
    """The category of an FAQ."""

    GENERAL = "general"
    ACCOUNT = "account"
    TECHNICAL = "technical"
    BILLING = "billing"


def parse_category(text: str) -> Category:
    """Return the category that a text names; raises `InvalidValue` that lists the allowed ones."""
    try:
        return Category(text.strip().lower())
    except ValueError:
        raise invalid("category", text, one_of(Category)) from None


@dataclass(frozen=True, slots=True)
class Faq:
    """A question and its answer, in Markdown.

    `version` grows by one with every edit; saving compares it. `reads`, `helpful` and `unhelpful` count how
    often it was read and voted for.
    """

    number: int
    id: str
    question: str
    answer: str
    category: Category
    created_at: datetime
    updated_at: datetime
    version: int
    reads: int
    helpful: int
    unhelpful: int


@dataclass(frozen=True, slots=True)
class NewFaq:
    """The content of an FAQ, already cleaned."""

    question: str
    answer: str
    category: Category = Category.GENERAL


CONTENT = tuple(field.name for field in fields(NewFaq))
"""The fields that an edit changes."""


def new_faq(question: str, answer: str, category: str = "general") -> NewFaq:
    """Return the validated content of an FAQ; raises `InvalidValue` for the first invalid field."""
    return NewFaq(required_line("question", question), required_body("answer", answer), parse_category(category))


def question_key(question: str) -> str:
    """Return the key that equal questions share: words without case, accents, punctuation and white space.

    Signs that are part of a name stay: C++, C#, .NET.
    """
    folded = unicodedata.normalize("NFKD", question.casefold())
    signs = {place for found in _NAME_SIGNS.finditer(folded) for place in range(*found.span())}
    kept = (
        mark if place in signs or unicodedata.category(mark)[0] in "LMN" else " "
        for place, mark in enumerate(folded)
        if not unicodedata.combining(mark)
    )
    return " ".join("".join(kept).split()) or clean_line(question)


def without_addresses(text: str, limit: int) -> str:
    """Return a requester's text as it may be kept: one line of up to `limit` characters without mail addresses."""
    line = _ADDRESS.sub("<address>", clean_line(text))
    return line if len(line) <= limit else line[: limit - 1] + "…"


@dataclass(frozen=True, slots=True)
class Revision:
    """The content of an FAQ after one edit, and who made it; revision 1 is how it was created."""

    revision: int
    faq_id: str
    question: str
    answer: str
    category: Category
    changed_by: str
    changed_at: datetime


def changed_since(revisions: Sequence[Revision], seen: int) -> str:
    """Return who changed what since a revision, as in "by bob (answer)"; empty where the revisions do not tell."""
    said = {each.revision: each for each in revisions}
    then, now = said.get(seen), said[max(said)] if said else None
    if then is None or now is None or then is now:
        return ""
    changed = [name for name in CONTENT if getattr(then, name) != getattr(now, name)]
    return f"by {now.changed_by} ({', '.join(changed) or 'changed and reverted'})"


@dataclass(frozen=True, slots=True)
class FaqQuery:
    """Which FAQs, newest first; `category` None is all of them."""

    category: Category | None = None

    def sort_key(self, faq: Faq) -> RowKey:
        """Return the position of an FAQ in this list."""
        return (faq.number,)


@dataclass(frozen=True, slots=True)
class Correction:
    """A word of a query that no FAQ has, and the words searched instead."""

    word: str
    used: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FaqHit:
    """An FAQ found, with its score; highlights are (start, end) character offsets of matches in the question."""

    faq: Faq
    score: float
    highlights: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class FaqResults:
    """The results of a search, best first; which words were corrected, and how many FAQs match in all."""

    hits: tuple[FaqHit, ...] = ()
    corrections: tuple[Correction, ...] = ()
    found: int = 0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An FAQ suggested for a ticket's text; the score is about 1 or more."""

    faq: Faq
    score: float


@dataclass(frozen=True, slots=True)
class Wording:
    """A requester's own wording of a question, kept from a ticket that was answered with the FAQ."""

    number: int
    faq_id: str
    text: str
    kept_at: datetime


@dataclass(frozen=True, slots=True)
class MissedSearch:
    """A search without results: how often it was made, and when last."""

    text: str
    times: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Gaps:
    """Gaps in the FAQs.

    `ignored` are FAQs that were suggested but not used, and how often; `ignored_for` is the last such text, by number.
    """

    searches: tuple[MissedSearch, ...]
    ignored: tuple[tuple[Faq, int], ...]
    tickets: tuple[Ticket, ...]
    most_read: tuple[Faq, ...]
    least_read: tuple[Faq, ...]
    most_helpful: tuple[Faq, ...]
    least_helpful: tuple[Faq, ...]
    ignored_for: Mapping[int, str]
