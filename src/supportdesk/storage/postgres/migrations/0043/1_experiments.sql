-- Sums are kept a statement at a time: each version of a row that a transaction has changed is read again by its next
-- change, so that a row changed once for each of 40,000 users of an import would take minutes.
CREATE OR REPLACE FUNCTION experiment_assignments_added() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO experiment_daily_users (test, phase, variant, day, users, left_out)
    SELECT test, phase, variant, substr(assigned_at, 1, 10), sum(1 - left_out), sum(left_out) FROM added
    GROUP BY test, phase, variant, substr(assigned_at, 1, 10)
    ON CONFLICT (test, phase, variant, day) DO UPDATE SET users = experiment_daily_users.users + excluded.users,
        left_out = experiment_daily_users.left_out + excluded.left_out;
    RETURN NULL;
END $$;
DROP TRIGGER experiment_assignments_added ON experiment_assignments;
CREATE TRIGGER experiment_assignments_added AFTER INSERT ON experiment_assignments
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION experiment_assignments_added();

CREATE OR REPLACE FUNCTION experiment_assignments_left_out() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE experiment_daily_users AS kept SET users = kept.users - gone.users, left_out = kept.left_out + gone.users
    FROM (
        SELECT now.test, now.phase, now.variant, substr(now.assigned_at, 1, 10) AS day, count(*) AS users
        FROM now JOIN before USING (number) WHERE now.left_out > before.left_out
        GROUP BY now.test, now.phase, now.variant, substr(now.assigned_at, 1, 10)
    ) AS gone
    WHERE kept.test = gone.test AND kept.phase = gone.phase AND kept.variant = gone.variant AND kept.day = gone.day;
    DELETE FROM experiment_outcomes AS outcomes USING now, before, experiment_metrics AS metrics
    WHERE before.number = now.number AND now.left_out > before.left_out AND metrics.test = now.test
    AND outcomes.metric = metrics.number AND outcomes.phase = now.phase AND outcomes.variant = now.variant
    AND outcomes."user" = now.number;
    RETURN NULL;
END $$;
DROP TRIGGER experiment_assignments_left_out ON experiment_assignments;
CREATE TRIGGER experiment_assignments_left_out AFTER UPDATE ON experiment_assignments
REFERENCING OLD TABLE AS before NEW TABLE AS now
FOR EACH STATEMENT EXECUTE FUNCTION experiment_assignments_left_out();

CREATE OR REPLACE FUNCTION experiment_assignments_devalued() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO experiment_daily_values (metric, phase, variant, day, users, total, squares)
    SELECT metric, phase, variant, day, -count(*) FILTER (WHERE nth = 1), -coalesce(sum(value_now - value_before), 0),
        -coalesce(sum(value_now * value_now - value_before * value_before), 0)
    FROM (
        SELECT metric, phase, variant, day, nth, CASE WHEN kind = 'mean' THEN so_far / nth ELSE so_far END AS value_now,
            CASE WHEN nth = 1 THEN 0.0 WHEN kind = 'mean' THEN (so_far - value) / (nth - 1) ELSE so_far - value END
                AS value_before
        FROM (
            SELECT metrics.number AS metric, metrics.kind, users.phase, users.variant,
                coalesce(events.event_value, 0) AS value, max(substr(events.created_at, 1, 10)) OVER along AS day,
                row_number() OVER along AS nth, coalesce(sum(events.event_value) OVER along, 0) AS so_far
            FROM now AS users
            JOIN before ON before.number = users.number AND users.left_out > before.left_out
            JOIN experiment_events AS events ON events."user" = users.number
            JOIN experiment_metric_events AS counts ON counts.name = events.name
            JOIN experiment_metrics AS metrics ON metrics.number = counts.metric AND metrics.kind <> 'conversion'
            WINDOW along AS (PARTITION BY metrics.number, events."user" ORDER BY events.number)
        ) AS each
    ) AS steps
    GROUP BY metric, phase, variant, day
    ON CONFLICT (metric, phase, variant, day) DO UPDATE SET users = experiment_daily_values.users + excluded.users,
        total = experiment_daily_values.total + excluded.total,
        squares = experiment_daily_values.squares + excluded.squares;
    RETURN NULL;
END $$;
DROP TRIGGER experiment_assignments_devalued ON experiment_assignments;
CREATE TRIGGER experiment_assignments_devalued AFTER UPDATE ON experiment_assignments
REFERENCING OLD TABLE AS before NEW TABLE AS now
FOR EACH STATEMENT EXECUTE FUNCTION experiment_assignments_devalued();

-- In turns: the first event of each user, the second of each, and so on; what a user did often goes one by one.
CREATE OR REPLACE FUNCTION experiment_events_added() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    turn bigint := 0;
    each record;
BEGIN
    UPDATE experiment_event_names SET events = events + found.rows
    FROM (SELECT name, count(*) AS rows FROM added GROUP BY name) AS found WHERE number = found.name;
    LOOP
        turn := turn + 1;
        INSERT INTO experiment_outcomes (metric, phase, variant, "user", first_at, events, value, last_at)
        SELECT metric, phase, variant, "user", at, 1, value, at FROM (
            SELECT counts.metric, seen.phase, seen.variant, seen.number AS "user", added.created_at AS at,
                coalesce(added.event_value, 0) AS value, added.number AS event,
                row_number() OVER (PARTITION BY counts.metric, seen.number ORDER BY added.number) AS nth
            FROM added JOIN experiment_metric_events AS counts ON counts.name = added.name
            JOIN experiment_assignments AS seen ON seen.number = added."user" AND seen.left_out = 0
        ) AS turns
        WHERE nth = turn
        ON CONFLICT (metric, phase, variant, "user") DO UPDATE SET events = experiment_outcomes.events + 1,
            value = experiment_outcomes.value + excluded.value,
            first_at = least(experiment_outcomes.first_at, excluded.first_at),
            last_at = greatest(experiment_outcomes.last_at, excluded.last_at);
        EXIT WHEN NOT FOUND OR turn = 10;
    END LOOP;
    FOR each IN
        SELECT * FROM (
            SELECT counts.metric, seen.phase, seen.variant, seen.number AS "user", added.created_at AS at,
                coalesce(added.event_value, 0) AS value, added.number AS event,
                row_number() OVER (PARTITION BY counts.metric, seen.number ORDER BY added.number) AS nth
            FROM added JOIN experiment_metric_events AS counts ON counts.name = added.name
            JOIN experiment_assignments AS seen ON seen.number = added."user" AND seen.left_out = 0
        ) AS turns
        WHERE nth > 10 AND turn = 10 ORDER BY event
    LOOP
        INSERT INTO experiment_outcomes (metric, phase, variant, "user", first_at, events, value, last_at)
        VALUES (each.metric, each.phase, each.variant, each."user", each.at, 1, each.value, each.at)
        ON CONFLICT (metric, phase, variant, "user") DO UPDATE SET events = experiment_outcomes.events + 1,
            value = experiment_outcomes.value + excluded.value,
            first_at = least(experiment_outcomes.first_at, excluded.first_at),
            last_at = greatest(experiment_outcomes.last_at, excluded.last_at);
    END LOOP;
    RETURN NULL;
END $$;
DROP TRIGGER experiment_events_added ON experiment_events;
CREATE TRIGGER experiment_events_added AFTER INSERT ON experiment_events
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION experiment_events_added();

CREATE OR REPLACE FUNCTION experiment_outcomes_added() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO experiment_daily_conversions (metric, phase, variant, day, users)
    SELECT metric, phase, variant, substr(first_at, 1, 10), count(*) FROM added
    GROUP BY metric, phase, variant, substr(first_at, 1, 10)
    ON CONFLICT (metric, phase, variant, day) DO UPDATE
    SET users = experiment_daily_conversions.users + excluded.users;
    RETURN NULL;
END $$;
DROP TRIGGER experiment_outcomes_added ON experiment_outcomes;
CREATE TRIGGER experiment_outcomes_added AFTER INSERT ON experiment_outcomes
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION experiment_outcomes_added();

CREATE OR REPLACE FUNCTION experiment_outcomes_earlier() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO experiment_daily_conversions (metric, phase, variant, day, users)
    SELECT metric, phase, variant, day, sum(step) FROM (
        SELECT metric, phase, variant, substr(first_at, 1, 10) AS day, 1 AS step FROM now
        UNION ALL SELECT metric, phase, variant, substr(first_at, 1, 10), -1 FROM before
    ) AS steps GROUP BY metric, phase, variant, day HAVING sum(step) <> 0
    ON CONFLICT (metric, phase, variant, day) DO UPDATE
    SET users = experiment_daily_conversions.users + excluded.users;
    RETURN NULL;
END $$;
DROP TRIGGER experiment_outcomes_earlier ON experiment_outcomes;
CREATE TRIGGER experiment_outcomes_earlier AFTER UPDATE ON experiment_outcomes
REFERENCING OLD TABLE AS before NEW TABLE AS now FOR EACH STATEMENT EXECUTE FUNCTION experiment_outcomes_earlier();

CREATE OR REPLACE FUNCTION experiment_outcomes_removed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE experiment_daily_conversions AS kept SET users = kept.users - gone.users
    FROM (
        SELECT metric, phase, variant, substr(first_at, 1, 10) AS day, count(*) AS users FROM before
        GROUP BY metric, phase, variant, substr(first_at, 1, 10)
    ) AS gone
    WHERE kept.metric = gone.metric AND kept.phase = gone.phase AND kept.variant = gone.variant AND kept.day = gone.day;
    RETURN NULL;
END $$;
DROP TRIGGER experiment_outcomes_removed ON experiment_outcomes;
CREATE TRIGGER experiment_outcomes_removed AFTER DELETE ON experiment_outcomes
REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION experiment_outcomes_removed();

CREATE OR REPLACE FUNCTION experiment_outcomes_valued() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO experiment_daily_values (metric, phase, variant, day, users, total, squares)
    SELECT metric, phase, variant, substr(last_at, 1, 10), count(*), sum(value), sum(value * value)
    FROM added JOIN experiment_metrics AS metrics ON metrics.number = metric AND metrics.kind <> 'conversion'
    GROUP BY metric, phase, variant, substr(last_at, 1, 10)
    ON CONFLICT (metric, phase, variant, day) DO UPDATE SET users = experiment_daily_values.users + excluded.users,
        total = experiment_daily_values.total + excluded.total,
        squares = experiment_daily_values.squares + excluded.squares;
    RETURN NULL;
END $$;
DROP TRIGGER experiment_outcomes_valued ON experiment_outcomes;
CREATE TRIGGER experiment_outcomes_valued AFTER INSERT ON experiment_outcomes
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION experiment_outcomes_valued();

CREATE OR REPLACE FUNCTION experiment_outcomes_revalued() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO experiment_daily_values (metric, phase, variant, day, users, total, squares)
    SELECT metric, phase, variant, day, 0, sum(value_now - value_before),
        sum(value_now * value_now - value_before * value_before)
    FROM (
        SELECT metric, phase, variant, substr(now.last_at, 1, 10) AS day,
            CASE WHEN metrics.kind = 'mean' THEN now.value / now.events ELSE now.value END AS value_now,
            CASE WHEN metrics.kind = 'mean' THEN before.value / before.events ELSE before.value END AS value_before
        FROM now JOIN before USING (metric, phase, variant, "user")
        JOIN experiment_metrics AS metrics ON metrics.number = metric AND metrics.kind <> 'conversion'
    ) AS steps
    GROUP BY metric, phase, variant, day
    ON CONFLICT (metric, phase, variant, day) DO UPDATE SET total = experiment_daily_values.total + excluded.total,
        squares = experiment_daily_values.squares + excluded.squares;
    RETURN NULL;
END $$;
DROP TRIGGER experiment_outcomes_revalued ON experiment_outcomes;
CREATE TRIGGER experiment_outcomes_revalued AFTER UPDATE ON experiment_outcomes
REFERENCING OLD TABLE AS before NEW TABLE AS now FOR EACH STATEMENT EXECUTE FUNCTION experiment_outcomes_revalued();
