"""The account of the operating system beside the name that an actor claims."""


def up(migrator, db):  # type: ignore[no-untyped-def]
    db.execute_sql("ALTER TABLE journal ADD COLUMN login TEXT NOT NULL DEFAULT ''")
    db.execute_sql("ALTER TABLE journal ADD COLUMN uid INTEGER")
    db.execute_sql("ALTER TABLE ticket_status_history ADD COLUMN login TEXT NOT NULL DEFAULT ''")
