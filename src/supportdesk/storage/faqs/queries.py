"""Queries on FAQs: find, save, page through; and on their revisions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from peewee import Case, Expression, fn

from supportdesk.domain.faq import Category, Faq, FaqQuery, NewFaq, Revision, question_key
from supportdesk.domain.index_text import index_form
from supportdesk.domain.moment import to_text
from supportdesk.domain.page import Count, RowKey, Seek
from supportdesk.domain.reference import Reference
from supportdesk.storage import rows
from supportdesk.storage.database import Database
from supportdesk.storage.faqs import rows as faq_rows
from supportdesk.storage.faqs.tables import FaqCountRow, FaqRevisionRow, FaqRow
from supportdesk.storage.references import named

if TYPE_CHECKING:
    from peewee import ModelSelect

    Select = ModelSelect[Any]


def insert(database: Database, faq_id: str, new: NewFaq, actor: str, at: datetime) -> int:
    """Store a new FAQ and its first revision, and return its number."""
    number = database.insert(
        FaqRow.insert(
            id=faq_id,
            question=new.question,
            answer=new.answer,
            category=new.category,
            created_at=to_text(at),
            updated_at=to_text(at),
            version=1,
            reads=0,
            helpful=0,
            unhelpful=0,
            question_key=question_key(new.question),
            indexed_question=index_form(new.question),
            indexed_answer=index_form(new.answer),
        )
    )
    _add_revision(database, faq_id, 1, new, actor, at)
    return number


def update(database: Database, faq: Faq, new: NewFaq, actor: str, at: datetime) -> bool:
    """Save an FAQ and its revision if its version is unchanged; return whether it was."""
    saved = database.execute(
        FaqRow.update(
            question=new.question,
            answer=new.answer,
            category=new.category,
            updated_at=to_text(at),
            version=FaqRow.version + 1,
            question_key=question_key(new.question),
            indexed_question=index_form(new.question),
            indexed_answer=index_form(new.answer),
        ).where((FaqRow.number == faq.number) & (FaqRow.version == faq.version))
    )
    if saved:
        _add_revision(database, faq.id, faq.version + 1, new, actor, at)
    return bool(saved)


def delete(database: Database, number: int) -> None:
    """Delete an FAQ; its revisions and wordings stay for undo."""
    database.execute(FaqRow.delete().where(FaqRow.number == number))


def put_back(database: Database, faq: Faq) -> None:
    """Store a deleted FAQ again, unchanged."""
    database.execute(
        FaqRow.insert(
            number=faq.number,
            id=faq.id,
            question=faq.question,
            answer=faq.answer,
            category=faq.category,
            created_at=to_text(faq.created_at),
            updated_at=to_text(faq.updated_at),
            version=faq.version,
            reads=faq.reads,
            helpful=faq.helpful,
            unhelpful=faq.unhelpful,
            question_key=question_key(faq.question),
            indexed_question=index_form(faq.question),
            indexed_answer=index_form(faq.answer),
        )
    )


def add_up(database: Database, number: int, *, reads: int = 0, helpful: int = 0, unhelpful: int = 0) -> None:
    """Add to the counters of an FAQ, never below zero."""
    database.execute(
        FaqRow.update(
            reads=_at_least_zero(FaqRow.reads + reads),
            helpful=_at_least_zero(FaqRow.helpful + helpful),
            unhelpful=_at_least_zero(FaqRow.unhelpful + unhelpful),
        ).where(FaqRow.number == number)
    )


def find(database: Database, reference: Reference, limit: int = 5) -> list[Faq]:
    """Return the FAQs that a reference matches, at most `limit`, by number."""
    here = named(FaqRow.number, FaqRow.id, reference)
    query = FaqRow.select(*faq_rows.FAQ_COLUMNS).where(here).order_by(FaqRow.number).limit(limit)
    return rows.read(database.rows(query), faq_rows.faq)


def by_numbers(database: Database, numbers: Sequence[int]) -> dict[int, Faq]:
    """Return the existing FAQs among these numbers."""
    query = FaqRow.select(*faq_rows.FAQ_COLUMNS).where(FaqRow.number << list(numbers))
    return {faq.number: faq for faq in rows.read(database.rows(query), faq_rows.faq)}


def asking(database: Database, question: str, but: int = 0) -> Faq | None:
    """Return the oldest FAQ with the same question, except number `but`."""
    query = (
        FaqRow.select(*faq_rows.FAQ_COLUMNS)
        .where((FaqRow.question_key == question_key(question)) & (FaqRow.number != but))
        .order_by(FaqRow.number)
        .limit(1)
    )
    found = rows.read(database.rows(query), faq_rows.faq)
    return found[0] if found else None


def page(database: Database, query: FaqQuery, seek: Seek, limit: int) -> list[Faq]:
    """Return up to `limit` FAQs, in list order."""
    select = _filtered(FaqRow.select(*faq_rows.FAQ_COLUMNS), query).limit(limit)
    if seek.key is not None:
        select = select.where(_beside(seek.key, before=seek.backwards))
    select = select.order_by(FaqRow.number.asc() if seek.backwards else FaqRow.number.desc())
    found = rows.read(database.rows(select.offset(seek.skip) if seek.skip else select), faq_rows.faq)
    return found[::-1] if seek.backwards else found


def position(database: Database, query: FaqQuery, key: RowKey) -> int:
    """Return the number of rows before a key."""
    # Of every category rather than of any: the index on categories answers it without reading a text.
    wanted = list(Category) if query.category is None else [query.category]
    select = FaqRow.select(fn.COUNT(FaqRow.number)).where(FaqRow.category << wanted)
    return int(database.rows(select.where(_beside(key, before=True)))[0][0])


def count(database: Database, query: FaqQuery) -> Count:
    """Return the number of FAQs in a list, from stored sums."""
    sums = categories(database)
    return Count(sum(sums.values()) if query.category is None else sums[query.category])


def categories(database: Database) -> dict[Category, int]:
    """Return the number of FAQs by category."""
    sums: dict[str, int] = dict(database.rows(FaqCountRow.select(FaqCountRow.category, FaqCountRow.faqs)))
    return {category: sums.get(category, 0) for category in Category}


def revisions(database: Database, faq_id: str) -> list[Revision]:
    """Return the revisions of an FAQ, oldest first."""
    query = (
        FaqRevisionRow.select(*faq_rows.REVISION_COLUMNS)
        .where(FaqRevisionRow.faq_id == faq_id)
        .order_by(FaqRevisionRow.revision)
    )
    return rows.read(database.rows(query), faq_rows.revision)


def _add_revision(database: Database, faq_id: str, revision: int, new: NewFaq, actor: str, at: datetime) -> None:
    database.execute(
        FaqRevisionRow.insert(
            faq_id=faq_id,
            revision=revision,
            question=new.question,
            answer=new.answer,
            category=new.category,
            changed_by=actor,
            changed_at=to_text(at),
        )
    )


def _at_least_zero(number: Expression) -> Case:
    return Case(None, [(number < 0, 0)], number)


def _filtered(select: Select, query: FaqQuery) -> Select:
    return select if query.category is None else select.where(FaqRow.category == query.category)


def _beside(key: RowKey, *, before: bool) -> Expression:
    return FaqRow.number > key[0] if before else FaqRow.number < key[0]
