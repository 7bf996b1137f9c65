"""Senders whose mail is parked, and the display name of a mail's sender."""


def up(migrator, db):  # type: ignore[no-untyped-def]
    db.execute_sql(
        "CREATE TABLE blocked_senders (sender_key TEXT PRIMARY KEY, sender TEXT NOT NULL, blocked_by TEXT NOT NULL, "
        "blocked_at TEXT NOT NULL) STRICT, WITHOUT ROWID"
    )
    db.execute_sql("ALTER TABLE incoming_mails ADD COLUMN from_name TEXT NOT NULL DEFAULT ''")
