"""Conversations: messages of tickets, canned replies, and the message that a mail carries.

A note cannot have recipients: the table itself refuses one.
"""


def up(migrator, db):  # type: ignore[no-untyped-def]
    db.execute_sql(
        """
        CREATE TABLE messages (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            ticket_id TEXT NOT NULL REFERENCES tickets (id),
            kind TEXT NOT NULL
                CHECK (kind IN ('requester', 'participant', 'third_party', 'reply', 'note', 'automatic')),
            author TEXT NOT NULL,
            author_name TEXT NOT NULL DEFAULT '',
            to_addresses TEXT NOT NULL DEFAULT '[]',
            cc_addresses TEXT NOT NULL DEFAULT '[]',
            subject TEXT NOT NULL DEFAULT '',
            content TEXT NOT NULL,
            trimmed_at INTEGER NOT NULL,
            source TEXT NOT NULL,
            message_id TEXT NOT NULL DEFAULT '',
            in_reply_to TEXT NOT NULL DEFAULT '',
            created_at TEXT NOT NULL,
            edited_at TEXT,
            removed_at TEXT,
            CHECK (kind <> 'note' OR (to_addresses = '[]' AND cc_addresses = '[]'))
        ) STRICT
        """
    )
    db.execute_sql("CREATE INDEX messages_by_ticket ON messages (ticket_id, seq)")
    db.execute_sql(
        "CREATE TABLE canned_replies (name_key TEXT PRIMARY KEY, name TEXT NOT NULL, content TEXT NOT NULL, "
        "changed_by TEXT NOT NULL, changed_at TEXT NOT NULL) STRICT, WITHOUT ROWID"
    )
    for column in ("message", "sender_name", "to_header", "cc_header"):
        db.execute_sql(f"ALTER TABLE notifications ADD COLUMN {column} TEXT NOT NULL DEFAULT ''")
    db.execute_sql("CREATE INDEX notifications_by_message ON notifications (message) WHERE message <> ''")
