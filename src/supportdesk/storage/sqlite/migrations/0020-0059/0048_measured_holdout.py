"""An experiment can measure a holdout: its control are those whom others leave alone."""


def up(migrator, db):  # type: ignore[no-untyped-def]
    db.execute_sql("ALTER TABLE experiments ADD COLUMN measures_holdout INTEGER NOT NULL DEFAULT 0")
