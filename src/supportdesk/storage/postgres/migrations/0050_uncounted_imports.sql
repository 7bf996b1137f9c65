-- A large import writes its tickets before its turn, where it may not wait for rows that every change writes, nor let
-- others wait for it: it counts all of them at its end.
CREATE OR REPLACE FUNCTION tickets_inserted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF current_setting('supportdesk.uncounted', true) = 'on' THEN
        RETURN NULL;
    END IF;
    INSERT INTO ticket_counts (status, priority, tickets)
    SELECT status, priority, count(*) FROM added WHERE deleted_at IS NULL GROUP BY status, priority
    ON CONFLICT (status, priority) DO UPDATE SET tickets = ticket_counts.tickets + excluded.tickets;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION tickets_queued() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF current_setting('supportdesk.uncounted', true) = 'on' THEN
        RETURN NULL;
    END IF;
    INSERT INTO queue_counts (queue, agent, tickets)
    SELECT queues.queue, queues.agent, count(*) FROM added
    CROSS JOIN LATERAL (VALUES ('owner', added.owner), ('awaiting', added.awaiting)) AS queues (queue, agent)
    WHERE deleted_at IS NULL AND status <> 'resolved' GROUP BY queues.queue, queues.agent
    ON CONFLICT (queue, agent) DO UPDATE SET tickets = queue_counts.tickets + excluded.tickets;
    UPDATE queue_counts SET tickets = tickets + said.many FROM (
        SELECT count(*) AS many FROM added WHERE deleted_at IS NULL AND status <> 'resolved' AND last_word > 0
    ) AS said WHERE queue = 'unread' AND said.many > 0;
    RETURN NULL;
END $$;
