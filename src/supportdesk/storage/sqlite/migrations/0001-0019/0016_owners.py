"""Owners and tags of tickets, and what is known of agents."""


def up(migrator, db):  # type: ignore[no-untyped-def]
    db.execute_sql("ALTER TABLE tickets ADD COLUMN owner TEXT NOT NULL DEFAULT ''")
    db.execute_sql("ALTER TABLE tickets ADD COLUMN tags TEXT NOT NULL DEFAULT ''")
    db.execute_sql("CREATE INDEX tickets_owner ON tickets (owner, queue_rank, created_at) WHERE owner <> ''")
    db.execute_sql(
        "CREATE TABLE agents (name TEXT PRIMARY KEY, email TEXT NOT NULL DEFAULT '', "
        "display_name TEXT NOT NULL DEFAULT '', away_at TEXT) STRICT, WITHOUT ROWID"
    )
