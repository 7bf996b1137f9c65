"""Queries on requesters' wordings of FAQ questions."""

from __future__ import annotations

from datetime import datetime

from supportdesk.domain.faq import Wording
from supportdesk.domain.index_text import index_form
from supportdesk.domain.moment import to_text
from supportdesk.storage import rows
from supportdesk.storage.database import Database
from supportdesk.storage.faqs import rows as faq_rows
from supportdesk.storage.faqs.tables import FaqWordingRow


def of_faq(database: Database, faq_id: str) -> list[Wording]:
    """Return the stored wordings of an FAQ, newest first."""
    query = (
        FaqWordingRow.select(*faq_rows.WORDING_COLUMNS)
        .where(FaqWordingRow.faq_id == faq_id)
        .order_by(FaqWordingRow.number.desc())
    )
    return rows.read(database.rows(query), faq_rows.wording)


def add(database: Database, faq_id: str, text: str, at: datetime) -> int:
    """Store a wording, and return its number."""
    new = FaqWordingRow.insert(faq_id=faq_id, text=text, kept_at=to_text(at), indexed_text=index_form(text))
    return database.insert(new)


def put_back(database: Database, wording: Wording) -> None:
    """Store a removed wording again under its number."""
    database.execute(
        FaqWordingRow.insert(
            number=wording.number,
            faq_id=wording.faq_id,
            text=wording.text,
            kept_at=to_text(wording.kept_at),
            indexed_text=index_form(wording.text),
        ).on_conflict_ignore()
    )


def remove(database: Database, number: int) -> None:
    """Delete a wording if it exists."""
    database.execute(FaqWordingRow.delete().where(FaqWordingRow.number == number))
