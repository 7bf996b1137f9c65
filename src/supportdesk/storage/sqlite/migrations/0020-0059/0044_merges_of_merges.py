"""The text of a ticket in the index has that of all that were merged into it, also by way of each other.

`ticket_families` has, as JSON arrays, the tickets that a ticket continues, and itself with those that continue it.
"""

import sqlite3

_ROW = "rowid, title, description, contact_email"
_SAID = "number, title, description, contact_email FROM tickets_said WHERE number IN"
_BORDER = "' ' || char(57471) || ' '"


def _continuing(number: str) -> str:
    return f"SELECT value FROM json_each((SELECT continuing FROM ticket_families WHERE number = {number}))"


_EDITED = f"({_continuing('old.number')})"
_MERGED = f"({_continuing('old.merged_into')} UNION {_continuing('new.merged_into')})"
_DEEP = """(
    SELECT merged_into FROM tickets AS middle WHERE merged_into IS NOT NULL
    AND EXISTS (SELECT 1 FROM tickets AS innermost WHERE innermost.merged_into = middle.number)
)"""

STATEMENTS = f"""
INSERT INTO tickets_text (tickets_text, {_ROW}) SELECT 'delete', {_SAID} {_DEEP};
DROP TRIGGER tickets_deleted;
DROP TRIGGER tickets_rewording;
DROP TRIGGER tickets_reworded;
DROP TRIGGER tickets_merging;
DROP TRIGGER tickets_merged;
DROP TRIGGER messages_rewording;
DROP TRIGGER messages_reworded;
DROP VIEW tickets_said;

CREATE VIEW ticket_families AS SELECT
    number,
    (
        WITH RECURSIVE merged (number) AS (
            SELECT each.number FROM tickets AS each WHERE each.merged_into = tickets.number
            UNION SELECT each.number FROM tickets AS each JOIN merged ON each.merged_into = merged.number
        )
        SELECT json_group_array(number) FROM merged WHERE number <> tickets.number
    ) AS merged,
    (
        WITH RECURSIVE continuing (number) AS (
            SELECT tickets.number
            UNION SELECT each.merged_into FROM tickets AS each JOIN continuing ON each.number = continuing.number
            WHERE each.merged_into IS NOT NULL
        )
        SELECT json_group_array(number) FROM continuing
    ) AS continuing
FROM tickets;

CREATE VIEW tickets_said AS SELECT
    number,
    coalesce(indexed_title, title) AS title,
    coalesce(indexed_description, description)
    || coalesce((
        SELECT group_concat({_BORDER} || coalesce(merged.indexed_title, merged.title)
            || {_BORDER} || coalesce(merged.indexed_description, merged.description), '')
        FROM tickets AS merged WHERE merged.number IN (
            SELECT value FROM json_each((SELECT merged FROM ticket_families WHERE number = tickets.number))
        )
    ), '')
    || coalesce((
        SELECT group_concat({_BORDER} || coalesce(messages.indexed_content, messages.content), '')
        FROM messages WHERE messages.indexed = tickets.number AND messages.indexed > 0
    ), '') AS description,
    contact_email
FROM tickets;

CREATE TRIGGER tickets_deleted BEFORE DELETE ON tickets BEGIN
    INSERT INTO tickets_text (tickets_text, {_ROW}) SELECT 'delete', {_SAID} (old.number);
    UPDATE ticket_counts SET tickets = tickets - 1
    WHERE status = old.status AND priority = old.priority AND old.deleted_at IS NULL;
END;
CREATE TRIGGER tickets_rewording
BEFORE UPDATE OF title, description, contact_email, indexed_title, indexed_description ON tickets BEGIN
    INSERT INTO tickets_text (tickets_text, {_ROW}) SELECT 'delete', {_SAID} {_EDITED};
END;
CREATE TRIGGER tickets_reworded
AFTER UPDATE OF title, description, contact_email, indexed_title, indexed_description ON tickets BEGIN
    INSERT INTO tickets_text ({_ROW}) SELECT {_SAID} {_EDITED};
END;
CREATE TRIGGER tickets_merging BEFORE UPDATE OF merged_into ON tickets BEGIN
    INSERT INTO tickets_text (tickets_text, {_ROW}) SELECT 'delete', {_SAID} {_MERGED};
END;
CREATE TRIGGER tickets_merged AFTER UPDATE OF merged_into ON tickets BEGIN
    INSERT INTO tickets_text ({_ROW}) SELECT {_SAID} {_MERGED};
    UPDATE messages SET pending = 1 WHERE ticket_id = new.id;
    UPDATE messages SET pending = 1 WHERE indexed > 0 AND indexed IN (old.number, old.merged_into, new.merged_into);
END;
CREATE TRIGGER messages_rewording BEFORE UPDATE OF content, indexed_content ON messages WHEN old.indexed > 0 BEGIN
    INSERT INTO tickets_text (tickets_text, {_ROW}) SELECT 'delete', {_SAID} (old.indexed);
END;
CREATE TRIGGER messages_reworded AFTER UPDATE OF content, indexed_content ON messages WHEN old.indexed > 0 BEGIN
    INSERT INTO tickets_text ({_ROW}) SELECT {_SAID} (old.indexed);
END;
INSERT INTO tickets_text ({_ROW}) SELECT {_SAID} {_DEEP};
"""


def up(migrator, db):  # type: ignore[no-untyped-def]
    statement = ""
    for line in STATEMENTS.splitlines(keepends=True):
        statement += line
        # A trigger's body holds semicolons of its own; SQLite knows where it ends.
        if sqlite3.complete_statement(statement):
            db.execute_sql(statement)
            statement = ""
