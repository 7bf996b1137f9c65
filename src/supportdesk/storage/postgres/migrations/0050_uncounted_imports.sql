-- A large import writes its tickets before its turn, where it may not wait for rows that every change writes, nor let
-- others wait for it: it counts all of them at its end.
DROP TRIGGER tickets_inserted ON tickets;
CREATE TRIGGER tickets_inserted AFTER INSERT ON tickets
REFERENCING NEW TABLE AS added FOR EACH STATEMENT
WHEN (coalesce(current_setting('supportdesk.uncounted', true), '') <> 'on') EXECUTE FUNCTION tickets_inserted();
DROP TRIGGER tickets_queued ON tickets;
CREATE TRIGGER tickets_queued AFTER INSERT ON tickets
REFERENCING NEW TABLE AS added FOR EACH STATEMENT
WHEN (coalesce(current_setting('supportdesk.uncounted', true), '') <> 'on') EXECUTE FUNCTION tickets_queued();
