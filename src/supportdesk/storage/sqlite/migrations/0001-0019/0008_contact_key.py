"""The key by which tickets of one requester are found, in the words of any database instead of a collation."""


def up(migrator, db):  # type: ignore[no-untyped-def]
    db.execute_sql("ALTER TABLE tickets ADD COLUMN contact_key TEXT GENERATED ALWAYS AS (lower(contact_email)) VIRTUAL")
    db.execute_sql("DROP INDEX tickets_contact")
    db.execute_sql("CREATE INDEX tickets_contact ON tickets (contact_key, queue_rank, created_at)")
