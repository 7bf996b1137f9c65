"""Who spoke last, what an agent has looked at, tags one by one, and kept counts of the queues.

`last_word` numbers what was said over the whole desk; `ticket_marks.seen` is the number up to which an agent has looked
at a ticket, 0 without a row. `queue_counts` counts open tickets by owner and by who is awaited, tickets with failed
mail, and unread ones by agent; agent '' stands for everybody who has not looked at any ticket yet.
"""

import sqlite3

HIDDEN = "9998-12-31T00:00:00.000Z"

_OLD_OPEN = "old.deleted_at IS NULL AND old.status <> 'resolved'"
_NEW_OPEN = "new.deleted_at IS NULL AND new.status <> 'resolved'"
_SEEN = "coalesce((SELECT seen FROM ticket_marks WHERE agent = queue_counts.agent AND number = new.number), 0)"
_LAST = "(SELECT coalesce(max(last_word), 0) + 1 FROM tickets WHERE last_word > 0)"
_AWAITED = "CASE kind WHEN 'reply' THEN 'them' ELSE 'us' END"
_TAGS = """
    INSERT INTO ticket_tags (tag, number)
    SELECT DISTINCT value, new.number FROM json_each('["' || replace(new.tags, ' ', '","') || '"]')
    WHERE value <> '';
"""
_MARKED = """
    UPDATE queue_counts SET tickets = tickets + coalesce((
        SELECT CASE WHEN {now} < last_word THEN 1 ELSE 0 END - CASE WHEN {before} < last_word THEN 1 ELSE 0 END
        FROM tickets WHERE number = {row}.number AND deleted_at IS NULL AND status <> 'resolved'
    ), 0)
    WHERE queue = 'unread' AND agent = {row}.agent;
"""
_LAST_SPEAKER = f"""
    UPDATE tickets SET awaiting = coalesce((
        SELECT {_AWAITED} FROM messages
        WHERE ticket_id = tickets.id AND removed_at IS NULL AND kind NOT IN ('note', 'automatic')
        ORDER BY seq DESC LIMIT 1
    ), 'us')
    WHERE id IN (old.ticket_id, new.ticket_id);
"""

STATEMENTS = f"""
ALTER TABLE tickets ADD COLUMN awaiting TEXT NOT NULL DEFAULT 'us' CHECK (awaiting IN ('us', 'them'));
ALTER TABLE tickets ADD COLUMN last_word INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN mail_failed INTEGER NOT NULL DEFAULT 0 CHECK (mail_failed IN (0, 1));
ALTER TABLE tickets ADD COLUMN contact_domain TEXT
    GENERATED ALWAYS AS (substr(lower(contact_email), instr(contact_email, '@') + 1)) VIRTUAL;
CREATE TABLE ticket_tags (
    tag TEXT NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (tag, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE ticket_marks (
    agent TEXT NOT NULL,
    number INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    PRIMARY KEY (agent, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX ticket_marks_by_number ON ticket_marks (number);
CREATE TABLE queue_counts (
    queue TEXT NOT NULL CHECK (queue IN ('owner', 'awaiting', 'failed', 'unread')),
    agent TEXT NOT NULL,
    tickets INTEGER NOT NULL,
    PRIMARY KEY (queue, agent)
) STRICT, WITHOUT ROWID;

UPDATE tickets SET awaiting = 'them' WHERE id IN (
    SELECT ticket_id FROM messages AS said WHERE kind = 'reply' AND removed_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM messages AS later WHERE later.ticket_id = said.ticket_id AND later.seq > said.seq
        AND later.removed_at IS NULL AND later.kind NOT IN ('note', 'automatic', 'reply')
    )
);
UPDATE tickets SET mail_failed = 1
WHERE id IN (SELECT ticket_id FROM notifications WHERE status = 'failed' AND ticket_id IS NOT NULL);
INSERT INTO ticket_tags (tag, number)
SELECT DISTINCT value, tickets.number FROM tickets, json_each('["' || replace(tickets.tags, ' ', '","') || '"]')
WHERE tickets.tags <> '';
INSERT INTO queue_counts (queue, agent, tickets)
SELECT 'owner', owner, count(*) FROM tickets WHERE deleted_at IS NULL AND status <> 'resolved' GROUP BY owner
UNION ALL
SELECT 'awaiting', awaiting, count(*) FROM tickets WHERE deleted_at IS NULL AND status <> 'resolved' GROUP BY awaiting
UNION ALL
SELECT 'failed', '', count(*) FROM tickets WHERE deleted_at IS NULL AND mail_failed = 1
UNION ALL
SELECT 'unread', '', 0;

CREATE INDEX tickets_awaiting ON tickets (awaiting, queue_rank, created_at);
CREATE INDEX tickets_domain ON tickets (contact_domain, queue_rank, created_at);
CREATE INDEX tickets_last_word ON tickets (last_word) WHERE last_word > 0;
CREATE INDEX tickets_mail_failed ON tickets (number) WHERE mail_failed = 1;

CREATE TRIGGER tickets_queued AFTER INSERT ON tickets WHEN {_NEW_OPEN} BEGIN
    INSERT INTO queue_counts (queue, agent, tickets)
    VALUES ('owner', new.owner, 1), ('awaiting', new.awaiting, 1)
    ON CONFLICT (queue, agent) DO UPDATE SET tickets = tickets + 1;
    UPDATE queue_counts SET tickets = tickets + 1 WHERE queue = 'unread' AND new.last_word > 0;
END;
CREATE TRIGGER tickets_requeued AFTER UPDATE OF status, owner, awaiting, deleted_at ON tickets
WHEN old.deleted_at IS NULL OR old.deleted_at <> '{HIDDEN}' BEGIN
    UPDATE queue_counts SET tickets = tickets - 1 WHERE {_OLD_OPEN}
    AND ((queue = 'owner' AND agent = old.owner) OR (queue = 'awaiting' AND agent = old.awaiting));
    INSERT INTO queue_counts (queue, agent, tickets)
    SELECT 'owner', new.owner, 1 WHERE {_NEW_OPEN} UNION ALL SELECT 'awaiting', new.awaiting, 1 WHERE {_NEW_OPEN}
    ON CONFLICT (queue, agent) DO UPDATE SET tickets = tickets + 1;
END;
CREATE TRIGGER tickets_unread AFTER UPDATE OF status, last_word, deleted_at ON tickets
WHEN new.last_word > 0 AND (old.deleted_at IS NULL OR old.deleted_at <> '{HIDDEN}') BEGIN
    UPDATE queue_counts SET tickets = tickets
        + CASE WHEN {_NEW_OPEN} AND {_SEEN} < new.last_word THEN 1 ELSE 0 END
        - CASE WHEN {_OLD_OPEN} AND {_SEEN} < old.last_word THEN 1 ELSE 0 END
    WHERE queue = 'unread';
END;
CREATE TRIGGER tickets_failed AFTER UPDATE OF mail_failed, deleted_at ON tickets
WHEN (old.deleted_at IS NULL OR old.deleted_at <> '{HIDDEN}') AND (old.mail_failed = 1 OR new.mail_failed = 1) BEGIN
    UPDATE queue_counts SET tickets = tickets
        + CASE WHEN new.deleted_at IS NULL THEN new.mail_failed ELSE 0 END
        - CASE WHEN old.deleted_at IS NULL THEN old.mail_failed ELSE 0 END
    WHERE queue = 'failed';
END;
CREATE TRIGGER tickets_unqueued BEFORE DELETE ON tickets BEGIN
    UPDATE queue_counts SET tickets = tickets - 1 WHERE {_OLD_OPEN}
    AND ((queue = 'owner' AND agent = old.owner) OR (queue = 'awaiting' AND agent = old.awaiting)
        OR (queue = 'unread' AND {_SEEN.replace("new.", "old.")} < old.last_word));
    UPDATE queue_counts SET tickets = tickets - old.mail_failed WHERE queue = 'failed' AND old.deleted_at IS NULL;
    DELETE FROM ticket_tags WHERE number = old.number AND tag IN (
        SELECT value FROM json_each('["' || replace(old.tags, ' ', '","') || '"]')
    );
END;
CREATE TRIGGER tickets_forgotten AFTER DELETE ON tickets BEGIN
    DELETE FROM ticket_marks WHERE number = old.number;
END;

CREATE TRIGGER tickets_tagged AFTER INSERT ON tickets WHEN new.tags <> '' BEGIN{_TAGS}END;
CREATE TRIGGER tickets_retagged AFTER UPDATE OF tags ON tickets WHEN new.tags <> old.tags BEGIN
    DELETE FROM ticket_tags WHERE number = old.number AND tag IN (
        SELECT value FROM json_each('["' || replace(old.tags, ' ', '","') || '"]')
    );{_TAGS}END;

CREATE TRIGGER ticket_marks_first BEFORE INSERT ON ticket_marks BEGIN
    INSERT INTO queue_counts (queue, agent, tickets)
    SELECT 'unread', new.agent, tickets FROM queue_counts WHERE queue = 'unread' AND agent = ''
    ON CONFLICT (queue, agent) DO NOTHING;
END;
CREATE TRIGGER ticket_marks_inserted AFTER INSERT ON ticket_marks BEGIN
    {_MARKED.format(now="new.seen", before="0", row="new")}
END;
CREATE TRIGGER ticket_marks_moved AFTER UPDATE OF seen ON ticket_marks BEGIN
    {_MARKED.format(now="new.seen", before="old.seen", row="new")}
END;
CREATE TRIGGER ticket_marks_deleted AFTER DELETE ON ticket_marks BEGIN
    {_MARKED.format(now="0", before="old.seen", row="old")}
END;

CREATE TRIGGER messages_said AFTER INSERT ON messages BEGIN
    UPDATE tickets SET
        last_word = CASE new.kind WHEN 'automatic' THEN last_word ELSE {_LAST} END,
        awaiting = CASE WHEN new.kind IN ('note', 'automatic') THEN awaiting WHEN new.kind = 'reply' THEN 'them'
            ELSE 'us' END,
        mail_failed = CASE WHEN new.kind IN ('reply', 'note') THEN 0 ELSE mail_failed END
    WHERE id = new.ticket_id;
END;
CREATE TRIGGER messages_taken_back AFTER UPDATE OF removed_at, ticket_id ON messages
WHEN new.kind NOT IN ('note', 'automatic') BEGIN{_LAST_SPEAKER}END;

CREATE TRIGGER notifications_failed AFTER UPDATE OF status ON notifications
WHEN new.ticket_id IS NOT NULL AND new.status = 'failed' AND old.status <> 'failed' BEGIN
    UPDATE tickets SET mail_failed = 1 WHERE id = new.ticket_id;
END;
CREATE TRIGGER notifications_failed_at_once AFTER INSERT ON notifications
WHEN new.ticket_id IS NOT NULL AND new.status = 'failed' BEGIN
    UPDATE tickets SET mail_failed = 1 WHERE id = new.ticket_id;
END;
CREATE TRIGGER notifications_retried AFTER UPDATE OF status ON notifications
WHEN new.ticket_id IS NOT NULL AND new.status <> 'failed' AND old.status = 'failed' BEGIN
    UPDATE tickets SET mail_failed = 0 WHERE id = new.ticket_id
    AND NOT EXISTS (SELECT 1 FROM notifications WHERE ticket_id = new.ticket_id AND status = 'failed');
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
