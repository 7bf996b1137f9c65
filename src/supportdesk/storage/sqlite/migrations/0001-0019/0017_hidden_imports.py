"""Tickets that an import has stored and not published yet: hidden like deleted ones, in no count.

They have a time of deletion that no clock shows. An import that was killed is known by its process, or by the time it
was last seen.
"""

import sqlite3

HIDDEN = "9998-12-31T00:00:00.000Z"

STATEMENTS = f"""
ALTER TABLE tickets ADD COLUMN import_id TEXT;
CREATE TABLE running_imports (
    import_id TEXT PRIMARY KEY,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    seen_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
DROP TRIGGER tickets_inserted;
DROP TRIGGER tickets_deleted;
DROP TRIGGER tickets_moved;
CREATE TRIGGER tickets_inserted AFTER INSERT ON tickets BEGIN
    INSERT INTO tickets_text (rowid, title, description, contact_email)
    VALUES (new.number, coalesce(new.indexed_title, new.title), coalesce(new.indexed_description, new.description),
        new.contact_email);
    INSERT INTO ticket_counts (status, priority, tickets) SELECT new.status, new.priority, 1
    WHERE new.deleted_at IS NULL
    ON CONFLICT DO UPDATE SET tickets = tickets + 1;
END;
CREATE TRIGGER tickets_deleted AFTER DELETE ON tickets BEGIN
    INSERT INTO tickets_text (tickets_text, rowid, title, description, contact_email)
    VALUES ('delete', old.number, coalesce(old.indexed_title, old.title),
        coalesce(old.indexed_description, old.description), old.contact_email);
    UPDATE ticket_counts SET tickets = tickets - 1
    WHERE status = old.status AND priority = old.priority AND old.deleted_at IS NULL;
END;
CREATE TRIGGER tickets_moved AFTER UPDATE OF status, priority, deleted_at ON tickets
WHEN old.deleted_at IS NULL OR old.deleted_at <> '{HIDDEN}' BEGIN
    UPDATE ticket_counts SET tickets = tickets - 1
    WHERE status = old.status AND priority = old.priority AND old.deleted_at IS NULL;
    INSERT INTO ticket_counts (status, priority, tickets) SELECT new.status, new.priority, 1
    WHERE new.deleted_at IS NULL
    ON CONFLICT DO UPDATE SET tickets = tickets + 1;
END;
"""


def up(migrator, db):  # type: ignore[no-untyped-def]
    """Hide what is not published; statements are run one by one, since a script would end the transaction."""
    statement = ""
    for line in STATEMENTS.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            db.execute_sql(statement)
            statement = ""
