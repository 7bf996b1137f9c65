"""How many of the users that an experiment leaves out had more events than people have."""


def up(migrator, db):  # type: ignore[no-untyped-def]
    db.execute_sql("ALTER TABLE experiments ADD COLUMN robots INTEGER NOT NULL DEFAULT 0")
