"""Tickets with their history, notifications and the journal.

Times are UTC text with milliseconds, which sorts as it reads. `number` is the integer primary key so that
the full-text index, which points at rows by it, stays true through VACUUM.
"""

import sqlite3

STATEMENTS = """
CREATE TABLE tickets (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    priority TEXT NOT NULL DEFAULT 'medium' CHECK (priority IN ('low', 'medium', 'high')),
    status TEXT NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'in-progress', 'resolved')),
    contact_email TEXT NOT NULL COLLATE NOCASE,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    queue_rank INTEGER NOT NULL GENERATED ALWAYS AS (
        CASE WHEN status = 'resolved' THEN 3 WHEN priority = 'high' THEN 0 WHEN priority = 'medium' THEN 1 ELSE 2 END
    ) VIRTUAL
) STRICT;
CREATE INDEX tickets_queue ON tickets (queue_rank, created_at);
CREATE INDEX tickets_status_queue ON tickets (status, queue_rank, created_at);
CREATE INDEX tickets_priority_queue ON tickets (priority, queue_rank, created_at);
CREATE INDEX tickets_created ON tickets (created_at);
CREATE INDEX tickets_updated ON tickets (updated_at);
CREATE INDEX tickets_contact ON tickets (contact_email, queue_rank, created_at);

CREATE TABLE ticket_counts (
    status TEXT NOT NULL,
    priority TEXT NOT NULL,
    tickets INTEGER NOT NULL,
    PRIMARY KEY (status, priority)
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE tickets_text USING fts5(
    title, description, contact_email,
    content = 'tickets', content_rowid = 'number', tokenize = 'porter unicode61 remove_diacritics 2'
);

CREATE TRIGGER tickets_inserted AFTER INSERT ON tickets BEGIN
    INSERT INTO tickets_text (rowid, title, description, contact_email)
    VALUES (new.number, new.title, new.description, new.contact_email);
    INSERT INTO ticket_counts (status, priority, tickets) VALUES (new.status, new.priority, 1)
    ON CONFLICT DO UPDATE SET tickets = tickets + 1;
END;
CREATE TRIGGER tickets_deleted AFTER DELETE ON tickets BEGIN
    INSERT INTO tickets_text (tickets_text, rowid, title, description, contact_email)
    VALUES ('delete', old.number, old.title, old.description, old.contact_email);
    UPDATE ticket_counts SET tickets = tickets - 1 WHERE status = old.status AND priority = old.priority;
END;
CREATE TRIGGER tickets_reworded AFTER UPDATE OF title, description, contact_email ON tickets BEGIN
    INSERT INTO tickets_text (tickets_text, rowid, title, description, contact_email)
    VALUES ('delete', old.number, old.title, old.description, old.contact_email);
    INSERT INTO tickets_text (rowid, title, description, contact_email)
    VALUES (new.number, new.title, new.description, new.contact_email);
END;
CREATE TRIGGER tickets_moved AFTER UPDATE OF status, priority ON tickets BEGIN
    UPDATE ticket_counts SET tickets = tickets - 1 WHERE status = old.status AND priority = old.priority;
    INSERT INTO ticket_counts (status, priority, tickets) VALUES (new.status, new.priority, 1)
    ON CONFLICT DO UPDATE SET tickets = tickets + 1;
END;

CREATE TABLE ticket_status_history (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    ticket_id TEXT NOT NULL REFERENCES tickets (id),
    old_status TEXT,
    new_status TEXT NOT NULL,
    changed_by TEXT NOT NULL DEFAULT 'system',
    notes TEXT NOT NULL DEFAULT '',
    changed_at TEXT NOT NULL
) STRICT;
CREATE INDEX ticket_status_history_ticket ON ticket_status_history (ticket_id);

CREATE TABLE notifications (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    ticket_id TEXT REFERENCES tickets (id),
    recipient_email TEXT NOT NULL COLLATE NOCASE,
    notification_type TEXT NOT NULL,
    subject TEXT NOT NULL,
    content TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'pending',
    message_id TEXT NOT NULL,
    error TEXT NOT NULL DEFAULT '',
    leased_until TEXT,
    sent_at TEXT,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX notifications_ticket ON notifications (ticket_id);
CREATE INDEX notifications_status ON notifications (status);

CREATE TABLE journal (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    change INTEGER NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT,
    number INTEGER,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    notes TEXT NOT NULL DEFAULT '',
    undoes INTEGER
) STRICT;
CREATE INDEX journal_change ON journal (change);
CREATE INDEX journal_actor ON journal (actor, seq);
CREATE INDEX journal_subject ON journal (subject, seq);
CREATE INDEX journal_undoes ON journal (undoes) WHERE undoes IS NOT NULL;
CREATE TRIGGER journal_is_kept_whole BEFORE UPDATE ON journal BEGIN
    SELECT raise(ABORT, 'the journal is append-only');
END;
CREATE TRIGGER journal_is_kept BEFORE DELETE ON journal BEGIN
    SELECT raise(ABORT, 'the journal is append-only');
END;
CREATE TRIGGER journal_is_not_replaced BEFORE INSERT ON journal
WHEN EXISTS (SELECT 1 FROM journal WHERE seq = new.seq) BEGIN
    SELECT raise(ABORT, 'the journal is append-only');
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
