"""Kept counts of the queues, and the tags one by one, follow whatever happens to tickets, messages, marks and mail."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supportdesk.domain.moment import to_text
from tests.storage.tickets.test_pages import NOON

AT = to_text(NOON)
AGENTS = ("ann", "bob")
KINDS = ("requester", "participant", "third_party", "reply", "note", "automatic")
NUMBER = st.integers(1, 4)
CHANGES = st.lists(
    st.one_of(
        st.tuples(
            st.just("UPDATE tickets SET status = ? WHERE number = ?"),
            st.sampled_from(["new", "in-progress", "resolved"]),
            NUMBER,
        ),
        st.tuples(st.just("UPDATE tickets SET owner = ? WHERE number >= ?"), st.sampled_from(["", *AGENTS]), NUMBER),
        st.tuples(st.just("UPDATE tickets SET deleted_at = ? WHERE number = ?"), st.sampled_from([None, AT]), NUMBER),
        st.tuples(
            st.just("UPDATE tickets SET tags = ? WHERE number = ?"),
            st.sampled_from(["", "vip", "press vip", "a.b:c/d-e ümläut"]),
            NUMBER,
        ),
        st.tuples(
            st.just(
                "INSERT INTO messages (id, ticket_id, kind, author, content, trimmed_at, source, created_at) "
                "SELECT hex(randomblob(8)), id, ?, 'x', 'y', 1, 'app', 't' FROM tickets WHERE number = ?"
            ),
            st.sampled_from(KINDS),
            NUMBER,
        ),
        st.tuples(
            st.just("UPDATE messages SET removed_at = ? WHERE seq % 4 = ? - 1"), st.sampled_from([None, AT]), NUMBER
        ),
        st.tuples(
            st.just(
                "INSERT INTO ticket_marks (agent, number, seen) SELECT ?, number, last_word FROM tickets "
                "WHERE number = ? AND last_word > 0 ON CONFLICT (agent, number) DO UPDATE SET seen = excluded.seen"
            ),
            st.sampled_from(AGENTS),
            NUMBER,
        ),
        st.tuples(st.just("DELETE FROM ticket_marks WHERE agent = ? AND number = ?"), st.sampled_from(AGENTS), NUMBER),
        st.tuples(
            st.just("UPDATE notifications SET status = ? WHERE ticket_id = (SELECT id FROM tickets WHERE number = ?)"),
            st.sampled_from(["failed", "pending", "sent"]),
            NUMBER,
        ),
        st.tuples(
            st.just("DELETE FROM tickets WHERE owner = ? AND number = ? AND import_id = 'x'"), st.just(""), NUMBER
        ),
    ),
    min_size=4,
    max_size=25,
)
OPEN = "deleted_at IS NULL AND status <> 'resolved'"


def fill(database):
    for table in ("notifications", "messages", "ticket_marks", "tickets"):
        database.sql(f"DELETE FROM {table}")
    database.sql("UPDATE queue_counts SET tickets = 0")
    for number in range(1, 5):
        database.sql(
            "INSERT INTO tickets (number, id, title, description, contact_email, created_at, updated_at, last_word, "
            "import_id) VALUES (?1, 't' || ?1, 't', 'd', 'r@example.com', 'a', 'a', ?1 - 1, "
            "CASE ?1 WHEN 4 THEN 'x' END)",
            (number,),
        )
        if number < 4:
            database.sql(
                "INSERT INTO notifications (id, ticket_id, recipient_email, notification_type, subject, content, "
                "message_id, created_at, due_at) VALUES (?1, 't' || ?1, 'r', 'reply', 's', 'c', ?1, 'a', 'a')",
                (number,),
            )


@pytest.mark.sqlite
@settings(max_examples=250)
@given(changes=CHANGES)
def test_kept_counts_are_what_counting_would_give(database, changes):
    fill(database)
    for statement, *values in changes:
        if statement.startswith("DELETE FROM tickets"):
            database.sql("DELETE FROM messages WHERE ticket_id = 't4'")
        database.sql(statement, values)
    kept = {(queue, agent): tickets for queue, agent, tickets in database.sql("SELECT * FROM queue_counts")}

    for queue, column in (("owner", "owner"), ("awaiting", "awaiting")):
        counted = dict(database.sql(f"SELECT {column}, count(*) FROM tickets WHERE {OPEN} GROUP BY 1"))
        found = {agent: tickets for (kind, agent), tickets in kept.items() if kind == queue and tickets}
        assert found == counted
    failed = database.sql("SELECT count(*) FROM tickets WHERE mail_failed = 1 AND deleted_at IS NULL")
    assert kept["failed", ""] == failed[0][0]
    for agent in (*AGENTS, ""):
        unread = database.sql(
            f"SELECT count(*) FROM tickets WHERE {OPEN} AND last_word > coalesce("
            "(SELECT seen FROM ticket_marks WHERE agent = ? AND number = tickets.number), 0)",
            (agent,),
        )
        assert kept.get(("unread", agent), unread[0][0]) == unread[0][0]
    tagged = database.sql("SELECT number, tags FROM tickets WHERE tags <> ''")
    expected = {(tag, number) for number, tags in tagged for tag in tags.split()}
    assert set(database.sql("SELECT tag, number FROM ticket_tags")) == expected
    speakers = database.sql(
        "SELECT t.awaiting, coalesce((SELECT CASE kind WHEN 'reply' THEN 'them' ELSE 'us' END FROM messages AS m "
        "WHERE m.ticket_id = t.id AND removed_at IS NULL AND kind NOT IN ('note', 'automatic') "
        "ORDER BY seq DESC LIMIT 1), 'us') FROM tickets AS t"
    )
    assert all(kept_side == spoken for kept_side, spoken in speakers)
