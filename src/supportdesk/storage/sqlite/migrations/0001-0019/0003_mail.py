"""Preferences, and what a message needs to arrive once: when it is due, who delivers it, what became of it.

A pending message is leased while somebody delivers it, and `handed_over_at` is set before the service gets it: when
the lease ends and it still stands there, nobody knows what became of it. One change tells one person of one ticket
once. The desk's secret makes its Message-IDs hard to guess.

The text index is brought up to date when somebody searches, and after deliveries: kept by a trigger, it took as long
as all the rest of queueing a message, while somebody waits. Messages are never removed or reworded.
"""

import secrets
import sqlite3
import unicodedata

STATEMENTS = """
CREATE TABLE user_preferences (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL UNIQUE,
    email_notifications INTEGER NOT NULL DEFAULT 1 CHECK (email_notifications IN (0, 1)),
    sms_notifications INTEGER NOT NULL DEFAULT 0 CHECK (sms_notifications IN (0, 1)),
    notification_frequency TEXT NOT NULL DEFAULT 'immediate'
        CHECK (notification_frequency IN ('immediate', 'daily', 'weekly', 'none')),
    preferred_language TEXT NOT NULL DEFAULT 'en',
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE preference_counts (
    email_notifications INTEGER NOT NULL,
    sms_notifications INTEGER NOT NULL,
    notification_frequency TEXT NOT NULL,
    preferred_language TEXT NOT NULL,
    preferences INTEGER NOT NULL,
    PRIMARY KEY (email_notifications, sms_notifications, notification_frequency, preferred_language)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER user_preferences_inserted AFTER INSERT ON user_preferences BEGIN
    INSERT INTO preference_counts VALUES (
        new.email_notifications, new.sms_notifications, new.notification_frequency, new.preferred_language, 1
    ) ON CONFLICT DO UPDATE SET preferences = preferences + 1;
END;
CREATE TRIGGER user_preferences_deleted AFTER DELETE ON user_preferences BEGIN
    UPDATE preference_counts SET preferences = preferences - 1
    WHERE email_notifications = old.email_notifications AND sms_notifications = old.sms_notifications
    AND notification_frequency = old.notification_frequency AND preferred_language = old.preferred_language;
END;
CREATE TRIGGER user_preferences_changed
AFTER UPDATE OF email_notifications, sms_notifications, notification_frequency, preferred_language ON user_preferences
BEGIN
    UPDATE preference_counts SET preferences = preferences - 1
    WHERE email_notifications = old.email_notifications AND sms_notifications = old.sms_notifications
    AND notification_frequency = old.notification_frequency AND preferred_language = old.preferred_language;
    INSERT INTO preference_counts VALUES (
        new.email_notifications, new.sms_notifications, new.notification_frequency, new.preferred_language, 1
    ) ON CONFLICT DO UPDATE SET preferences = preferences + 1;
END;

ALTER TABLE notifications ADD COLUMN recipient_key TEXT NOT NULL DEFAULT '';
ALTER TABLE notifications ADD COLUMN html TEXT NOT NULL DEFAULT '';
ALTER TABLE notifications ADD COLUMN language TEXT NOT NULL DEFAULT 'en';
ALTER TABLE notifications ADD COLUMN in_reply_to TEXT NOT NULL DEFAULT '';
ALTER TABLE notifications ADD COLUMN change INTEGER;
ALTER TABLE notifications ADD COLUMN waits_for TEXT NOT NULL DEFAULT 'immediate';
ALTER TABLE notifications ADD COLUMN due_at TEXT NOT NULL DEFAULT '';
ALTER TABLE notifications ADD COLUMN leased_by TEXT NOT NULL DEFAULT '';
ALTER TABLE notifications ADD COLUMN handed_over_at TEXT;
ALTER TABLE notifications ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE notifications ADD COLUMN provider TEXT NOT NULL DEFAULT '';
ALTER TABLE notifications ADD COLUMN answer TEXT NOT NULL DEFAULT '';
ALTER TABLE notifications ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE notifications ADD COLUMN held_by INTEGER;
ALTER TABLE notifications ADD COLUMN digest_id TEXT;
UPDATE notifications SET recipient_key = address_key(recipient_email), due_at = created_at WHERE status = 'pending';

CREATE UNIQUE INDEX notifications_once ON notifications (change, ticket_id, recipient_key, notification_type)
WHERE change IS NOT NULL;
CREATE INDEX notifications_due ON notifications (waits_for, due_at) WHERE status = 'pending';
CREATE INDEX notifications_leased ON notifications (leased_until) WHERE leased_until IS NOT NULL;
CREATE INDEX notifications_held ON notifications (held_by) WHERE held_by IS NOT NULL;
CREATE INDEX notifications_digest ON notifications (digest_id) WHERE digest_id IS NOT NULL;

CREATE TABLE notification_counts (
    status TEXT PRIMARY KEY,
    notifications INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO notification_counts (status, notifications) SELECT status, count(*) FROM notifications GROUP BY status;

CREATE VIRTUAL TABLE notifications_text USING fts5(
    recipient_email, subject,
    content = 'notifications', content_rowid = 'seq', tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO notifications_text (notifications_text) VALUES ('rebuild');

CREATE TRIGGER notifications_inserted AFTER INSERT ON notifications BEGIN
    INSERT INTO notification_counts (status, notifications) VALUES (new.status, 1)
    ON CONFLICT DO UPDATE SET notifications = notifications + 1;
END;
CREATE TRIGGER notifications_deleted AFTER DELETE ON notifications BEGIN
    UPDATE notification_counts SET notifications = notifications - 1 WHERE status = old.status;
END;
CREATE TRIGGER notifications_moved AFTER UPDATE OF status ON notifications WHEN new.status <> old.status BEGIN
    UPDATE notification_counts SET notifications = notifications - 1 WHERE status = old.status;
    INSERT INTO notification_counts (status, notifications) VALUES (new.status, 1)
    ON CONFLICT DO UPDATE SET notifications = notifications + 1;
END;

CREATE TABLE mail_services (
    provider TEXT PRIMARY KEY,
    failures INTEGER NOT NULL DEFAULT 0,
    paused_until TEXT,
    error TEXT NOT NULL DEFAULT '',
    tokens REAL NOT NULL DEFAULT 0,
    filled_at TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;

CREATE TABLE desk (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""


def address_key(address):  # type: ignore[no-untyped-def]
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", address).casefold())


def up(migrator, db):  # type: ignore[no-untyped-def]
    db.connection().create_function("address_key", 1, address_key, deterministic=True)
    statement = ""
    for line in STATEMENTS.splitlines(keepends=True):
        statement += line
        # A trigger's body holds semicolons of its own; SQLite knows where it ends.
        if sqlite3.complete_statement(statement):
            db.execute_sql(statement)
            statement = ""
    db.execute_sql("INSERT INTO desk (name, value) VALUES ('secret', ?)", (secrets.token_hex(16),))
