"""Mail that comes in: one row a mail, whatever became of it."""


def up(migrator, db):  # type: ignore[no-untyped-def]
    db.execute_sql(
        """
        CREATE TABLE incoming_mails (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL,
            stored_as TEXT NOT NULL UNIQUE,
            content_key TEXT NOT NULL,
            outcome TEXT NOT NULL,
            cause TEXT NOT NULL DEFAULT '',
            ticket_id TEXT REFERENCES tickets (id),
            message TEXT NOT NULL DEFAULT '',
            message_id TEXT NOT NULL DEFAULT '',
            copied TEXT NOT NULL DEFAULT '[]',
            from_key TEXT NOT NULL DEFAULT '',
            from_email TEXT NOT NULL DEFAULT '',
            subject TEXT NOT NULL DEFAULT '',
            acknowledged INTEGER NOT NULL DEFAULT 0,
            received_at TEXT NOT NULL
        ) STRICT
        """
    )
    db.execute_sql("CREATE INDEX incoming_mails_by_id ON incoming_mails (id)")
    db.execute_sql("CREATE INDEX incoming_mails_by_content ON incoming_mails (content_key)")
    db.execute_sql("CREATE INDEX incoming_mails_by_message_id ON incoming_mails (message_id) WHERE message_id <> ''")
    db.execute_sql("CREATE INDEX incoming_mails_by_sender ON incoming_mails (from_key, received_at)")
    db.execute_sql("CREATE INDEX incoming_mails_by_ticket ON incoming_mails (ticket_id) WHERE ticket_id IS NOT NULL")
    db.execute_sql("CREATE INDEX incoming_mails_by_outcome ON incoming_mails (outcome, seq)")
    db.execute_sql("CREATE INDEX messages_by_message_id ON messages (message_id) WHERE message_id <> ''")
