-- The text of a ticket in the index has that of all that were merged into it, also by way of each other.
-- The tickets that a ticket continues, and itself with those that continue it.
CREATE VIEW ticket_families AS SELECT
    number,
    ARRAY(
        WITH RECURSIVE merged (number) AS (
            SELECT each.number FROM tickets AS each WHERE each.merged_into = tickets.number
            UNION SELECT each.number FROM tickets AS each JOIN merged ON each.merged_into = merged.number
        )
        SELECT merged.number FROM merged WHERE merged.number <> tickets.number
    ) AS merged,
    ARRAY(
        WITH RECURSIVE continuing (number) AS (
            SELECT tickets.number
            UNION SELECT each.merged_into FROM tickets AS each JOIN continuing ON each.number = continuing.number
            WHERE each.merged_into IS NOT NULL
        )
        SELECT continuing.number FROM continuing
    ) AS continuing
FROM tickets;

CREATE OR REPLACE VIEW tickets_said AS SELECT
    number,
    coalesce(indexed_title, title) AS title,
    coalesce(indexed_description, description)
    || coalesce((
        SELECT string_agg(' ' || chr(57471) || ' ' || coalesce(merged.indexed_title, merged.title)
            || ' ' || chr(57471) || ' ' || coalesce(merged.indexed_description, merged.description), ''
            ORDER BY merged.number)
        FROM tickets AS merged WHERE merged.number IN (
            SELECT unnest(family.merged) FROM ticket_families AS family WHERE family.number = tickets.number
        )
    ), '')
    || coalesce((
        SELECT string_agg(' ' || chr(57471) || ' ' || coalesce(messages.indexed_content, messages.content), ''
            ORDER BY messages.seq)
        FROM messages WHERE messages.indexed = tickets.number AND messages.indexed > 0
    ), '') AS description,
    contact_email
FROM tickets;

CREATE FUNCTION index_continuing(VARIADIC numbers bigint[]) RETURNS void LANGUAGE sql AS $$
    SELECT index_tickets(VARIADIC ARRAY(
        SELECT unnest(continuing) FROM ticket_families WHERE number = ANY (numbers)
    ));
$$;
CREATE OR REPLACE FUNCTION tickets_reworded() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM index_continuing(new.number);
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION tickets_merged_indexed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM index_continuing(old.merged_into, new.merged_into);
    RETURN NULL;
END $$;
SELECT index_tickets(VARIADIC ARRAY(
    SELECT merged_into FROM tickets AS middle WHERE merged_into IS NOT NULL
    AND EXISTS (SELECT 1 FROM tickets AS innermost WHERE innermost.merged_into = middle.number)
));
