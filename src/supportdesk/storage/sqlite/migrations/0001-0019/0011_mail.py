"""Times that a wrong clock cannot fake, ids that mail services assign, and the suppression list.

`due_set_at` and `saved_at` are when a wait was written: one that was written in the future comes from a clock that
was ahead, and is not waited for.
"""


def up(migrator, db):  # type: ignore[no-untyped-def]
    for column in ("due_set_at", "provider_message_id"):
        db.execute_sql(f"ALTER TABLE notifications ADD COLUMN {column} TEXT NOT NULL DEFAULT ''")
    db.execute_sql("UPDATE notifications SET due_set_at = created_at WHERE status = 'pending'")
    db.execute_sql("ALTER TABLE mail_services ADD COLUMN saved_at TEXT NOT NULL DEFAULT ''")
    db.execute_sql(
        "CREATE TABLE suppressions (address_key TEXT PRIMARY KEY, address TEXT NOT NULL, reason TEXT NOT NULL, "
        "added_by TEXT NOT NULL, added_at TEXT NOT NULL) STRICT, WITHOUT ROWID"
    )
