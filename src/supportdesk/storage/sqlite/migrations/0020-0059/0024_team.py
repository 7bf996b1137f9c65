"""What agents do together: merged and snoozed tickets, links, mentions, failed replies, macros, shared drafts.

A merged ticket is hidden like a deleted one: it has a `deleted_at` too, so that lists and counts need not know of it.
"""

STATEMENTS = (
    "ALTER TABLE tickets ADD COLUMN merged_into INTEGER",
    "ALTER TABLE tickets ADD COLUMN snoozed_until TEXT",
    "CREATE INDEX tickets_merged_into ON tickets (merged_into) WHERE merged_into IS NOT NULL",
    "CREATE INDEX tickets_snoozed ON tickets (snoozed_until) WHERE snoozed_until IS NOT NULL",
    """
    CREATE TABLE ticket_links (
        lower INTEGER NOT NULL REFERENCES tickets (number),
        higher INTEGER NOT NULL REFERENCES tickets (number),
        PRIMARY KEY (lower, higher),
        CHECK (lower < higher)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX ticket_links_by_higher ON ticket_links (higher)",
    """
    CREATE TABLE mentions (
        agent TEXT NOT NULL,
        message TEXT NOT NULL REFERENCES messages (id),
        ticket_id TEXT NOT NULL REFERENCES tickets (id),
        created_at TEXT NOT NULL,
        seen_at TEXT,
        PRIMARY KEY (agent, message)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX mentions_unseen ON mentions (agent, ticket_id) WHERE seen_at IS NULL",
    "CREATE INDEX mentions_by_message ON mentions (message)",
    """
    CREATE TABLE failed_replies (
        agent TEXT NOT NULL,
        notification TEXT NOT NULL REFERENCES notifications (id),
        ticket_id TEXT NOT NULL REFERENCES tickets (id),
        seen_at TEXT,
        PRIMARY KEY (agent, notification)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX failed_replies_unseen ON failed_replies (agent, ticket_id) WHERE seen_at IS NULL",
    """
    CREATE TABLE macros (
        name_key TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        actions TEXT NOT NULL,
        changed_by TEXT NOT NULL,
        changed_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE shared_drafts (
        ticket_id TEXT PRIMARY KEY REFERENCES tickets (id),
        agent TEXT NOT NULL,
        content TEXT NOT NULL,
        saved_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
)


def up(migrator, db):  # type: ignore[no-untyped-def]
    for statement in STATEMENTS:
        db.execute_sql(statement)
