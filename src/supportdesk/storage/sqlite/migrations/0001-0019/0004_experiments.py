"""Experiments with who saw what, who did what, and every look at the results.

The names and columns of the system that came before are views (`ab_tests`, `ab_test_assignments`, `ab_test_events`)
over tables in which a user, an event's name and a metric are numbers, since they stand there millions of times.
Everything that a list or a live line shows is kept by triggers: users a day and variant, the first time each user
counts for each metric (`experiment_outcomes`, in the order in which results read them), events of each name.

Users seen in several variants stay among the assignments as `left_out` and have no outcomes. Triggers fire for rows
that really go in, so inserts here use ON CONFLICT DO NOTHING and never OR IGNORE, which would reach into them.
"""

import sqlite3

STATEMENTS = """
CREATE TABLE experiments (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    hypothesis TEXT NOT NULL DEFAULT '',
    status TEXT NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'running', 'paused', 'completed')),
    confidence_level REAL NOT NULL DEFAULT 0.95 CHECK (confidence_level > 0 AND confidence_level < 1),
    minimum_sample_size INTEGER NOT NULL DEFAULT 100,
    minimum_days INTEGER NOT NULL DEFAULT 7,
    surface TEXT,
    ramp REAL NOT NULL DEFAULT 100,
    holdout REAL NOT NULL DEFAULT 0,
    decision TEXT CHECK (decision IN ('ship', 'keep-control', 'no-result')),
    decision_reason TEXT NOT NULL DEFAULT '',
    start_date TEXT,
    end_date TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX experiments_status ON experiments (status, surface);

CREATE TABLE experiment_variants (
    test INTEGER NOT NULL REFERENCES experiments (number) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (test, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE experiment_phases (
    test INTEGER NOT NULL REFERENCES experiments (number) ON DELETE CASCADE,
    phase INTEGER NOT NULL,
    weights TEXT NOT NULL,
    started_at TEXT,
    PRIMARY KEY (test, phase)
) STRICT, WITHOUT ROWID;

CREATE TABLE experiment_metrics (
    number INTEGER PRIMARY KEY,
    test INTEGER NOT NULL REFERENCES experiments (number) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('conversion', 'mean', 'revenue')),
    role TEXT NOT NULL CHECK (role IN ('target', 'secondary', 'guardrail')),
    better TEXT NOT NULL CHECK (better IN ('up', 'down')),
    UNIQUE (test, place)
) STRICT;

CREATE TABLE experiment_event_names (
    number INTEGER PRIMARY KEY,
    test INTEGER NOT NULL REFERENCES experiments (number) ON DELETE CASCADE,
    name TEXT NOT NULL,
    events INTEGER NOT NULL DEFAULT 0,
    UNIQUE (test, name)
) STRICT;
CREATE INDEX experiment_event_names_name ON experiment_event_names (name);

CREATE TABLE experiment_metric_events (
    name INTEGER NOT NULL REFERENCES experiment_event_names (number) ON DELETE CASCADE,
    metric INTEGER NOT NULL REFERENCES experiment_metrics (number) ON DELETE CASCADE,
    PRIMARY KEY (name, metric)
) STRICT, WITHOUT ROWID;
CREATE INDEX experiment_metric_events_metric ON experiment_metric_events (metric);

CREATE TABLE experiment_assignments (
    number INTEGER PRIMARY KEY,
    test INTEGER NOT NULL REFERENCES experiments (number),
    user_identifier TEXT NOT NULL,
    variant INTEGER NOT NULL,
    phase INTEGER NOT NULL DEFAULT 1,
    hash_value TEXT NOT NULL,
    assigned_at TEXT NOT NULL,
    left_out INTEGER NOT NULL DEFAULT 0,
    UNIQUE (test, user_identifier)
) STRICT;

CREATE TABLE experiment_daily_users (
    test INTEGER NOT NULL,
    phase INTEGER NOT NULL,
    variant INTEGER NOT NULL,
    day TEXT NOT NULL,
    users INTEGER NOT NULL DEFAULT 0,
    left_out INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (test, phase, variant, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE experiment_events (
    number INTEGER PRIMARY KEY,
    test INTEGER NOT NULL REFERENCES experiments (number),
    user INTEGER NOT NULL REFERENCES experiment_assignments (number),
    name INTEGER NOT NULL REFERENCES experiment_event_names (number),
    event_value REAL,
    event_data TEXT,
    event_id TEXT,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX experiment_events_test ON experiment_events (test);
CREATE UNIQUE INDEX experiment_events_once ON experiment_events (test, event_id) WHERE event_id IS NOT NULL;

CREATE TABLE experiment_outcomes (
    metric INTEGER NOT NULL,
    phase INTEGER NOT NULL,
    variant INTEGER NOT NULL,
    user INTEGER NOT NULL,
    first_at TEXT NOT NULL,
    events INTEGER NOT NULL,
    value REAL NOT NULL,
    PRIMARY KEY (metric, phase, variant, user)
) STRICT, WITHOUT ROWID;

CREATE TABLE experiment_daily_conversions (
    metric INTEGER NOT NULL,
    phase INTEGER NOT NULL,
    variant INTEGER NOT NULL,
    day TEXT NOT NULL,
    users INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (metric, phase, variant, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE experiment_refusals (
    test INTEGER NOT NULL REFERENCES experiments (number) ON DELETE CASCADE,
    reason TEXT NOT NULL,
    times INTEGER NOT NULL,
    last_at TEXT NOT NULL,
    PRIMARY KEY (test, reason)
) STRICT, WITHOUT ROWID;

CREATE TABLE experiment_looks (
    test INTEGER NOT NULL REFERENCES experiments (number),
    look INTEGER NOT NULL,
    calculated_at TEXT NOT NULL,
    actor TEXT NOT NULL,
    analysis TEXT NOT NULL,
    PRIMARY KEY (test, look)
) STRICT;

CREATE TABLE ab_test_results (
    id TEXT PRIMARY KEY NOT NULL,
    test_id TEXT NOT NULL REFERENCES experiments (id),
    look INTEGER NOT NULL,
    place INTEGER NOT NULL,
    variant TEXT NOT NULL,
    sample_size INTEGER NOT NULL,
    conversion_count INTEGER NOT NULL,
    conversion_rate REAL NOT NULL,
    confidence_interval_lower REAL,
    confidence_interval_upper REAL,
    z_score REAL,
    p_value REAL,
    is_statistically_significant INTEGER NOT NULL DEFAULT 0,
    calculated_at TEXT NOT NULL,
    UNIQUE (test_id, look, place)
) STRICT;

CREATE INDEX journal_deleted_experiments ON journal (number) WHERE kind = 'experiment.deleted';

CREATE TRIGGER experiment_assignments_added AFTER INSERT ON experiment_assignments BEGIN
    INSERT INTO experiment_daily_users (test, phase, variant, day, users, left_out)
    VALUES (new.test, new.phase, new.variant, substr(new.assigned_at, 1, 10), 1 - new.left_out, new.left_out)
    ON CONFLICT DO UPDATE SET users = users + excluded.users, left_out = left_out + excluded.left_out;
END;
CREATE TRIGGER experiment_assignments_left_out AFTER UPDATE OF left_out ON experiment_assignments
WHEN new.left_out > old.left_out BEGIN
    UPDATE experiment_daily_users SET users = users - 1, left_out = left_out + 1
    WHERE test = new.test AND phase = new.phase AND variant = new.variant AND day = substr(new.assigned_at, 1, 10);
    DELETE FROM experiment_outcomes WHERE metric IN (SELECT number FROM experiment_metrics WHERE test = new.test)
    AND phase = new.phase AND variant = new.variant AND user = new.number;
END;

CREATE TRIGGER experiment_events_added AFTER INSERT ON experiment_events BEGIN
    UPDATE experiment_event_names SET events = events + 1 WHERE number = new.name;
    INSERT INTO experiment_outcomes (metric, phase, variant, user, first_at, events, value)
    SELECT counts.metric, seen.phase, seen.variant, seen.number, new.created_at, 1, coalesce(new.event_value, 0)
    FROM experiment_metric_events AS counts JOIN experiment_assignments AS seen
    WHERE counts.name = new.name AND seen.number = new.user AND NOT seen.left_out
    ON CONFLICT DO UPDATE SET events = events + 1, value = value + excluded.value,
        first_at = min(first_at, excluded.first_at);
END;

CREATE TRIGGER experiment_outcomes_added AFTER INSERT ON experiment_outcomes BEGIN
    INSERT INTO experiment_daily_conversions (metric, phase, variant, day, users)
    VALUES (new.metric, new.phase, new.variant, substr(new.first_at, 1, 10), 1)
    ON CONFLICT DO UPDATE SET users = users + 1;
END;
CREATE TRIGGER experiment_outcomes_earlier AFTER UPDATE OF first_at ON experiment_outcomes
WHEN substr(new.first_at, 1, 10) <> substr(old.first_at, 1, 10) BEGIN
    UPDATE experiment_daily_conversions SET users = users - 1 WHERE metric = old.metric AND phase = old.phase
    AND variant = old.variant AND day = substr(old.first_at, 1, 10);
    INSERT INTO experiment_daily_conversions (metric, phase, variant, day, users)
    VALUES (new.metric, new.phase, new.variant, substr(new.first_at, 1, 10), 1)
    ON CONFLICT DO UPDATE SET users = users + 1;
END;
CREATE TRIGGER experiment_outcomes_removed AFTER DELETE ON experiment_outcomes BEGIN
    UPDATE experiment_daily_conversions SET users = users - 1 WHERE metric = old.metric AND phase = old.phase
    AND variant = old.variant AND day = substr(old.first_at, 1, 10);
END;

CREATE VIEW ab_tests AS
SELECT tests.id, tests.number, tests.name, tests.description, tests.hypothesis,
    (SELECT name FROM experiment_variants WHERE test = tests.number AND place = 0) AS control_variant,
    (SELECT name FROM experiment_variants WHERE test = tests.number AND place = 1) AS test_variant,
    (SELECT name FROM experiment_metrics WHERE test = tests.number AND place = 0) AS target_metric,
    tests.status, tests.confidence_level, tests.minimum_sample_size, tests.start_date, tests.end_date,
    (SELECT coalesce(sum(users + left_out), 0) FROM experiment_daily_users WHERE test = tests.number)
        AS total_participants,
    tests.created_at, tests.surface, tests.decision, tests.decision_reason
FROM experiments AS tests;

CREATE VIEW ab_test_assignments AS
SELECT substr(tests.id, 1, 24) || printf('%012x', users.number) AS id, tests.id AS test_id, users.user_identifier,
    variants.name AS variant, users.assigned_at, users.hash_value, users.phase, users.left_out
FROM experiments AS tests
JOIN experiment_assignments AS users ON users.test = tests.number
JOIN experiment_variants AS variants ON variants.test = tests.number AND variants.place = users.variant;

CREATE VIEW ab_test_events AS
SELECT substr(tests.id, 1, 24) || printf('%012x', events.number) AS id, tests.id AS test_id, users.user_identifier,
    names.name AS event_name, events.event_value, events.event_data, events.created_at, events.event_id
FROM experiments AS tests
JOIN experiment_events AS events ON events.test = tests.number
JOIN experiment_assignments AS users ON users.number = events.user
JOIN experiment_event_names AS names ON names.number = events.name;
"""


def up(migrator, db):  # type: ignore[no-untyped-def]
    statement = ""
    for line in STATEMENTS.splitlines(keepends=True):
        statement += line
        # A trigger's body holds semicolons of its own; SQLite knows where it ends.
        if sqlite3.complete_statement(statement):
            db.execute_sql(statement)
            statement = ""
