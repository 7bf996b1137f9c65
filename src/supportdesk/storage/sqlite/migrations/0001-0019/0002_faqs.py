"""FAQs with their revisions, their search index, what was learned and what is missing.

Numbers are never given twice, so that a deleted FAQ can be brought back under its own; its revisions and wordings
wait for it under its id. Everything that search reads is kept by triggers, in the transaction of the FAQ.

Both indexes split words and fold case and accents the same way, so their words stand at the same places. Marks belong
to words (`M*`): without them, FTS5 takes the vowels of Hindi or Thai for white space. The stemmed one holds
its own copy of the text: a few megabytes at 10,000 FAQs, for which an edit needs none of the old values. Of the
one that keeps words as they are written, only the vocabulary is read: to complete a word and to correct one, which
stems cannot do ("configuratoin" stems to itself, far from "configur"). Categories are in neither: a "generator" would
be found wherever the category is "general".
"""

import sqlite3

STATEMENTS = """
CREATE TABLE faqs (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    question TEXT NOT NULL,
    answer TEXT NOT NULL,
    category TEXT NOT NULL DEFAULT 'general' CHECK (category IN ('general', 'account', 'technical', 'billing')),
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    reads INTEGER NOT NULL DEFAULT 0,
    helpful INTEGER NOT NULL DEFAULT 0,
    unhelpful INTEGER NOT NULL DEFAULT 0,
    question_key TEXT NOT NULL
) STRICT;
CREATE INDEX faqs_category ON faqs (category);
CREATE INDEX faqs_question ON faqs (question_key);
CREATE INDEX faqs_reads ON faqs (reads);
CREATE INDEX faqs_votes ON faqs (helpful - unhelpful);

CREATE TABLE faq_counts (
    category TEXT PRIMARY KEY,
    faqs INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE faq_revisions (
    faq_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    question TEXT NOT NULL,
    answer TEXT NOT NULL,
    category TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    PRIMARY KEY (faq_id, revision)
) STRICT;

CREATE TABLE faq_wordings (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    faq_id TEXT NOT NULL,
    text TEXT NOT NULL,
    kept_at TEXT NOT NULL
) STRICT;
CREATE INDEX faq_wordings_faq ON faq_wordings (faq_id);

CREATE TABLE faq_searches (
    text TEXT PRIMARY KEY,
    times INTEGER NOT NULL,
    last_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX faq_searches_age ON faq_searches (last_at);

CREATE TABLE faq_ignored (
    faq_id TEXT PRIMARY KEY,
    times INTEGER NOT NULL,
    last_text TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX journal_deleted_faqs ON journal (number) WHERE kind = 'faq.deleted';

CREATE VIRTUAL TABLE faqs_text USING fts5(
    question, answer, wordings,
    tokenize = "porter unicode61 remove_diacritics 2 categories 'L* N* Co M*'"
);
CREATE VIRTUAL TABLE faqs_text_terms USING fts5vocab(faqs_text, row);
CREATE VIRTUAL TABLE faqs_text_places USING fts5vocab(faqs_text, instance);
CREATE VIRTUAL TABLE faqs_words USING fts5(
    text, content = '', detail = none, tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co M*'"
);
CREATE VIRTUAL TABLE faqs_words_terms USING fts5vocab(faqs_words, row);

CREATE TRIGGER faqs_inserted AFTER INSERT ON faqs BEGIN
    INSERT INTO faqs_text (rowid, question, answer, wordings)
    VALUES (new.number, new.question, new.answer, coalesce(
        (SELECT group_concat(text, char(10)) FROM faq_wordings WHERE faq_id = new.id), ''
    ));
    INSERT INTO faqs_words (rowid, text) VALUES (new.number, new.question || ' ' || new.answer);
    INSERT INTO faq_counts (category, faqs) VALUES (new.category, 1) ON CONFLICT DO UPDATE SET faqs = faqs + 1;
END;
CREATE TRIGGER faqs_deleted AFTER DELETE ON faqs BEGIN
    DELETE FROM faqs_text WHERE rowid = old.number;
    INSERT INTO faqs_words (faqs_words, rowid, text)
    VALUES ('delete', old.number, old.question || ' ' || old.answer);
    UPDATE faq_counts SET faqs = faqs - 1 WHERE category = old.category;
END;
CREATE TRIGGER faqs_reworded AFTER UPDATE OF question, answer, category ON faqs BEGIN
    UPDATE faqs_text SET question = new.question, answer = new.answer WHERE rowid = new.number;
    INSERT INTO faqs_words (faqs_words, rowid, text)
    VALUES ('delete', old.number, old.question || ' ' || old.answer);
    INSERT INTO faqs_words (rowid, text) VALUES (new.number, new.question || ' ' || new.answer);
    UPDATE faq_counts SET faqs = faqs - 1 WHERE category = old.category;
    INSERT INTO faq_counts (category, faqs) VALUES (new.category, 1) ON CONFLICT DO UPDATE SET faqs = faqs + 1;
END;
CREATE TRIGGER faq_wordings_kept AFTER INSERT ON faq_wordings BEGIN
    UPDATE faqs_text SET wordings = (SELECT group_concat(text, char(10)) FROM faq_wordings WHERE faq_id = new.faq_id)
    WHERE rowid = (SELECT number FROM faqs WHERE id = new.faq_id);
END;
CREATE TRIGGER faq_wordings_forgotten AFTER DELETE ON faq_wordings BEGIN
    UPDATE faqs_text SET wordings = coalesce(
        (SELECT group_concat(text, char(10)) FROM faq_wordings WHERE faq_id = old.faq_id), ''
    )
    WHERE rowid = (SELECT number FROM faqs WHERE id = old.faq_id);
END;
"""


def up(migrator, db):  # type: ignore[no-untyped-def]
    statement = ""
    for line in STATEMENTS.splitlines(keepends=True):
        statement += line
        # A trigger's body holds semicolons of its own; SQLite knows where it ends.
        if sqlite3.complete_statement(statement):
            db.execute_sql(statement)
            statement = ""
