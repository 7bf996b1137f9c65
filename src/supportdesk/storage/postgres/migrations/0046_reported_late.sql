ALTER TABLE experiment_assignments ADD COLUMN counted_on text COLLATE "C";
ALTER TABLE experiment_events ADD COLUMN counted_on text COLLATE "C";
ALTER TABLE experiment_metrics ADD COLUMN open_from text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE experiment_metrics ADD COLUMN reported_on text COLLATE "C" NOT NULL DEFAULT '';

CREATE FUNCTION experiment_counts_at(
    created_at text, event_counted_on text, assigned_at text, user_counted_on text, window_days bigint
) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT greatest(
        CASE WHEN window_days IS NULL THEN created_at COLLATE "C"
            ELSE experiment_window_closes(coalesce(user_counted_on || substr(assigned_at, 11), assigned_at),
                window_days) COLLATE "C" END,
        coalesce(event_counted_on, ''), coalesce(user_counted_on, ''))
$$;

CREATE OR REPLACE FUNCTION experiment_assignments_added() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO experiment_daily_users (test, phase, variant, day, users, left_out, before_total, before_squares)
    SELECT test, phase, variant, on_day, sum(in_it), sum(1 - in_it), sum(in_it * known), sum(in_it * known * known)
    FROM (SELECT added.*, CASE WHEN left_out = 0 THEN 1 ELSE 0 END AS in_it, coalesce(before, 0) AS known,
        coalesce(counted_on, substr(assigned_at, 1, 10)) AS on_day FROM added) AS added
    GROUP BY test, phase, variant, on_day
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
    WHERE test = new.test AND phase = new.phase AND variant = new.variant
    AND day = coalesce(new.counted_on, substr(new.assigned_at, 1, 10));
    DELETE FROM experiment_outcomes WHERE metric IN (SELECT number FROM experiment_metrics WHERE test = new.test)
    AND phase = new.phase AND variant = new.variant AND "user" = new.number;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION experiment_events_added() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE experiment_event_names SET events = events + 1 WHERE number = new.name;
    INSERT INTO experiment_outcomes (metric, phase, variant, "user", first_at, events, value, below, last_at)
    SELECT metric, phase, variant, "user", at, 1, above, below, at FROM (
        SELECT counts.metric, seen.phase, seen.variant, seen.number AS "user",
            experiment_counts_at(new.created_at, new.counted_on, seen.assigned_at, seen.counted_on,
                metrics.window_days) AS at,
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
                substr(experiment_counts_at(events.created_at, events.counted_on, users.assigned_at, users.counted_on,
                    metrics.window_days), 1, 10) AS on_day
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
