"""Gaps of the FAQs: searches without hits, rejected suggestions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from peewee import Expression, Ordering, fn

from supportdesk.domain.faq import Faq, MissedSearch
from supportdesk.domain.moment import to_text
from supportdesk.domain.text import clean_line
from supportdesk.storage import rows
from supportdesk.storage.database import Database
from supportdesk.storage.faqs import rows as faq_rows
from supportdesk.storage.faqs.tables import FaqIgnoredRow, FaqRow, FaqSearchRow

SEARCHES_KEPT = 1_000
VOTES = FaqRow.helpful - FaqRow.unhelpful


def add_search(database: Database, text: str, at: datetime) -> None:
    """Count a search without hits; above the limit, the oldest one is deleted."""
    database.execute(
        FaqSearchRow.insert(text=text, times=1, last_at=to_text(at)).on_conflict(
            conflict_target=[FaqSearchRow.text],
            update={FaqSearchRow.times: FaqSearchRow.times + 1, FaqSearchRow.last_at: to_text(at)},
        )
    )
    if int(database.rows(FaqSearchRow.select(fn.COUNT(FaqSearchRow.text)))[0][0]) > SEARCHES_KEPT:
        oldest = FaqSearchRow.select(FaqSearchRow.text).order_by(FaqSearchRow.last_at).limit(1)
        database.execute(FaqSearchRow.delete().where(FaqSearchRow.text << oldest))


def has_search(database: Database, text: str) -> bool:
    """Return whether a search without hits is stored."""
    return bool(database.rows(FaqSearchRow.select(FaqSearchRow.text).where(FaqSearchRow.text == text)))


def remove_search(database: Database, text: str) -> None:
    """Delete a stored search that has hits now."""
    database.execute(FaqSearchRow.delete().where(FaqSearchRow.text == text))


def searches(database: Database, limit: int) -> list[MissedSearch]:
    """Return searches without hits, the most frequent first."""
    query = (
        FaqSearchRow.select(*faq_rows.SEARCH_COLUMNS)
        .order_by(FaqSearchRow.times.desc(), FaqSearchRow.last_at.desc())
        .limit(limit)
    )
    return rows.read(database.rows(query), faq_rows.missed_search)


def add_ignored(database: Database, faq_id: str, text: str) -> None:
    """Count a rejected suggestion of an FAQ with its text."""
    database.execute(
        FaqIgnoredRow.insert(faq_id=faq_id, times=1, last_text=text).on_conflict(
            conflict_target=[FaqIgnoredRow.faq_id],
            update={FaqIgnoredRow.times: FaqIgnoredRow.times + 1, FaqIgnoredRow.last_text: text},
        )
    )


def ignored(database: Database, limit: int) -> tuple[list[tuple[Faq, int]], Mapping[int, str]]:
    """Return the FAQs whose suggestions were rejected most often, and the last text of each by number."""
    query = (
        FaqIgnoredRow.select(FaqIgnoredRow.times, FaqIgnoredRow.last_text, *faq_rows.FAQ_COLUMNS)
        .join(FaqRow, on=FaqRow.id == FaqIgnoredRow.faq_id)
        .order_by(FaqIgnoredRow.times.desc(), FaqRow.number)
        .limit(limit)
    )
    found = [(rows.read_one(row[2:], faq_rows.faq), row[0], clean_line(row[1])) for row in database.rows(query)]
    return [(faq, times) for faq, times, _ in found], {faq.number: text for faq, _, text in found}


def most_read(database: Database, limit: int) -> list[Faq]:
    """Return the FAQs opened most often, without those never opened."""
    return _first(database, FaqRow.reads > 0, FaqRow.reads.desc(), limit)


def least_read(database: Database, limit: int) -> list[Faq]:
    """Return the FAQs opened least often, oldest first."""
    return _first(database, FaqRow.reads >= 0, FaqRow.reads.asc(), limit)


def most_helpful(database: Database, limit: int) -> list[Faq]:
    """Return the FAQs with the highest positive vote balance."""
    return _first(database, VOTES > 0, VOTES.desc(), limit)


def least_helpful(database: Database, limit: int) -> list[Faq]:
    """Return the FAQs with the lowest negative vote balance."""
    return _first(database, VOTES < 0, VOTES.asc(), limit)


def _first(database: Database, condition: Expression, order: Ordering, limit: int) -> list[Faq]:
    query = FaqRow.select(*faq_rows.FAQ_COLUMNS).where(condition).order_by(order, FaqRow.number).limit(limit)
    return rows.read(database.rows(query), faq_rows.faq)
