"""Rows of FAQs to domain objects; untrusted like all rows."""

from __future__ import annotations

from supportdesk.domain.faq import Category, Faq, MissedSearch, Revision, Wording
from supportdesk.domain.moment import from_text
from supportdesk.domain.text import clean_body, clean_line
from supportdesk.storage.faqs.tables import FaqRevisionRow, FaqRow, FaqSearchRow, FaqWordingRow
from supportdesk.storage.rows import by_name

FAQ_COLUMNS = (
    FaqRow.number,
    FaqRow.id,
    FaqRow.question,
    FaqRow.answer,
    FaqRow.category,
    FaqRow.created_at,
    FaqRow.updated_at,
    FaqRow.version,
    FaqRow.reads,
    FaqRow.helpful,
    FaqRow.unhelpful,
)
REVISION_COLUMNS = (
    FaqRevisionRow.revision,
    FaqRevisionRow.faq_id,
    FaqRevisionRow.question,
    FaqRevisionRow.answer,
    FaqRevisionRow.category,
    FaqRevisionRow.changed_by,
    FaqRevisionRow.changed_at,
)
WORDING_COLUMNS = (FaqWordingRow.number, FaqWordingRow.faq_id, FaqWordingRow.text, FaqWordingRow.kept_at)
SEARCH_COLUMNS = (FaqSearchRow.text, FaqSearchRow.times, FaqSearchRow.last_at)


@by_name(FAQ_COLUMNS, category=Category.GENERAL)
def faq(
    number: int,
    id: str,  # noqa: A002
    question: str,
    answer: str,
    category: str,
    created_at: str,
    updated_at: str,
    version: int,
    reads: int,
    helpful: int,
    unhelpful: int,
) -> Faq:
    """Return a `Faq` from `FAQ_COLUMNS`."""
    return Faq(
        number=number,
        id=clean_line(id),
        question=clean_line(question),
        answer=clean_body(answer),
        category=Category(category),
        created_at=from_text(created_at),
        updated_at=from_text(updated_at),
        version=version,
        reads=reads,
        helpful=helpful,
        unhelpful=unhelpful,
    )


@by_name(REVISION_COLUMNS, category=Category.GENERAL)
def revision(
    revision: int, faq_id: str, question: str, answer: str, category: str, changed_by: str, changed_at: str
) -> Revision:
    """Return a `Revision` from `REVISION_COLUMNS`."""
    return Revision(
        revision=revision,
        faq_id=clean_line(faq_id),
        question=clean_line(question),
        answer=clean_body(answer),
        category=Category(category),
        changed_by=clean_line(changed_by),
        changed_at=from_text(changed_at),
    )


@by_name(WORDING_COLUMNS)
def wording(number: int, faq_id: str, text: str, kept_at: str) -> Wording:
    """Return a `Wording` from `WORDING_COLUMNS`."""
    return Wording(number=number, faq_id=clean_line(faq_id), text=clean_line(text), kept_at=from_text(kept_at))


@by_name(SEARCH_COLUMNS)
def missed_search(text: str, times: int, last_at: str) -> MissedSearch:
    """Return a `MissedSearch` from `SEARCH_COLUMNS`."""
    return MissedSearch(text=clean_line(text), times=times, last_at=from_text(last_at))
