"""Users and events that were reported late count on a day that was not judged before: an analysis never changes.

`counted_on` is the first day on which a user or an event counts, where that is not its own. `open_from` is the first
day of which nothing of a metric had been reported before `reported_on`, the day of the last import.
"""

import sqlite3

OWN_CLOSE = (
    "date(substr({user}.assigned_at, 1, 10), '+' || metrics.window_days || ' days') || substr({user}.assigned_at, 11)"
)
CLOSES = (
    "date(substr(coalesce({user}.counted_on, {user}.assigned_at), 1, 10), '+' || metrics.window_days || ' days') "
    "|| substr({user}.assigned_at, 11)"
)
COUNTS = "(metrics.window_days IS NULL OR {at} <= " + OWN_CLOSE + ")"
AT = (
    "max(CASE WHEN metrics.window_days IS NULL THEN {event}.created_at ELSE "
    + CLOSES
    + " END, coalesce({event}.counted_on, ''), coalesce({user}.counted_on, ''))"
)
ABOVE = "CASE WHEN counts.below THEN 0.0 ELSE coalesce({event}.event_value, metrics.kind = 'ratio') END"
BELOW = "CASE WHEN counts.below THEN coalesce({event}.event_value, 1.0) ELSE 0.0 END"
DAY = "coalesce(new.counted_on, substr(new.assigned_at, 1, 10))"

STATEMENTS = f"""
ALTER TABLE experiment_assignments ADD COLUMN counted_on TEXT;
ALTER TABLE experiment_events ADD COLUMN counted_on TEXT;
ALTER TABLE experiment_metrics ADD COLUMN open_from TEXT NOT NULL DEFAULT '';
ALTER TABLE experiment_metrics ADD COLUMN reported_on TEXT NOT NULL DEFAULT '';

DROP TRIGGER experiment_assignments_added;
DROP TRIGGER experiment_assignments_left_out;
DROP TRIGGER experiment_assignments_devalued;
DROP TRIGGER experiment_events_added;

CREATE TRIGGER experiment_assignments_added AFTER INSERT ON experiment_assignments BEGIN
    INSERT INTO experiment_daily_users (test, phase, variant, day, users, left_out, before_total, before_squares)
    SELECT new.test, new.phase, new.variant, {DAY}, in_it, 1 - in_it, in_it * before, in_it * before * before
    FROM (SELECT new.left_out = 0 AS in_it, coalesce(new.before, 0.0) AS before)
    WHERE true ON CONFLICT (test, phase, variant, day) DO UPDATE SET users = users + excluded.users,
        left_out = left_out + excluded.left_out, before_total = before_total + excluded.before_total,
        before_squares = before_squares + excluded.before_squares;
END;
CREATE TRIGGER experiment_assignments_left_out AFTER UPDATE OF left_out ON experiment_assignments
WHEN new.left_out > old.left_out BEGIN
    UPDATE experiment_daily_users SET users = users - 1, left_out = left_out + 1,
        before_total = before_total - coalesce(new.before, 0.0),
        before_squares = before_squares - coalesce(new.before * new.before, 0.0)
    WHERE test = new.test AND phase = new.phase AND variant = new.variant AND day = {DAY};
    DELETE FROM experiment_outcomes WHERE metric IN (SELECT number FROM experiment_metrics WHERE test = new.test)
    AND phase = new.phase AND variant = new.variant AND user = new.number;
END;

CREATE TRIGGER experiment_events_added AFTER INSERT ON experiment_events BEGIN
    UPDATE experiment_event_names SET events = events + 1 WHERE number = new.name;
    INSERT INTO experiment_outcomes (metric, phase, variant, user, first_at, events, value, below, last_at)
    SELECT metric, phase, variant, user, at, 1, above, below, at FROM (
        SELECT counts.metric, seen.phase, seen.variant, seen.number AS user,
            {AT.format(event="new", user="seen")} AS at,
            {ABOVE.format(event="new")} AS above, {BELOW.format(event="new")} AS below
        FROM experiment_metric_events AS counts JOIN experiment_metrics AS metrics ON metrics.number = counts.metric
        JOIN experiment_assignments AS seen
        WHERE counts.name = new.name AND seen.number = new.user AND NOT seen.left_out
        AND {COUNTS.format(at="new.created_at", user="seen")})
    WHERE true ON CONFLICT (metric, phase, variant, user) DO UPDATE SET events = events + 1,
        value = value + excluded.value, below = below + excluded.below,
        first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at);
END;

CREATE TRIGGER experiment_assignments_devalued AFTER UPDATE OF left_out ON experiment_assignments
WHEN new.left_out > old.left_out BEGIN
    INSERT INTO experiment_daily_values (metric, phase, variant, day, users, total, squares, total_x, squares_x,
        products)
    SELECT metric, phase, variant, day, -sum(nth = 1), -total(y - old_y), -total(y * y - old_y * old_y),
        -total(x - old_x), -total(x * x - old_x * old_x), -total(x * y - old_x * old_y)
    FROM (SELECT metric, phase, variant, day, nth, coalesce(min(y, cap), y) AS y, CASE WHEN nth = 1 THEN 0.0 ELSE
            coalesce(min(old_y, cap), old_y) END AS old_y, x, CASE WHEN nth = 1 THEN 0.0 ELSE old_x END AS old_x
        FROM (SELECT metric, phase, variant, nth, cap, day,
                CASE WHEN kind = 'mean' THEN so_far / nth ELSE so_far END AS y,
                CASE WHEN kind = 'mean' THEN (so_far - above) / max(nth - 1, 1) ELSE so_far - above END AS old_y,
                CASE WHEN kind = 'ratio' THEN below_so_far ELSE before END AS x,
                CASE WHEN kind = 'ratio' THEN below_so_far - below ELSE before END AS old_x
            FROM (SELECT *, max(on_day) OVER along AS day, row_number() OVER along AS nth,
                    total(above) OVER along AS so_far, total(below) OVER along AS below_so_far
                FROM (SELECT metrics.number AS metric, metrics.kind, metrics.cap, users.phase, users.variant,
                        events.number AS event, {ABOVE.format(event="events")} AS above,
                        {BELOW.format(event="events")} AS below,
                        CASE WHEN metrics.uses_before THEN coalesce(users.before, 0.0) ELSE 0.0 END AS before,
                        substr({AT.format(event="events", user="users")}, 1, 10) AS on_day
                    FROM experiment_metrics AS metrics
                    JOIN experiment_metric_events AS counts ON counts.metric = metrics.number
                    JOIN experiment_events AS events ON events.name = counts.name
                    JOIN experiment_assignments AS users ON users.number = events.user
                    WHERE metrics.kind <> 'conversion' AND users.number = new.number
                    AND {COUNTS.format(at="events.created_at", user="users")})
                WINDOW along AS (PARTITION BY metric ORDER BY event))))
    WHERE true GROUP BY metric, phase, variant, day
    ON CONFLICT (metric, phase, variant, day) DO UPDATE SET users = users + excluded.users,
        total = total + excluded.total, squares = squares + excluded.squares, total_x = total_x + excluded.total_x,
        squares_x = squares_x + excluded.squares_x, products = products + excluded.products;
END;
"""


def up(migrator, db):  # type: ignore[no-untyped-def]
    statement = ""
    for line in STATEMENTS.splitlines(keepends=True):
        statement += line
        # A trigger's body holds semicolons of its own; SQLite knows where it ends.
        if sqlite3.complete_statement(statement):
            db.execute_sql(statement)
            statement = ""
