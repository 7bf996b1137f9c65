"""Tickets are found by names with symbols, codes in other spellings, and words inside texts without spaces."""

import pytest

from supportdesk.domain.moment import now
from supportdesk.domain.page import START
from supportdesk.domain.query import parse_query
from supportdesk.domain.ticket import NewTicket
from supportdesk.storage.tickets import queries as tickets
from supportdesk.storage.tickets import saving

TITLES = [
    "The C++ SDK does not build",
    "The C# SDK does not build",
    "Vitamin C is missing",
    "Runs on .NET only",
    "No net in the box",
    "Error E-1047 when pairing",
    "Error E1048 when pairing",
    "I cannot log in",
    "The login is broken",
    "订单退款问题",
    "我的iPhone坏了",
    "注文AB-1234が届かない",
    "비밀번호를 잊어버렸어요",
    "Ask the R&D team",
    "Set up my e-mail",
    "Wi-Fi is gone since Windows 11",
    "The K-9QX sensor does not pair",
    "Part AB12-CD34 is missing",
]


@pytest.fixture(autouse=True)
def many_titles(database):
    with database.writing():
        database.sql("DELETE FROM tickets")
        for number, title in enumerate(TITLES, 1):
            saving.insert(database, f"id-{number}", NewTicket(title, "-", "rita@example.com"), now())


def hits(database, typed, *, typing=False):
    query = parse_query(typed, typing=typing)
    return [ticket.title for ticket in tickets.page(database, query, START, 50)][::-1]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("C++", [1]),
        ("c++ sdk", [1]),
        ('"the C++ SDK"', [1]),
        ("C#", [2]),
        ("c", [1, 2, 3]),
        (".net", [4]),
        ("net", [4, 5]),
        ("r&d", [14]),
        ("C++ OR C#", [1, 2]),
        ("sdk -C++", [2]),
        ("E1047", [6]),
        ("K9QX", [17]),
        ("K-9-QX", [17]),
        ("AB12CD34", [18]),
        ("ab-12-cd-34", [18]),
        ("E-1047", [6]),
        ("e1048", [7]),
        ("E-1048", [7]),
        ("ab1234", [12]),
        ("login", [8, 9]),
        ("log in", [8, 9]),
        ("log-in", [8, 9]),
        ("email", [15]),
        ("setup", [15]),
        ("wifi", [16]),
        ("wi fi", [16]),
        ("windows11", [16]),
        ("windows-11", [16]),
        ("退款", [10]),
        ("款", [10]),
        ("退问", []),
        ("iPhone", [11]),
        ("坏了", [11]),
        ("届かない", [12]),
        ("비밀번호", [13]),
        ("sdk -退款", [1, 2]),
        ("-退款 iphone", [11]),
    ],
)
def test_a_name_is_found_in_every_spelling(database, typed, found):
    assert hits(database, typed) == [TITLES[number - 1] for number in found]


def test_spellings_are_found_while_typing(database):
    assert hits(database, "log in", typing=True) == [TITLES[7], TITLES[8]]
    assert hits(database, "login", typing=True) == [TITLES[7], TITLES[8]]
    assert hits(database, "订", typing=True) == hits(database, "订单退", typing=True) == [TITLES[9]]
    assert hits(database, "E-104", typing=True) == [TITLES[5], TITLES[6]]


@pytest.mark.sqlite
def test_the_index_stays_whole_when_texts_change(database):
    database.sql("UPDATE tickets SET title = 'The F# SDK', indexed_title = index_form('The F# SDK') WHERE number = 1")
    assert hits(database, "F#") == ["The F# SDK"]
    assert hits(database, "C++") == []
    database.sql("DELETE FROM tickets WHERE number IN (1, 10)")
    assert hits(database, "F# OR 退款") == []
    database.sql("INSERT INTO tickets_text (tickets_text) VALUES ('integrity-check')")
