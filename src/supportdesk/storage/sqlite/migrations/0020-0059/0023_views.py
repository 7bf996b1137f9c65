"""Saved views: a name for a query, of one agent or, with an empty owner, of the team."""


def up(migrator, db):  # type: ignore[no-untyped-def]
    db.execute_sql(
        "CREATE TABLE views (owner TEXT NOT NULL, name_key TEXT NOT NULL, name TEXT NOT NULL, query TEXT NOT NULL, "
        "changed_by TEXT NOT NULL, changed_at TEXT NOT NULL, PRIMARY KEY (owner, name_key)) STRICT, WITHOUT ROWID"
    )
