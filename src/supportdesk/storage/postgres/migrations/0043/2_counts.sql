-- For the same reason: an import of many preferences, or its undo; many tickets changed or an import of them undone.
CREATE OR REPLACE FUNCTION user_preferences_inserted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO preference_counts
    SELECT email_notifications, sms_notifications, notification_frequency, preferred_language, count(*) FROM added
    GROUP BY email_notifications, sms_notifications, notification_frequency, preferred_language
    ON CONFLICT (email_notifications, sms_notifications, notification_frequency, preferred_language)
    DO UPDATE SET preferences = preference_counts.preferences + excluded.preferences;
    RETURN NULL;
END $$;
DROP TRIGGER user_preferences_inserted ON user_preferences;
CREATE TRIGGER user_preferences_inserted AFTER INSERT ON user_preferences
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION user_preferences_inserted();

CREATE OR REPLACE FUNCTION user_preferences_deleted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE preference_counts AS kept SET preferences = kept.preferences - gone.preferences
    FROM (
        SELECT email_notifications, sms_notifications, notification_frequency, preferred_language,
            count(*) AS preferences
        FROM removed GROUP BY email_notifications, sms_notifications, notification_frequency, preferred_language
    ) AS gone
    WHERE kept.email_notifications = gone.email_notifications AND kept.sms_notifications = gone.sms_notifications
    AND kept.notification_frequency = gone.notification_frequency
    AND kept.preferred_language = gone.preferred_language;
    RETURN NULL;
END $$;
DROP TRIGGER user_preferences_deleted ON user_preferences;
CREATE TRIGGER user_preferences_deleted AFTER DELETE ON user_preferences
REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION user_preferences_deleted();

CREATE OR REPLACE FUNCTION user_preferences_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO preference_counts
    SELECT email_notifications, sms_notifications, notification_frequency, preferred_language, sum(step) FROM (
        SELECT email_notifications, sms_notifications, notification_frequency, preferred_language, 1 AS step FROM now
        UNION ALL
        SELECT email_notifications, sms_notifications, notification_frequency, preferred_language, -1 FROM before
    ) AS steps
    GROUP BY email_notifications, sms_notifications, notification_frequency, preferred_language HAVING sum(step) <> 0
    ON CONFLICT (email_notifications, sms_notifications, notification_frequency, preferred_language)
    DO UPDATE SET preferences = preference_counts.preferences + excluded.preferences;
    RETURN NULL;
END $$;
DROP TRIGGER user_preferences_changed ON user_preferences;
CREATE TRIGGER user_preferences_changed AFTER UPDATE ON user_preferences
REFERENCING OLD TABLE AS before NEW TABLE AS now FOR EACH STATEMENT EXECUTE FUNCTION user_preferences_changed();

CREATE OR REPLACE FUNCTION tickets_moved() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO ticket_counts (status, priority, tickets)
    SELECT status, priority, sum(step) FROM (
        SELECT now.status, now.priority, 1 AS step FROM now JOIN before USING (number)
        WHERE now.deleted_at IS NULL AND before.deleted_at IS DISTINCT FROM '9998-12-31T00:00:00.000Z'
        UNION ALL SELECT status, priority, -1 FROM before WHERE deleted_at IS NULL
    ) AS steps GROUP BY status, priority HAVING sum(step) <> 0
    ON CONFLICT (status, priority) DO UPDATE SET tickets = ticket_counts.tickets + excluded.tickets;
    RETURN NULL;
END $$;
DROP TRIGGER tickets_moved ON tickets;
CREATE TRIGGER tickets_moved AFTER UPDATE ON tickets
REFERENCING OLD TABLE AS before NEW TABLE AS now FOR EACH STATEMENT EXECUTE FUNCTION tickets_moved();

CREATE OR REPLACE FUNCTION tickets_requeued() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO queue_counts (queue, agent, tickets)
    SELECT queue, agent, sum(step) FROM (
        SELECT queues.queue, queues.agent, 1 AS step FROM now JOIN before USING (number)
        CROSS JOIN LATERAL (VALUES ('owner', now.owner), ('awaiting', now.awaiting)) AS queues (queue, agent)
        WHERE now.deleted_at IS NULL AND now.status <> 'resolved'
        AND before.deleted_at IS DISTINCT FROM '9998-12-31T00:00:00.000Z'
        UNION ALL SELECT queues.queue, queues.agent, -1 FROM before
        CROSS JOIN LATERAL (VALUES ('owner', before.owner), ('awaiting', before.awaiting)) AS queues (queue, agent)
        WHERE before.deleted_at IS NULL AND before.status <> 'resolved'
    ) AS steps GROUP BY queue, agent HAVING sum(step) <> 0
    ON CONFLICT (queue, agent) DO UPDATE SET tickets = queue_counts.tickets + excluded.tickets;
    RETURN NULL;
END $$;
DROP TRIGGER tickets_requeued ON tickets;
CREATE TRIGGER tickets_requeued AFTER UPDATE ON tickets
REFERENCING OLD TABLE AS before NEW TABLE AS now FOR EACH STATEMENT EXECUTE FUNCTION tickets_requeued();
