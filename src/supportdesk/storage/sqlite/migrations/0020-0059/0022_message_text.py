"""Messages in the text index: what was said in a ticket and in those merged into it is in the row of the ticket.

Notes have an index of their own. A message is `pending` until it is indexed, which is done before the next search;
`indexed` is the number of the ticket whose row has its words. The view `tickets_said` is what the index was given.
"""

import sqlite3

from supportdesk.domain.index_text import index_form

_ROW = "rowid, title, description, contact_email"
_SAID = "number, title, description, contact_email FROM tickets_said WHERE number IN"
# A private-use character is a word that nobody searches for: phrases do not match across two messages.
_BORDER = "' ' || char(57471) || ' '"

STATEMENTS = f"""
ALTER TABLE messages ADD COLUMN indexed_content TEXT;
ALTER TABLE messages ADD COLUMN indexed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN pending INTEGER NOT NULL DEFAULT 1;
UPDATE messages SET indexed_content = index_form(content) WHERE index_form(content) IS NOT NULL;
CREATE INDEX messages_pending ON messages (seq) WHERE pending = 1;
CREATE INDEX messages_indexed ON messages (indexed, seq) WHERE indexed > 0;

CREATE VIEW tickets_said AS SELECT
    number,
    coalesce(indexed_title, title) AS title,
    coalesce(indexed_description, description)
    || coalesce((
        SELECT group_concat({_BORDER} || coalesce(merged.indexed_title, merged.title)
            || {_BORDER} || coalesce(merged.indexed_description, merged.description), '')
        FROM tickets AS merged WHERE merged.merged_into = tickets.number
    ), '')
    || coalesce((
        SELECT group_concat({_BORDER} || coalesce(messages.indexed_content, messages.content), '')
        FROM messages WHERE messages.indexed = tickets.number AND messages.indexed > 0
    ), '') AS description,
    contact_email
FROM tickets;

DROP TRIGGER tickets_deleted;
CREATE TRIGGER tickets_deleted BEFORE DELETE ON tickets BEGIN
    INSERT INTO tickets_text (tickets_text, {_ROW}) SELECT 'delete', {_SAID} (old.number);
    UPDATE ticket_counts SET tickets = tickets - 1
    WHERE status = old.status AND priority = old.priority AND old.deleted_at IS NULL;
END;
DROP TRIGGER tickets_reworded;
CREATE TRIGGER tickets_rewording
BEFORE UPDATE OF title, description, contact_email, indexed_title, indexed_description ON tickets BEGIN
    INSERT INTO tickets_text (tickets_text, {_ROW}) SELECT 'delete', {_SAID} (old.number, old.merged_into);
END;
CREATE TRIGGER tickets_reworded
AFTER UPDATE OF title, description, contact_email, indexed_title, indexed_description ON tickets BEGIN
    INSERT INTO tickets_text ({_ROW}) SELECT {_SAID} (new.number, new.merged_into);
END;
CREATE TRIGGER tickets_merging BEFORE UPDATE OF merged_into ON tickets BEGIN
    INSERT INTO tickets_text (tickets_text, {_ROW}) SELECT 'delete', {_SAID} (old.merged_into, new.merged_into);
END;
CREATE TRIGGER tickets_merged AFTER UPDATE OF merged_into ON tickets BEGIN
    INSERT INTO tickets_text ({_ROW}) SELECT {_SAID} (old.merged_into, new.merged_into);
    UPDATE messages SET pending = 1 WHERE ticket_id = new.id;
    UPDATE messages SET pending = 1 WHERE indexed > 0 AND indexed IN (old.number, old.merged_into, new.merged_into);
END;

CREATE TRIGGER messages_rewording BEFORE UPDATE OF content, indexed_content ON messages WHEN old.indexed > 0 BEGIN
    INSERT INTO tickets_text (tickets_text, {_ROW}) SELECT 'delete', {_SAID} (old.indexed);
END;
CREATE TRIGGER messages_reworded AFTER UPDATE OF content, indexed_content ON messages WHEN old.indexed > 0 BEGIN
    INSERT INTO tickets_text ({_ROW}) SELECT {_SAID} (old.indexed);
END;
CREATE TRIGGER messages_moved AFTER UPDATE OF removed_at, ticket_id ON messages BEGIN
    UPDATE messages SET pending = 1 WHERE seq = new.seq;
END;

CREATE VIRTUAL TABLE notes_text USING fts5(
    content, content = 'messages', content_rowid = 'seq', tokenize = 'porter unicode61 remove_diacritics 2'
);
INSERT INTO notes_text (rowid, content)
SELECT seq, coalesce(indexed_content, content) FROM messages WHERE kind = 'note' AND removed_at IS NULL;
CREATE TRIGGER notes_added AFTER INSERT ON messages WHEN new.kind = 'note' AND new.removed_at IS NULL BEGIN
    INSERT INTO notes_text (rowid, content) VALUES (new.seq, coalesce(new.indexed_content, new.content));
END;
CREATE TRIGGER notes_changed AFTER UPDATE OF content, indexed_content, removed_at ON messages
WHEN new.kind = 'note' BEGIN
    INSERT INTO notes_text (notes_text, rowid, content)
    SELECT 'delete', old.seq, coalesce(old.indexed_content, old.content) WHERE old.removed_at IS NULL;
    INSERT INTO notes_text (rowid, content)
    SELECT new.seq, coalesce(new.indexed_content, new.content) WHERE new.removed_at IS NULL;
END;
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
