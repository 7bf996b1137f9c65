-- What events change is summed a statement at a time, values too: a step is the change from what a user had before an
-- event to what they have after it, and belongs to the day that is their last by then.
CREATE OR REPLACE FUNCTION experiment_events_added() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE experiment_event_names AS names SET events = names.events + many.events
    FROM (SELECT name, count(*) AS events FROM added GROUP BY name) AS many WHERE names.number = many.name;

    WITH happened AS MATERIALIZED (
        SELECT counts.metric, seen.phase, seen.variant, seen.number AS "user", added.number AS event, metrics.kind,
            metrics.cap, metrics.uses_before, coalesce(seen.before, 0) AS known,
            experiment_counts_at(added.created_at, added.counted_on, seen.assigned_at, seen.counted_on,
                metrics.window_days) AS at,
            CASE WHEN counts.below <> 0 THEN 0
                ELSE coalesce(added.event_value, CASE WHEN metrics.kind = 'ratio' THEN 1 ELSE 0 END) END AS above,
            CASE WHEN counts.below <> 0 THEN coalesce(added.event_value, 1) ELSE 0 END AS below
        FROM added JOIN experiment_metric_events AS counts ON counts.name = added.name
        JOIN experiment_metrics AS metrics ON metrics.number = counts.metric
        JOIN experiment_assignments AS seen ON seen.number = added."user"
        WHERE seen.left_out = 0
        AND (metrics.window_days IS NULL
            OR added.created_at <= experiment_window_closes(seen.assigned_at, metrics.window_days))
    ), reached AS (
        SELECT happened.*, coalesce(known_before.events, 0) + row_number() OVER along AS nth,
            coalesce(known_before.value, 0) + sum(happened.above) OVER along AS so_far,
            coalesce(known_before.below, 0) + sum(happened.below) OVER along AS below_so_far,
            substr(greatest(known_before.last_at, max(happened.at) OVER along), 1, 10) AS day
        FROM happened LEFT JOIN experiment_outcomes AS known_before USING (metric, phase, variant, "user")
        WHERE happened.kind <> 'conversion'
        WINDOW along AS (PARTITION BY happened.metric, happened."user" ORDER BY happened.event)
    ), steps AS (
        SELECT metric, phase, variant, day, nth,
            least(CASE WHEN kind = 'mean' THEN so_far / nth ELSE so_far END, cap) AS y,
            CASE WHEN nth = 1 THEN 0 ELSE
                least(CASE WHEN kind = 'mean' THEN (so_far - above) / greatest(nth - 1, 1) ELSE so_far - above END, cap)
            END AS old_y,
            CASE WHEN kind = 'ratio' THEN below_so_far WHEN uses_before <> 0 THEN known ELSE 0 END AS x,
            CASE WHEN nth = 1 THEN 0 WHEN kind = 'ratio' THEN below_so_far - below WHEN uses_before <> 0 THEN known
                ELSE 0 END AS old_x
        FROM reached
    ), valued AS (
        INSERT INTO experiment_daily_values (metric, phase, variant, day, users, total, squares, total_x, squares_x,
            products)
        SELECT metric, phase, variant, day, count(*) FILTER (WHERE nth = 1), sum(y - old_y),
            sum(y * y - old_y * old_y), sum(x - old_x), sum(x * x - old_x * old_x), sum(x * y - old_x * old_y)
        FROM steps GROUP BY metric, phase, variant, day
        ON CONFLICT (metric, phase, variant, day) DO UPDATE SET users = experiment_daily_values.users + excluded.users,
            total = experiment_daily_values.total + excluded.total,
            squares = experiment_daily_values.squares + excluded.squares,
            total_x = experiment_daily_values.total_x + excluded.total_x,
            squares_x = experiment_daily_values.squares_x + excluded.squares_x,
            products = experiment_daily_values.products + excluded.products
    )
    INSERT INTO experiment_outcomes (metric, phase, variant, "user", first_at, events, value, below, last_at)
    SELECT metric, phase, variant, "user", min(at), count(*), sum(above), sum(below), max(at)
    FROM happened GROUP BY metric, phase, variant, "user"
    ON CONFLICT (metric, phase, variant, "user") DO UPDATE SET events = experiment_outcomes.events + excluded.events,
        value = experiment_outcomes.value + excluded.value, below = experiment_outcomes.below + excluded.below,
        first_at = least(experiment_outcomes.first_at, excluded.first_at),
        last_at = greatest(experiment_outcomes.last_at, excluded.last_at);
    RETURN NULL;
END $$;
DROP TRIGGER experiment_events_added ON experiment_events;
CREATE TRIGGER experiment_events_added AFTER INSERT ON experiment_events
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION experiment_events_added();

DROP TRIGGER experiment_outcomes_valued ON experiment_outcomes;
DROP FUNCTION experiment_outcomes_valued();
DROP TRIGGER experiment_outcomes_revalued ON experiment_outcomes;
DROP FUNCTION experiment_outcomes_revalued();
