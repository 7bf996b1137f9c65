"""What SQLite keeps for FAQs: tables, search index and counts; and that long lists are read through indexes."""

import re

import pytest

from supportdesk.domain.errors import Unavailable
from supportdesk.domain.faq import Category, FaqQuery, NewFaq
from supportdesk.domain.moment import now
from supportdesk.domain.page import START, Seek
from supportdesk.domain.reference import Reference
from supportdesk.storage import journal
from supportdesk.storage.faqs import gaps as faq_gaps
from supportdesk.storage.faqs import queries as faqs
from supportdesk.storage.faqs.tables import (
    FaqCountRow,
    FaqIgnoredRow,
    FaqRevisionRow,
    FaqRow,
    FaqSearchRow,
    FaqWordingRow,
)
from supportdesk.storage.sqlite import faq_index

pytestmark = pytest.mark.sqlite


@pytest.mark.parametrize("model", [FaqRow, FaqCountRow, FaqRevisionRow, FaqWordingRow, FaqSearchRow, FaqIgnoredRow])
def test_the_models_have_the_columns_of_the_tables(database, model):
    columns = database.sql(f"PRAGMA table_xinfo({model._meta.table_name})")
    assert list(model._meta.columns) == [name for _, name, *_ in columns]


def test_queries_are_split_as_the_index_splits_texts(database):
    schema = dict(database.sql("SELECT name, sql FROM sqlite_master WHERE name IN ('faqs_text', 'faqs_words')"))
    tokenizers = {name: re.search('tokenize = "(.*)"', sql)[1] for name, sql in schema.items()}
    assert tokenizers == {"faqs_text": faq_index.STEMMED, "faqs_words": faq_index.PLAIN}


def test_the_index_follows_every_change(database):
    number = faqs.insert(database, "index", NewFaq("ask red", "tell blue", Category.BILLING), "ann", now())

    def terms(table):
        return {term for (term,) in database.sql(f"SELECT term FROM {table}_terms")}

    for table in ("faqs_text", "faqs_words"):
        assert {"ask", "red", "tell", "blue"} <= terms(table)
    faqs.update(database, faqs.by_numbers(database, [number])[number], NewFaq("ask green", "tell blue"), "ann", now())
    for table in ("faqs_text", "faqs_words"):
        assert "green" in terms(table)
        assert not {"red", "bill", "billing"} & terms(table)
    faqs.delete(database, number)
    for table in ("faqs_text", "faqs_words"):
        assert terms(table) == set()
        database.sql(f"INSERT INTO {table} ({table}) VALUES ('integrity-check')")


def test_a_category_that_nobody_knows_is_refused(database):
    with pytest.raises(Unavailable):
        faqs.insert(database, "x", NewFaq("q", "a", "sport"), "ann", now())


@pytest.mark.parametrize(
    ("read", "plan"),
    [
        (lambda db: faqs.page(db, FaqQuery(), Seek((9,)), 5), r"SEARCH t1 USING INTEGER PRIMARY KEY \(rowid<\?\)"),
        (lambda db: faqs.page(db, FaqQuery(Category.BILLING), START, 5), r"USING INDEX faqs_category \(category=\?\)"),
        (lambda db: faqs.position(db, FaqQuery(), (9,)), "USING COVERING INDEX faqs_category .category=. AND rowid>."),
        (lambda db: faqs.asking(db, "how"), "USING INDEX faqs_question"),
        (lambda db: faq_gaps.most_read(db, 5), "USING INDEX faqs_reads"),
        (lambda db: faq_gaps.least_read(db, 5), "USING INDEX faqs_reads"),
        (lambda db: faq_gaps.most_helpful(db, 5), "USING INDEX faqs_votes"),
        (lambda db: faq_gaps.least_helpful(db, 5), "USING INDEX faqs_votes"),
        (lambda db: journal.deletion(db, "faq.deleted", Reference("3", number=3)), "INDEX journal_deleted_faqs"),
    ],
)
def test_a_long_list_is_read_through_an_index(database, monkeypatch, read, plan):
    statements = []
    rows = type(database).rows

    def noted(self, query):
        statements.append(query.sql())
        return rows(self, query)

    monkeypatch.setattr(type(database), "rows", noted)
    read(database)
    ((statement, values),) = statements
    steps = " / ".join(row[3] for row in database.sql(f"EXPLAIN QUERY PLAN {statement}", values))
    assert re.search(plan, steps), steps
    assert "TEMP B-TREE FOR ORDER BY" not in steps
