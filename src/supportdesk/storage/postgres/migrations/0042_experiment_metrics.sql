ALTER TABLE experiment_metrics DROP CONSTRAINT experiment_metrics_kind_check;
ALTER TABLE experiment_metrics ADD CONSTRAINT experiment_metrics_kind_check
    CHECK (kind IN ('conversion', 'mean', 'revenue', 'ratio'));
ALTER TABLE experiment_metrics ADD COLUMN below_events text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE experiment_metrics ADD COLUMN window_days bigint;
ALTER TABLE experiment_metrics ADD COLUMN cap double precision;
ALTER TABLE experiment_metrics ADD COLUMN uses_before bigint NOT NULL DEFAULT 0;
ALTER TABLE experiment_metric_events ADD COLUMN below bigint NOT NULL DEFAULT 0;
ALTER TABLE experiment_outcomes ADD COLUMN below double precision NOT NULL DEFAULT 0;
ALTER TABLE experiment_daily_users ADD COLUMN before_total double precision NOT NULL DEFAULT 0;
ALTER TABLE experiment_daily_users ADD COLUMN before_squares double precision NOT NULL DEFAULT 0;
ALTER TABLE experiment_daily_values ADD COLUMN total_x double precision NOT NULL DEFAULT 0;
ALTER TABLE experiment_daily_values ADD COLUMN squares_x double precision NOT NULL DEFAULT 0;
ALTER TABLE experiment_daily_values ADD COLUMN products double precision NOT NULL DEFAULT 0;

CREATE FUNCTION experiment_window_closes(assigned_at text, window_days bigint) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT to_char(substr(assigned_at, 1, 10)::date + window_days::int, 'YYYY-MM-DD') || substr(assigned_at, 11)
$$;

CREATE OR REPLACE FUNCTION experiment_assignments_added() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO experiment_daily_users (test, phase, variant, day, users, left_out, before_total, before_squares)
    SELECT new.test, new.phase, new.variant, substr(new.assigned_at, 1, 10), in_it, 1 - in_it, in_it * known,
        in_it * known * known
    FROM (SELECT CASE WHEN new.left_out = 0 THEN 1 ELSE 0 END AS in_it, coalesce(new.before, 0) AS known) AS added
    ON CONFLICT (test, phase, variant, day) DO UPDATE SET users = experiment_daily_users.users + excluded.users,
        left_out = experiment_daily_users.left_out + excluded.left_out,
        before_total = experiment_daily_users.before_total + excluded.before_total,
        before_squares = experiment_daily_users.before_squares + excluded.before_squares;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION experiment_assignments_left_out() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE experiment_daily_users SET users = users - 1, left_out = left_out + 1,
        before_total = before_total - coalesce(new.before, 0),
        before_squares = before_squares - coalesce(new.before * new.before, 0)
    WHERE test = new.test AND phase = new.phase AND variant = new.variant AND day = substr(new.assigned_at, 1, 10);
    DELETE FROM experiment_outcomes WHERE metric IN (SELECT number FROM experiment_metrics WHERE test = new.test)
    AND phase = new.phase AND variant = new.variant AND "user" = new.number;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION experiment_events_added() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE experiment_event_names SET events = events + 1 WHERE number = new.name;
    INSERT INTO experiment_outcomes (metric, phase, variant, "user", first_at, events, value, below, last_at)
    SELECT metric, phase, variant, "user", at, 1, above, below, at FROM (
        SELECT counts.metric, seen.phase, seen.variant, seen.number AS "user",
            CASE WHEN metrics.window_days IS NULL THEN new.created_at
                ELSE experiment_window_closes(seen.assigned_at, metrics.window_days) END AS at,
            CASE WHEN counts.below <> 0 THEN 0
                ELSE coalesce(new.event_value, CASE WHEN metrics.kind = 'ratio' THEN 1 ELSE 0 END) END AS above,
            CASE WHEN counts.below <> 0 THEN coalesce(new.event_value, 1) ELSE 0 END AS below
        FROM experiment_metric_events AS counts JOIN experiment_metrics AS metrics ON metrics.number = counts.metric
        CROSS JOIN experiment_assignments AS seen
        WHERE counts.name = new.name AND seen.number = new."user" AND seen.left_out = 0
        AND (metrics.window_days IS NULL
            OR new.created_at <= experiment_window_closes(seen.assigned_at, metrics.window_days))) AS happened
    ON CONFLICT (metric, phase, variant, "user") DO UPDATE SET events = experiment_outcomes.events + 1,
        value = experiment_outcomes.value + excluded.value, below = experiment_outcomes.below + excluded.below,
        first_at = least(experiment_outcomes.first_at, excluded.first_at),
        last_at = greatest(experiment_outcomes.last_at, excluded.last_at);
    RETURN NULL;
END $$;

CREATE FUNCTION experiment_user_value(
    metrics experiment_metrics, outcome experiment_outcomes, OUT y double precision, OUT x double precision
) LANGUAGE sql STABLE AS $$
    SELECT least(CASE WHEN metrics.kind = 'mean' THEN outcome.value / outcome.events ELSE outcome.value END,
            metrics.cap),
        CASE WHEN metrics.kind = 'ratio' THEN outcome.below WHEN metrics.uses_before <> 0 THEN coalesce((
            SELECT before FROM experiment_assignments WHERE number = outcome."user"), 0) ELSE 0 END
$$;

CREATE FUNCTION experiment_values_add(
    of_metric bigint, of_phase bigint, of_variant bigint, of_day text, many bigint, y double precision,
    yy double precision, x double precision, xx double precision, xy double precision
) RETURNS void LANGUAGE sql AS $$
    INSERT INTO experiment_daily_values (metric, phase, variant, day, users, total, squares, total_x, squares_x,
        products)
    VALUES (of_metric, of_phase, of_variant, of_day, many, y, yy, x, xx, xy)
    ON CONFLICT (metric, phase, variant, day) DO UPDATE SET users = experiment_daily_values.users + excluded.users,
        total = experiment_daily_values.total + excluded.total,
        squares = experiment_daily_values.squares + excluded.squares,
        total_x = experiment_daily_values.total_x + excluded.total_x,
        squares_x = experiment_daily_values.squares_x + excluded.squares_x,
        products = experiment_daily_values.products + excluded.products
$$;

CREATE OR REPLACE FUNCTION experiment_outcomes_valued() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    measured experiment_metrics;
    now record;
BEGIN
    SELECT * INTO measured FROM experiment_metrics WHERE number = new.metric;
    IF measured.kind <> 'conversion' THEN
        now := experiment_user_value(measured, new);
        PERFORM experiment_values_add(new.metric, new.phase, new.variant, substr(new.last_at, 1, 10), 1, now.y,
            now.y * now.y, now.x, now.x * now.x, now.x * now.y);
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION experiment_outcomes_revalued() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    measured experiment_metrics;
    now record;
    was record;
BEGIN
    SELECT * INTO measured FROM experiment_metrics WHERE number = new.metric;
    IF measured.kind <> 'conversion' THEN
        now := experiment_user_value(measured, new);
        was := experiment_user_value(measured, old);
        PERFORM experiment_values_add(new.metric, new.phase, new.variant, substr(new.last_at, 1, 10), 0, now.y - was.y,
            now.y * now.y - was.y * was.y, now.x - was.x, now.x * now.x - was.x * was.x, now.x * now.y - was.x * was.y);
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION experiment_assignments_devalued() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM experiment_values_add(metric, phase, variant, day, -count(*) FILTER (WHERE nth = 1),
        -coalesce(sum(y - old_y), 0), -coalesce(sum(y * y - old_y * old_y), 0), -coalesce(sum(x - old_x), 0),
        -coalesce(sum(x * x - old_x * old_x), 0), -coalesce(sum(x * y - old_x * old_y), 0))
    FROM (
SELECT metric, phase, variant, day, nth, least(y, cap) AS y, CASE WHEN nth = 1 THEN 0 ELSE least(old_y, cap) END AS old_y,
    x, CASE WHEN nth = 1 THEN 0 ELSE old_x END AS old_x
FROM (SELECT metric, phase, variant, nth, cap, day,
        CASE WHEN kind = 'mean' THEN so_far / nth ELSE so_far END AS y,
        CASE WHEN kind = 'mean' THEN (so_far - above) / greatest(nth - 1, 1) ELSE so_far - above END AS old_y,
        CASE WHEN kind = 'ratio' THEN below_so_far ELSE known END AS x,
        CASE WHEN kind = 'ratio' THEN below_so_far - below ELSE known END AS old_x
    FROM (SELECT *, max(on_day) OVER along AS day, row_number() OVER along AS nth, sum(above) OVER along AS so_far,
            sum(below) OVER along AS below_so_far
        FROM (SELECT metrics.number AS metric, metrics.kind, metrics.cap, users.phase, users.variant,
                events.number AS event,
                CASE WHEN counts.below <> 0 THEN 0 ELSE coalesce(events.event_value,
                    CASE WHEN metrics.kind = 'ratio' THEN 1 ELSE 0 END) END AS above,
                CASE WHEN counts.below <> 0 THEN coalesce(events.event_value, 1) ELSE 0 END AS below,
                CASE WHEN metrics.uses_before <> 0 THEN coalesce(users.before, 0) ELSE 0 END AS known,
                substr(CASE WHEN metrics.window_days IS NULL THEN events.created_at
                    ELSE experiment_window_closes(users.assigned_at, metrics.window_days) END, 1, 10) AS on_day
            FROM experiment_metrics AS metrics
            JOIN experiment_metric_events AS counts ON counts.metric = metrics.number
            JOIN experiment_events AS events ON events.name = counts.name
            JOIN experiment_assignments AS users ON users.number = events."user"
            WHERE metrics.kind <> 'conversion' AND users.number = new.number
            AND (metrics.window_days IS NULL
                OR events.created_at <= experiment_window_closes(users.assigned_at, metrics.window_days))) AS happened
        WINDOW along AS (PARTITION BY metric ORDER BY event)) AS each) AS steps) AS stepped
    GROUP BY metric, phase, variant, day;
    RETURN NULL;
END $$;
