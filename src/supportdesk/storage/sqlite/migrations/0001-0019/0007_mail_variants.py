"""What an experiment made of a mail: its number, the variant of the recipient, and the templates that wrote it."""


def up(migrator, db):  # type: ignore[no-untyped-def]
    db.execute_sql("ALTER TABLE notifications ADD COLUMN experiment INTEGER")
    for name in ("variant", "templates", "variant_fault"):
        db.execute_sql(f"ALTER TABLE notifications ADD COLUMN {name} TEXT NOT NULL DEFAULT ''")
    db.execute_sql("CREATE INDEX notifications_variant_fault ON notifications (created_at) WHERE variant_fault <> ''")
