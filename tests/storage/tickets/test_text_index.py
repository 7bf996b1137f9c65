"""The text index of tickets is whole whatever happens to tickets and messages, indexed or not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supportdesk.storage.tickets.indexing import index_messages

NUMBER = st.integers(1, 4)
WORDS = st.sampled_from(["lamp", "door key", "C++ lamp", "退款", ""])
INDEX = "index"
CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just(INDEX), st.just(""), NUMBER),
        st.tuples(
            st.just(
                "UPDATE tickets SET title = ?1, indexed_title = index_form(?1), description = ?1 || ?2 "
                "WHERE number = ?2"
            ),
            WORDS,
            NUMBER,
        ),
        st.tuples(st.just("UPDATE tickets SET merged_into = ? WHERE number = ?"), st.one_of(st.none(), NUMBER), NUMBER),
        st.tuples(
            st.just(
                "INSERT INTO messages (id, ticket_id, kind, author, content, indexed_content, trimmed_at, source, "
                "created_at) SELECT hex(randomblob(8)), id, CASE WHEN number = 4 THEN 'note' ELSE 'reply' END, 'x', "
                "?1, index_form(?1), 1, 'app', 't' FROM tickets WHERE number = ?2"
            ),
            WORDS,
            NUMBER,
        ),
        st.tuples(
            st.just("UPDATE messages SET removed_at = nullif(?1, '') WHERE seq % 4 = ?2 - 1"),
            st.sampled_from(["", "t"]),
            NUMBER,
        ),
        st.tuples(
            st.just("UPDATE messages SET content = ?1, indexed_content = index_form(?1) WHERE seq % 4 = ?2 - 1"),
            WORDS,
            NUMBER,
        ),
        st.tuples(
            st.just("UPDATE messages SET ticket_id = ? WHERE seq % 4 = ? - 1"),
            NUMBER.map(lambda number: f"t{number}"),
            NUMBER,
        ),
    ),
    min_size=3,
    max_size=25,
)
TOKENIZE = "tokenize = 'porter unicode61 remove_diacritics 2'"


def fill(database):
    # Messages are never deleted, but removed.
    database.sql("UPDATE messages SET removed_at = 't'")
    database.sql("UPDATE tickets SET merged_into = NULL")
    index_messages(database, None)
    for table in ("messages", "tickets"):
        database.sql(f"DELETE FROM {table}")
    for number in range(1, 5):
        database.sql(
            "INSERT INTO tickets (number, id, title, description, contact_email, created_at, updated_at) "
            "VALUES (?1, 't' || ?1, 'lamp', 'd', 'r@example.com', 'a', 'a')",
            (number,),
        )


def terms(database, table, columns, content):
    """The words of an index with how often they are in it, and those of one that is made of the content now."""
    sql = database.sql
    sql(f"CREATE VIRTUAL TABLE temp.fresh USING fts5({columns}, content = '', {TOKENIZE})")
    sql("CREATE VIRTUAL TABLE temp.expected USING fts5vocab('temp', 'fresh', 'row')")
    sql(f"CREATE VIRTUAL TABLE temp.kept USING fts5vocab('main', '{table}', 'row')")
    try:
        sql(f"INSERT INTO temp.fresh (rowid, {columns}) {content}")
        return sql("SELECT * FROM temp.kept"), sql("SELECT * FROM temp.expected")
    finally:
        for name in ("kept", "expected", "fresh"):
            sql(f"DROP TABLE temp.{name}")


@pytest.mark.sqlite
@settings(max_examples=150)
@given(changes=CHANGES)
def test_the_index_has_the_words_of_what_was_said(database, changes):
    fill(database)
    for statement, *values in changes:
        if statement == INDEX:
            index_messages(database, None)
        else:
            database.sql(statement, values)
    said = "SELECT number, title, description, contact_email FROM tickets_said"
    kept, expected = terms(database, "tickets_text", "title, description, contact_email", said)
    assert kept == expected
    noted = "SELECT seq, coalesce(indexed_content, content) FROM messages WHERE kind = 'note' AND removed_at IS NULL"
    kept, expected = terms(database, "notes_text", "content", noted)
    assert kept == expected
    index_messages(database, None)
    assert database.sql("SELECT count(*) FROM messages WHERE pending = 1") == [(0,)]
    wrong = "SELECT count(*) FROM messages WHERE (kind = 'note' OR removed_at IS NOT NULL) AND indexed > 0"
    assert database.sql(wrong) == [(0,)]
