"""Tickets are found by everything that was said in them, and by notes only when one asks for notes."""

import pytest

from supportdesk.domain.conversation.message import NewReply
from supportdesk.domain.desk_address import SqliteFile
from supportdesk.domain.page import START
from supportdesk.domain.query import parse_query
from supportdesk.domain.ticket import parse_change


def found(desk, typed):
    return [ticket.number for ticket in desk.tickets.page(parse_query(typed), START, 50)]


@pytest.fixture
def talked(desk, filed):
    filed(), filed("Door jams", "It does not open.")
    desk.conversation.reply("1", NewReply("Please try another bulb in the staircase."))
    desk.conversation.reply("1", NewReply("Did C++ help, 退款 too?"))
    desk.conversation.note("2", "The locksmith is expensive.")
    return desk


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("staircases", [1]),
        ("lamp bulb", [1]),
        ("bulb C++", [1]),
        ("退款", [1]),
        ("lamp -bulb", []),
        ('"staircase did"', []),
        ("locksmith", []),
        ("example", [2, 1]),
    ],
)
def test_words_of_all_messages_find_a_ticket(talked, typed, numbers):
    assert found(talked, typed) == numbers
    assert talked.tickets.count(parse_query(typed)).rows == len(numbers)
    assert talked.tickets.matching(parse_query(typed), [1, 2]) == set(numbers)


def is_whole(desk):
    """Compare the index with one that is made of what was said now."""
    if not isinstance(desk.address, SqliteFile):
        return
    sql = desk._database.sql
    sql(
        "CREATE VIRTUAL TABLE temp.fresh USING fts5(title, description, contact_email, content = '', "
        "tokenize = 'porter unicode61 remove_diacritics 2')"
    )
    sql("INSERT INTO temp.fresh (rowid, title, description, contact_email) SELECT * FROM tickets_said")
    sql("CREATE VIRTUAL TABLE temp.expected USING fts5vocab('temp', 'fresh', 'row')")
    sql("CREATE VIRTUAL TABLE temp.kept USING fts5vocab('main', 'tickets_text', 'row')")
    try:
        assert sql("SELECT * FROM temp.kept") == sql("SELECT * FROM temp.expected")
    finally:
        for table in ("kept", "expected", "fresh"):
            sql(f"DROP TABLE temp.{table}")


def test_a_reply_that_was_taken_back_is_not_found(talked):
    assert found(talked, "staircase") == [1]
    talked.journal.undo()
    talked.journal.undo()
    assert found(talked, "C++") == []
    assert found(talked, "lamp") == [1]
    is_whole(talked)


def test_a_ticket_that_is_edited_keeps_its_words(talked):
    assert found(talked, "bulb") == [1]
    talked.tickets.update(["1"], parse_change(title="Candle is dark"))
    assert found(talked, "candle bulb") == [1]
    assert found(talked, "lamp") == []
    is_whole(talked)


def test_what_was_merged_is_found_in_the_ticket_that_continues_it(talked):
    assert found(talked, "bulb") == [1]
    talked.relations.merge(["1"], "2")
    assert (found(talked, "bulb"), found(talked, "lamp door"), found(talked, "shine")) == ([2], [2], [2])
    talked.relations.unmerge(["1"])
    assert (found(talked, "bulb"), found(talked, "lamp door"), found(talked, "shine")) == ([1], [], [1])
    is_whole(talked)


def test_what_was_merged_by_way_of_others_is_found_in_the_ticket_that_continues_all(talked, filed):
    for number, title in enumerate(("Handle broke", "Key is lost", "Window rattles"), 3):
        filed(title, "It needs mending.")
        talked.conversation.note(str(number), f"Supplier of the {title.split()[0].lower()} asked.")
    for innermost, into in (("5", "4"), ("4", "3"), ("3", "2")):
        talked.relations.merge([innermost], into)
    assert [found(talked, word) for word in ("handle", "key", "window door", "note:handle", "note:window")] == [[2]] * 5
    talked.tickets.update(["2"], parse_change(title="Gate jams"))
    assert found(talked, "window gate") == [2]
    is_whole(talked)
    talked.relations.unmerge(["3"])
    assert [found(talked, word) for word in ("gate", "window", "handle", "note:window")] == [[2], [3], [3], [3]]
    is_whole(talked)


def test_a_word_of_thousands_of_notes_is_found_in_the_ticket_that_continues_all(talked, filed):
    filed()
    talked._database.sql(
        "INSERT INTO messages (id, ticket_id, kind, author, content, trimmed_at, source, created_at) "
        "WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < 2100) "
        "SELECT 'many-' || n.number, t.id, 'note', 'ann', 'Waits for the supplier', 22, 'app', t.created_at "
        "FROM numbers AS n JOIN tickets AS t ON t.number = 1"
    )
    talked.relations.merge(["1"], "2")
    talked.relations.merge(["2"], "3")
    assert (found(talked, "note:supplier"), found(talked, "note:locksmith")) == ([3], [3])
