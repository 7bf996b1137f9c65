"""Forms of texts that are indexed instead of the texts: names with symbols, scripts without spaces.

NULL where a text is indexed as it is, so that most rows take no more room, and another program that changes a text
keeps the index whole. Only rows whose form differs are indexed again.
"""

import sqlite3

from supportdesk.domain.index_text import index_form

STATEMENTS = """
ALTER TABLE tickets ADD COLUMN indexed_title TEXT;
ALTER TABLE tickets ADD COLUMN indexed_description TEXT;
DROP TRIGGER tickets_inserted;
DROP TRIGGER tickets_deleted;
DROP TRIGGER tickets_reworded;
CREATE TRIGGER tickets_inserted AFTER INSERT ON tickets BEGIN
    INSERT INTO tickets_text (rowid, title, description, contact_email)
    VALUES (new.number, coalesce(new.indexed_title, new.title), coalesce(new.indexed_description, new.description),
        new.contact_email);
    INSERT INTO ticket_counts (status, priority, tickets) VALUES (new.status, new.priority, 1)
    ON CONFLICT DO UPDATE SET tickets = tickets + 1;
END;
CREATE TRIGGER tickets_deleted AFTER DELETE ON tickets BEGIN
    INSERT INTO tickets_text (tickets_text, rowid, title, description, contact_email)
    VALUES ('delete', old.number, coalesce(old.indexed_title, old.title),
        coalesce(old.indexed_description, old.description), old.contact_email);
    UPDATE ticket_counts SET tickets = tickets - 1 WHERE status = old.status AND priority = old.priority;
END;
CREATE TRIGGER tickets_reworded
AFTER UPDATE OF title, description, contact_email, indexed_title, indexed_description ON tickets BEGIN
    INSERT INTO tickets_text (tickets_text, rowid, title, description, contact_email)
    VALUES ('delete', old.number, coalesce(old.indexed_title, old.title),
        coalesce(old.indexed_description, old.description), old.contact_email);
    INSERT INTO tickets_text (rowid, title, description, contact_email)
    VALUES (new.number, coalesce(new.indexed_title, new.title), coalesce(new.indexed_description, new.description),
        new.contact_email);
END;
UPDATE tickets SET indexed_title = index_form(title), indexed_description = index_form(description)
WHERE index_form(title) IS NOT NULL OR index_form(description) IS NOT NULL;

ALTER TABLE faqs ADD COLUMN indexed_question TEXT;
ALTER TABLE faqs ADD COLUMN indexed_answer TEXT;
ALTER TABLE faq_wordings ADD COLUMN indexed_text TEXT;
DROP TRIGGER faqs_inserted;
DROP TRIGGER faqs_deleted;
DROP TRIGGER faqs_reworded;
DROP TRIGGER faq_wordings_kept;
DROP TRIGGER faq_wordings_forgotten;
CREATE TRIGGER faqs_inserted AFTER INSERT ON faqs BEGIN
    INSERT INTO faqs_text (rowid, question, answer, wordings)
    VALUES (new.number, coalesce(new.indexed_question, new.question), coalesce(new.indexed_answer, new.answer),
        coalesce(
            (SELECT group_concat(coalesce(indexed_text, text), char(10)) FROM faq_wordings WHERE faq_id = new.id), ''
        ));
    INSERT INTO faqs_words (rowid, text)
    VALUES (new.number,
        coalesce(new.indexed_question, new.question) || ' ' || coalesce(new.indexed_answer, new.answer));
    INSERT INTO faq_counts (category, faqs) VALUES (new.category, 1) ON CONFLICT DO UPDATE SET faqs = faqs + 1;
END;
CREATE TRIGGER faqs_deleted AFTER DELETE ON faqs BEGIN
    DELETE FROM faqs_text WHERE rowid = old.number;
    INSERT INTO faqs_words (faqs_words, rowid, text)
    VALUES ('delete', old.number,
        coalesce(old.indexed_question, old.question) || ' ' || coalesce(old.indexed_answer, old.answer));
    UPDATE faq_counts SET faqs = faqs - 1 WHERE category = old.category;
END;
CREATE TRIGGER faqs_reworded
AFTER UPDATE OF question, answer, category, indexed_question, indexed_answer ON faqs BEGIN
    UPDATE faqs_text SET question = coalesce(new.indexed_question, new.question),
        answer = coalesce(new.indexed_answer, new.answer)
    WHERE rowid = new.number;
    INSERT INTO faqs_words (faqs_words, rowid, text)
    VALUES ('delete', old.number,
        coalesce(old.indexed_question, old.question) || ' ' || coalesce(old.indexed_answer, old.answer));
    INSERT INTO faqs_words (rowid, text)
    VALUES (new.number,
        coalesce(new.indexed_question, new.question) || ' ' || coalesce(new.indexed_answer, new.answer));
    UPDATE faq_counts SET faqs = faqs - 1 WHERE category = old.category;
    INSERT INTO faq_counts (category, faqs) VALUES (new.category, 1) ON CONFLICT DO UPDATE SET faqs = faqs + 1;
END;
CREATE TRIGGER faq_wordings_kept AFTER INSERT ON faq_wordings BEGIN
    UPDATE faqs_text SET wordings = (
        SELECT group_concat(coalesce(indexed_text, text), char(10)) FROM faq_wordings WHERE faq_id = new.faq_id
    )
    WHERE rowid = (SELECT number FROM faqs WHERE id = new.faq_id);
END;
CREATE TRIGGER faq_wordings_forgotten AFTER DELETE ON faq_wordings BEGIN
    UPDATE faqs_text SET wordings = coalesce(
        (SELECT group_concat(coalesce(indexed_text, text), char(10)) FROM faq_wordings WHERE faq_id = old.faq_id), ''
    )
    WHERE rowid = (SELECT number FROM faqs WHERE id = old.faq_id);
END;
UPDATE faqs SET indexed_question = index_form(question), indexed_answer = index_form(answer)
WHERE index_form(question) IS NOT NULL OR index_form(answer) IS NOT NULL;
UPDATE faq_wordings SET indexed_text = index_form(text) WHERE index_form(text) IS NOT NULL;
UPDATE faqs_text SET wordings = (
    SELECT group_concat(coalesce(indexed_text, text), char(10)) FROM faq_wordings JOIN faqs ON faqs.id = faq_id
    WHERE faqs.number = faqs_text.rowid
)
WHERE rowid IN (
    SELECT faqs.number FROM faq_wordings JOIN faqs ON faqs.id = faq_id WHERE indexed_text IS NOT NULL
);

CREATE TEMP TABLE reindexed AS
SELECT seq, recipient_email, subject FROM notifications
WHERE index_form(subject) IS NOT NULL AND seq IN (SELECT id FROM notifications_text_docsize);
INSERT INTO notifications_text (notifications_text, rowid, recipient_email, subject)
SELECT 'delete', seq, recipient_email, subject FROM temp.reindexed;
INSERT INTO notifications_text (rowid, recipient_email, subject)
SELECT seq, recipient_email, index_form(subject) FROM temp.reindexed;
DROP TABLE temp.reindexed;
"""


def up(migrator, db):  # type: ignore[no-untyped-def]
    db.connection().create_function("index_form", 1, index_form, deterministic=True)
    statement = ""
    for line in STATEMENTS.splitlines(keepends=True):
        statement += line
        # A trigger's body holds semicolons of its own; SQLite knows where it ends.
        if sqlite3.complete_statement(statement):
            db.execute_sql(statement)
            statement = ""
