"""Mailboxes that mail is fetched from: how far they were read, and when that last succeeded."""


def up(migrator, db):  # type: ignore[no-untyped-def]
    db.execute_sql(
        """
        CREATE TABLE mail_sources (
            name TEXT PRIMARY KEY,
            uid_validity INTEGER NOT NULL DEFAULT 0,
            last_uid INTEGER NOT NULL DEFAULT 0,
            alarm_minutes INTEGER NOT NULL DEFAULT 15,
            added_at TEXT NOT NULL,
            succeeded_at TEXT,
            error TEXT NOT NULL DEFAULT ''
        ) STRICT
        """
    )
