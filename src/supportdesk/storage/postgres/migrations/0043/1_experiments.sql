-- Sums are kept a statement at a time: each version of a row that a transaction has changed is read again by its next
-- change, so that a row changed once for each of 40,000 users of an import would take minutes.
CREATE OR REPLACE FUNCTION experiment_assignments_added() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO experiment_daily_users (test, phase, variant, day, users, left_out, before_total, before_squares)
    SELECT test, phase, variant, substr(assigned_at, 1, 10), sum(in_it), sum(1 - in_it), sum(in_it * known),
        sum(in_it * known * known)
    FROM (SELECT added.*, CASE WHEN left_out = 0 THEN 1 ELSE 0 END AS in_it, coalesce(before, 0) AS known
        FROM added) AS added
    GROUP BY test, phase, variant, substr(assigned_at, 1, 10)
    ON CONFLICT (test, phase, variant, day) DO UPDATE SET users = experiment_daily_users.users + excluded.users,
        left_out = experiment_daily_users.left_out + excluded.left_out,
        before_total = experiment_daily_users.before_total + excluded.before_total,
        before_squares = experiment_daily_users.before_squares + excluded.before_squares;
    RETURN NULL;
END $$;
DROP TRIGGER experiment_assignments_added ON experiment_assignments;
CREATE TRIGGER experiment_assignments_added AFTER INSERT ON experiment_assignments
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION experiment_assignments_added();

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
