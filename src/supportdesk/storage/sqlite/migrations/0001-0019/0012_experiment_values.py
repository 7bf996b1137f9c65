"""Daily sums of means and revenue, kept by triggers, so that an analysis can be of the end of any day.

A row has what a day added in an arm: users with a first value, and how much the sum of their values and the sum of the
squares grew. An event that comes late, after one of a later day, counts on that later day, so that sums over days up to
any day are those of real values. `margin` is how much worse a guardrail may get, as a share of the control.
"""

import sqlite3

VALUE = "CASE WHEN metrics.kind = 'mean' THEN {row}.value / {row}.events ELSE {row}.value END"

# Each event of users who are in: what is known of the user's value up to it, in the order in which events came in.
STEPS = """
SELECT metric, phase, variant, day, nth, CASE WHEN kind = 'mean' THEN so_far / nth ELSE so_far END AS now,
    CASE WHEN nth = 1 THEN 0.0 WHEN kind = 'mean' THEN (so_far - value) / (nth - 1) ELSE so_far - value END AS before
FROM (SELECT metrics.number AS metric, metrics.kind, users.phase, users.variant,
        coalesce(events.event_value, 0) AS value,
        max(substr(events.created_at, 1, 10)) OVER along AS day, row_number() OVER along AS nth,
        total(events.event_value) OVER along AS so_far
    FROM experiment_metrics AS metrics
    JOIN experiment_metric_events AS counts ON counts.metric = metrics.number
    JOIN experiment_events AS events ON events.name = counts.name
    JOIN experiment_assignments AS users ON users.number = events.user
    WHERE metrics.kind <> 'conversion' AND {where}
    WINDOW along AS (PARTITION BY metrics.number, events.user ORDER BY events.number))
"""

STATEMENTS = (
    """
ALTER TABLE experiment_metrics ADD COLUMN margin REAL;
ALTER TABLE experiment_outcomes ADD COLUMN last_at TEXT NOT NULL DEFAULT '';

CREATE TABLE experiment_daily_values (
    metric INTEGER NOT NULL,
    phase INTEGER NOT NULL,
    variant INTEGER NOT NULL,
    day TEXT NOT NULL,
    users INTEGER NOT NULL DEFAULT 0,
    total REAL NOT NULL DEFAULT 0,
    squares REAL NOT NULL DEFAULT 0,
    PRIMARY KEY (metric, phase, variant, day)
) STRICT, WITHOUT ROWID;

INSERT INTO experiment_daily_values (metric, phase, variant, day, users, total, squares)
SELECT metric, phase, variant, day, sum(nth = 1), total(now - before), total(now * now - before * before)
FROM ("""
    + STEPS.format(where="NOT users.left_out")
    + """) GROUP BY metric, phase, variant, day;

UPDATE experiment_outcomes SET last_at = (
    SELECT max(events.created_at) FROM experiment_events AS events
    JOIN experiment_metric_events AS counts ON counts.name = events.name
    WHERE counts.metric = experiment_outcomes.metric AND events.user = experiment_outcomes.user)
WHERE metric IN (SELECT number FROM experiment_metrics WHERE kind <> 'conversion');

DROP TRIGGER experiment_events_added;
CREATE TRIGGER experiment_events_added AFTER INSERT ON experiment_events BEGIN
    UPDATE experiment_event_names SET events = events + 1 WHERE number = new.name;
    INSERT INTO experiment_outcomes (metric, phase, variant, user, first_at, events, value, last_at)
    SELECT counts.metric, seen.phase, seen.variant, seen.number, new.created_at, 1, coalesce(new.event_value, 0),
        new.created_at
    FROM experiment_metric_events AS counts JOIN experiment_assignments AS seen
    WHERE counts.name = new.name AND seen.number = new.user AND NOT seen.left_out
    ON CONFLICT (metric, phase, variant, user) DO UPDATE SET events = events + 1, value = value + excluded.value,
        first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at);
END;

CREATE TRIGGER experiment_outcomes_valued AFTER INSERT ON experiment_outcomes BEGIN
    INSERT INTO experiment_daily_values (metric, phase, variant, day, users, total, squares)
    SELECT new.metric, new.phase, new.variant, substr(new.last_at, 1, 10), 1, new.value, new.value * new.value
    FROM experiment_metrics AS metrics WHERE metrics.number = new.metric AND metrics.kind <> 'conversion'
    ON CONFLICT (metric, phase, variant, day) DO UPDATE SET users = users + 1, total = total + excluded.total,
        squares = squares + excluded.squares;
END;
CREATE TRIGGER experiment_outcomes_revalued AFTER UPDATE OF value ON experiment_outcomes BEGIN
    INSERT INTO experiment_daily_values (metric, phase, variant, day, users, total, squares)
    SELECT metric, phase, variant, day, 0, now - before, now * now - before * before FROM (
        SELECT new.metric AS metric, new.phase AS phase, new.variant AS variant, substr(new.last_at, 1, 10) AS day, """
    + VALUE.format(row="new")
    + " AS now, "
    + VALUE.format(row="old")
    + """ AS before
        FROM experiment_metrics AS metrics WHERE metrics.number = new.metric AND metrics.kind <> 'conversion')
    WHERE true ON CONFLICT (metric, phase, variant, day) DO UPDATE SET total = total + excluded.total,
        squares = squares + excluded.squares;
END;
CREATE TRIGGER experiment_assignments_devalued AFTER UPDATE OF left_out ON experiment_assignments
WHEN new.left_out > old.left_out BEGIN
    INSERT INTO experiment_daily_values (metric, phase, variant, day, users, total, squares)
    SELECT metric, phase, variant, day, -sum(nth = 1), -total(now - before), -total(now * now - before * before)
    FROM ("""
    + STEPS.format(where="users.number = new.number")
    + """) WHERE true GROUP BY metric, phase, variant, day
    ON CONFLICT (metric, phase, variant, day) DO UPDATE SET users = users + excluded.users,
        total = total + excluded.total, squares = squares + excluded.squares;
END;
"""
)


def up(migrator, db):  # type: ignore[no-untyped-def]
    statement = ""
    for line in STATEMENTS.splitlines(keepends=True):
        statement += line
        # A trigger's body holds semicolons of its own; SQLite knows where it ends.
        if sqlite3.complete_statement(statement):
            db.execute_sql(statement)
            statement = ""
