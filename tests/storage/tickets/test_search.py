"""Search finds what tickets say, and no text can break it."""

from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supportdesk.domain.errors import InvalidValue
from supportdesk.domain.index_text import index_form
from supportdesk.domain.page import START
from supportdesk.domain.query import parse_query
from supportdesk.domain.query.parser import QUERY_LIMIT
from supportdesk.storage.tickets import queries as tickets
from tests.hostile import HOSTILE_STRINGS


def hits(database, typed, *, typing=False):
    """The numbers of the tickets that a search finds, as they come."""
    query = parse_query(typed, typing=typing)
    found = [ticket.number for ticket in tickets.page(database, query, START, 50)]
    assert tickets.count(database, query).rows == len(found)
    assert tickets.matching(database, query, found) == set(found)
    return found


def can_search(database, typed, *, typing):
    """Search, unless the query language refuses the text."""
    try:
        parse_query(typed)
    except InvalidValue:
        return
    hits(database, typed, typing=typing)


@pytest.fixture(autouse=True)
def few_tickets(database):
    texts = [
        ("Lamp is dark", "It does not shine.", "rita@example.com"),
        ("Refund of my gift card", "I paid twice for a lamp.", "sam@example.com"),
        ("Überraschung im Café", "Der Drücker klemmt, die Straße ist naß.", "josé@example.com"),
        ("日本語のチケット", "ランプ", "yuki@example.jp"),
        ("NOT AND OR NEAR", 'title: (x) "y" * ^ {z}', "ops@example.com"),
    ]
    with database.writing():
        database.sql("DELETE FROM tickets")
        database.many(
            "INSERT INTO tickets (title, description, contact_email, id, created_at, updated_at, indexed_title, "
            "indexed_description) VALUES (?, ?, ?, ?, '2026-11-20T09:30:00.000Z', '2026-11-20T09:30:00.000Z', ?, ?)",
            [(*text, str(uuid4()), index_form(text[0]), index_form(text[1])) for text in texts],
        )


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("lamp", [2, 1]),
        ("LAMP", [2, 1]),
        ("lamps", [2, 1]),
        ("lamp refund", [2]),
        ("lamp -refund", [1]),
        ("dark OR refund", [2, 1]),
        ('"gift card"', [2]),
        ("-lamp", [5, 4, 3]),
        ('-lamp -"does not" -not', [4, 3]),
        ("#2", [2]),
        ("#6", []),
        ("#999999999999999", []),
        ('"card gift"', []),
        ("shin*", [1]),
        ("shin", []),
        ("rita@example.com", [1]),
        ("example", [5, 4, 3, 2, 1]),
        ("uberraschung", [3]),
        ("cafe drucker", [3]),
        ("CAFÉ", [3]),
        ("jose", [3]),
        ("日本語のチケット", [4]),
        ("lamp status:resolved", []),
        ("lamp status:open email:SAM@example.com", [2]),
        # Operators of the index are words here.
        ('"NOT"', [5, 1]),
        ("near", [5]),
        ('"title:lamp"', []),
        ("-(lamp OR not)", [4, 3]),
        ("lamp OR -lamp", [5, 4, 3, 2, 1]),
        ("-refund OR -twice", [5, 4, 3, 1]),
        ("lamp NOT refund", [1]),
        ("lamp AND refund", [2]),
        ("dark OR refund twice", [2, 1]),
        ('"does not sh"*', [1]),
        ("OR", []),
        ("()", []),
        ("(dark OR twice) lamp", [2, 1]),
        ("(lamp", [2, 1]),
        ('"lamp', [2, 1]),
        ("***", []),
        ('""', []),
        ("-", []),
    ],
)
def test_search_finds_words_newest_ticket_first(database, typed, found):
    assert hits(database, typed) == found


def test_while_typing_the_last_word_may_only_have_begun(database):
    assert hits(database, "ref", typing=True) == [2]
    assert hits(database, "gift ca", typing=True) == [2]
    assert hits(database, "gi card", typing=True) == []
    assert hits(database, "ref ", typing=True) == [2]
    assert hits(database, "refund -", typing=True) == [2]
    assert hits(database, 'lamp "gift', typing=True) == [2]


def test_search_follows_what_is_reworded_and_what_goes(database):
    database.sql("UPDATE tickets SET title = 'Candle is out', description = 'x' WHERE number = 1")
    assert hits(database, "candle") == [1]
    assert hits(database, "lamp") == [2]
    database.sql("UPDATE tickets SET contact_email = 'tom@example.com' WHERE number = 2")
    assert hits(database, "sam") == []
    assert hits(database, "tom") == [2]
    database.sql("DELETE FROM tickets WHERE number = 2")
    assert hits(database, "tom OR refund") == []


@pytest.mark.sqlite
def test_search_is_true_after_numbers_were_freed_and_the_file_packed(database):
    database.sql("DELETE FROM tickets WHERE number IN (1, 3)")
    database.sql("VACUUM")
    assert hits(database, "lamp") == [2]
    assert hits(database, "ランプ") == [4]
    database.sql("INSERT INTO tickets_text (tickets_text) VALUES ('integrity-check')")


@pytest.mark.parametrize("typing", [False, True])
def test_every_hostile_text_can_be_searched(database, typing):
    for text in HOSTILE_STRINGS:
        can_search(database, text[:QUERY_LIMIT], typing=typing)


OPERATORS = [
    "AND",
    "OR",
    "NOT",
    "NEAR(",
    "(",
    ")",
    '"',
    "*",
    "^",
    "-",
    "+",
    ":",
    "{title}:",
    "title:",
    ",",
    "'",
    "\\",
    ";",
]
TYPED = st.lists(st.one_of(st.sampled_from([*OPERATORS, "lamp", "-lamp", "a*"]), st.text(max_size=4)))


@settings(max_examples=120)
@given(typed=TYPED, glue=st.sampled_from(["", " "]), typing=st.booleans())
def test_any_text_can_be_searched(database, typed, glue, typing):
    can_search(database, glue.join(typed), typing=typing)


@pytest.mark.parametrize(
    "piece",
    [
        "a ",
        "-a ",
        "a OR ",
        "(",
        "((a ",
        "(a OR ",
        "(a -b ",
        "(a b OR c -(",
        "a NOT (",
        "a NOT ",
        '"',
        '" ',
        "a* ",
        "- ",
    ],
)
def test_the_longest_search_is_no_burden(database, piece):
    longest = ("lamp " + piece * QUERY_LIMIT)[:QUERY_LIMIT].strip()
    for typing in (False, True):
        can_search(database, longest, typing=typing)
