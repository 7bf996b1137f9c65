"""What is known of the users of experiments, and experiments whose data are sums that somebody else kept.

`before` is a user's value from before the experiment, `experiment_attributes` what else was known when the user was
assigned. An experiment with `from_sums` has daily sums and no users. `max_events` is how many events of a metric a user
may have who is no robot (`left_out` is 2 for those above it), `forgotten` how many users were removed on request while
the sums they are part of stayed. `robots` is how many of the users left out had more events than people have.
"""


def up(migrator, db):  # type: ignore[no-untyped-def]
    for column in (
        "from_sums INTEGER NOT NULL DEFAULT 0",
        "max_events INTEGER",
        "auto_pause INTEGER NOT NULL DEFAULT 0",
        "exclusion_group TEXT NOT NULL DEFAULT ''",
        "forgotten INTEGER NOT NULL DEFAULT 0",
    ):
        db.execute_sql(f"ALTER TABLE experiments ADD COLUMN {column}")
    db.execute_sql("ALTER TABLE experiment_assignments ADD COLUMN before REAL")
    db.execute_sql(
        "CREATE TABLE experiment_attributes (user INTEGER NOT NULL REFERENCES experiment_assignments (number), "
        "name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (user, name)) STRICT, WITHOUT ROWID"
    )
    # What one user did is asked for whenever that user is left out or forgotten.
    db.execute_sql("CREATE INDEX experiment_events_user ON experiment_events (user)")
    db.execute_sql("ALTER TABLE experiments ADD COLUMN robots INTEGER NOT NULL DEFAULT 0")
