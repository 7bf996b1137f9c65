"""Senders whose mail is parked, the display name of a mail's sender, and attachments of messages.

Of an attachment the table has what is known of the file; its bytes are beside the desk, by their SHA-256. `message` is
the id of the message it belongs to, or of the ticket for its description.
"""


def up(migrator, db):  # type: ignore[no-untyped-def]
    db.execute_sql(
        "CREATE TABLE blocked_senders (sender_key TEXT PRIMARY KEY, sender TEXT NOT NULL, blocked_by TEXT NOT NULL, "
        "blocked_at TEXT NOT NULL) STRICT, WITHOUT ROWID"
    )
    db.execute_sql("ALTER TABLE incoming_mails ADD COLUMN from_name TEXT NOT NULL DEFAULT ''")
    db.execute_sql(
        """
        CREATE TABLE attachments (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            ticket_id TEXT NOT NULL REFERENCES tickets (id),
            message TEXT NOT NULL,
            name TEXT NOT NULL,
            content_type TEXT NOT NULL,
            size INTEGER NOT NULL,
            sha256 TEXT NOT NULL,
            inline INTEGER NOT NULL DEFAULT 0 CHECK (inline IN (0, 1))
        ) STRICT
        """
    )
    db.execute_sql("CREATE INDEX attachments_by_ticket ON attachments (ticket_id, seq)")
    db.execute_sql("CREATE INDEX attachments_by_message ON attachments (message)")
    db.execute_sql("CREATE INDEX attachments_by_content ON attachments (sha256)")
