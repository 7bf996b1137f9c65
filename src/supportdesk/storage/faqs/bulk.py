"""Bulk queries for the import of FAQs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from supportdesk.domain.moment import to_text
from supportdesk.storage.database import Database
from supportdesk.storage.faqs.tables import FaqRevisionRow, FaqRow

_COLUMNS = "id, question, answer, category, created_at, updated_at, question_key, indexed_question, indexed_answer"


class FaqToInsert(NamedTuple):
    """A checked FAQ that has no number yet."""

    id: str
    question: str
    answer: str
    category: str
    created_at: str
    updated_at: str
    question_key: str
    indexed_question: str | None
    indexed_answer: str | None


def known_ids(database: Database) -> set[str]:
    """Return the ids of all existing and deleted FAQs."""
    return {faq_id for (faq_id,) in database.rows(FaqRevisionRow.select(FaqRevisionRow.faq_id).distinct())}


def asked(database: Database) -> dict[str, int]:
    """Return the number of the oldest FAQ by question key."""
    newest_first = FaqRow.select(FaqRow.question_key, FaqRow.number).order_by(FaqRow.number.desc())
    return dict(database.rows(newest_first))


def insert_all(database: Database, faqs: Sequence[FaqToInsert], actor: str, at: datetime) -> tuple[int, int]:
    """Store at least one FAQ with its first revision, and return the first and the last number."""
    # One statement for all rows: the text indexes are flushed at the end of each.
    database.sql(f"CREATE TEMP TABLE staged_faqs (place BIGINT PRIMARY KEY, {_COLUMNS.replace(',', ' TEXT,')} TEXT)")
    database.fill("staged_faqs", f"place, {_COLUMNS}", ((place, *faq) for place, faq in enumerate(faqs, start=1)))
    database.sql(f"INSERT INTO faqs ({_COLUMNS}) SELECT {_COLUMNS} FROM staged_faqs ORDER BY place")
    database.sql(
        "INSERT INTO faq_revisions (faq_id, revision, question, answer, category, changed_by, changed_at) "
        "SELECT id, 1, question, answer, category, ?, ? FROM staged_faqs ORDER BY place",
        (actor, to_text(at)),
    )
    database.sql("DROP TABLE staged_faqs")
    last = int(database.sql("SELECT max(number) FROM faqs")[0][0])
    return last - len(faqs) + 1, last
