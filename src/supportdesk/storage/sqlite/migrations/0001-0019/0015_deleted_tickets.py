"""Deleted tickets: kept, but in no list and no count."""


def up(migrator, db):  # type: ignore[no-untyped-def]
    db.execute_sql("ALTER TABLE tickets ADD COLUMN deleted_at TEXT")
    # Small: what is deleted is subtracted, so that the indexes of lists need not know of it.
    db.execute_sql("CREATE INDEX tickets_deleted_at ON tickets (deleted_at) WHERE deleted_at IS NOT NULL")
    db.execute_sql("DROP TRIGGER tickets_moved")
    db.execute_sql("""
CREATE TRIGGER tickets_moved AFTER UPDATE OF status, priority, deleted_at ON tickets BEGIN
    UPDATE ticket_counts SET tickets = tickets - 1
    WHERE status = old.status AND priority = old.priority AND old.deleted_at IS NULL;
    INSERT INTO ticket_counts (status, priority, tickets) SELECT new.status, new.priority, 1
    WHERE new.deleted_at IS NULL
    ON CONFLICT DO UPDATE SET tickets = tickets + 1;
END
""")
