"""Bulk queries for the import of FAQs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from supportdesk.domain.index_text import index_form
from supportdesk.domain.moment import to_text
from supportdesk.storage.database import Database
from supportdesk.storage.faqs.tables import FaqRevisionRow, FaqRow

_COLUMNS = "id, question, answer, category, created_at, updated_at, question_key"


class FaqToInsert(NamedTuple):
    """A checked FAQ that has no number yet."""

    id: str
    question: str
    answer: str
    category: str
    created_at: str
    updated_at: str
    question_key: str


def known_ids(database: Database) -> set[str]:
    """Return the ids of all existing and deleted FAQs."""
    return {faq_id for (faq_id,) in database.rows(FaqRevisionRow.select(FaqRevisionRow.faq_id).distinct())}


def asked(database: Database) -> dict[str, int]:
    """Return the number of the oldest FAQ by question key."""
    newest_first = FaqRow.select(FaqRow.question_key, FaqRow.number).order_by(FaqRow.number.desc())
    return dict(database.rows(newest_first))


def insert_all(database: Database, faqs: Sequence[FaqToInsert], actor: str, at: datetime) -> tuple[int, int]:
    """Store at least one FAQ with its first revision, and return the first and the last number."""
    database.many(
        f"INSERT INTO faqs ({_COLUMNS}, indexed_question, indexed_answer) VALUES ({', '.join('?' * 9)})",
        ((*faq, index_form(faq.question), index_form(faq.answer)) for faq in faqs),
    )
    revisions: Iterable[tuple[str, ...]] = (
        (faq.id, faq.question, faq.answer, faq.category, actor, to_text(at)) for faq in faqs
    )
    database.many(
        "INSERT INTO faq_revisions (faq_id, revision, question, answer, category, changed_by, changed_at) "
        "VALUES (?, 1, ?, ?, ?, ?, ?)",
        revisions,
    )
    last = int(database.sql("SELECT max(number) FROM faqs")[0][0])
    return last - len(faqs) + 1, last
