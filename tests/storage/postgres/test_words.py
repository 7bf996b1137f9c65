"""Both engines find the same texts by the same words, in the same order; what differs is named."""

import random
import string
from contextlib import closing

import pytest

from supportdesk.domain.desk_address import SqliteFile
from supportdesk.domain.index_text import index_form
from supportdesk.domain.page import Seek
from supportdesk.domain.query import parse_query
from supportdesk.storage.database import Database
from supportdesk.storage.tickets import queries as tickets
from tests.conftest import run_sql

SIBLINGS = """
Node.js C++17 F# a/b foo_bar x86_64 Wi-Fi wifi re-open reopen state-of-the-art 0.5 -5 50% $9.99 €20 @ann
İstanbul ISTANBUL ﬁle １２３ ｶﾅ カナ don’t cafe\u0301 Ελλάδα كلمة שלום สวัสดี 🌿 Tiếng Việt Åsa
generalization generalizations skies sky dying dies news universal university organ organization
"""
WORDS = [
    "log",
    "in",
    "login",
    "log-in",
    "password",
    "passwords",
    "reset",
    "resetting",
    "refund",
    "refunded",
    "billing",
    "invoice",
    "invoices",
    "charge",
    "charged",
    "café",
    "cafe",
    "naïve",
    "Überweisung",
    "überweisen",
    "contraseña",
    "mot",
    "de",
    "passe",
    "connexion",
    "kündigen",
    "Rechnung",
    "error",
    "E-1047",
    "E1047",
    "404",
    "v2.0.1",
    "C++",
    "C#",
    ".NET",
    "R&D",
    "AT&T",
    "email",
    "e-mail",
    "ann@example.com",
    "https://example.com/a?b=c",
    "running",
    "ran",
    "runs",
    "happily",
    "happiness",
    "東京",
    "東京都",
    "京都",
    "パスワード",
    "비밀번호",
    "Ξένος",
    "кошка",
    "кошки",
    "don't",
    "can't",
    "it's",
    "user's",
    "lamp",
    "lamps",
    "shine",
    "shining",
    "window",
    "windows",
    "connection",
    "connected",
    "relational",
    "conditional",
    "hopping",
    "agreed",
    "plastered",
    "caresses",
    "ponies",
    "ties",
    "cats",
    "feed",
    *SIBLINGS.split(),
]
QUERIES = [
    *WORDS,
    *(f'"{first} {second}"' for first, second in zip(WORDS[::3], WORDS[1::3], strict=False)),
    *(f"{word[:3]}*" for word in WORDS if word[:3].isalnum()),
    *(f"{first} -{second}" for first, second in zip(WORDS[::4], WORDS[2::4], strict=False) if second.isalnum()),
    *(f"{first} OR {second}" for first, second in zip(WORDS[::5], WORDS[3::5], strict=False)),
    "(lamp OR window) -refund",
    "-lamp -refund",
    "-(lamp OR refund)",
]
# What mail from HTML has beside words and inside of them, and nobody sees.
INVISIBLE = [0xAD, 0x34F, 0x61C, *range(0x180B, 0x1810), *range(0x200B, 0x2010), *range(0x2060, 0x2070)]
INVISIBLE += [*range(0x20D0, 0x20F1), *range(0xFE00, 0xFE10)]
# Folded to the letters that people type: FTS5 keeps the letters as they are.
BETTER_ON_POSTGRES = {"ß", "œ", "æ", "ø", "ł", "ά"}


@pytest.fixture(scope="module")
def texts():
    chance = random.Random(7)
    return [
        (" ".join(chance.choices(WORDS, k=4)), " ".join(chance.choices(WORDS, k=chance.randint(3, 40))))
        for _ in range(500)
    ]


def fill(database, texts):
    with database.writing():
        database.many(
            "INSERT INTO tickets (number, id, title, description, indexed_title, indexed_description, contact_email, "
            "created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, '2026-11-20T09:30:00.000Z', "
            "'2026-11-20T09:30:00.000Z')",
            [
                (
                    number,
                    f"id{number}",
                    title,
                    text,
                    index_form(title),
                    index_form(text),
                    f"rita{number % 9}@example.com",
                )
                for number, (title, text) in enumerate(texts, start=1)
            ],
        )


def test_the_same_words_find_the_same_tickets_in_the_same_order(tmp_path, postgres_desk, texts):
    with (
        closing(Database(SqliteFile(tmp_path / "support.db"))) as file,
        closing(Database(postgres_desk)) as server,
    ):
        found = []
        for database in (file, server):
            fill(database, texts)
            found.append(
                {
                    query: [each.number for each in tickets.page(database, parse_query(query), Seek(), 1_000)]
                    for query in QUERIES
                }
            )
        assert len(QUERIES) > 150
        assert sum(map(bool, found[0].values())) > 120
        differing = {
            query: (found[0][query], found[1][query]) for query in QUERIES if found[0][query] != found[1][query]
        }
        assert differing == {}


@pytest.mark.parametrize("mark", ["\u00ad", "\u200b", "\u200d", "\u200e", "\u2060", "\ufe0f", "\u20e3", "\U000e0101"])
def test_words_beside_an_invisible_mark_are_found_without_it(tmp_path, postgres_desk, mark):
    with (
        closing(Database(SqliteFile(tmp_path / "support.db"))) as file,
        closing(Database(postgres_desk)) as server,
    ):
        for database in (file, server):
            fill(database, [(f"refund{mark} please", f"{mark}lamp 7{mark} web{mark}site"), (f"{mark}dark", "d")])
            found = {
                query: [each.number for each in tickets.page(database, parse_query(query), Seek(), 5)]
                for query in ("refund", "lamp", "7", "site", f"web{mark}site", '"web site"', "dar*", f"lamp{mark}")
            }
            assert found == {**dict.fromkeys(found, [1]), "dar*": [2]}


@pytest.mark.parametrize("letter", sorted(BETTER_ON_POSTGRES))
def test_a_letter_that_is_typed_as_others_is_found_by_them(postgres_desk, letter):
    plain = {"ß": "ss", "œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "ά": "α"}[letter]
    with closing(Database(postgres_desk)) as server:
        fill(server, [(f"x{letter}x", "d")])
        for query in (f"x{letter}x", f"x{plain}x"):
            assert [each.number for each in tickets.page(server, parse_query(query), Seek(), 5)] == [1]


def test_of_all_letters_ascii_punctuation_and_invisible_marks_part_words_and_those_for_symbols_become_runes(
    postgres_desk,
):
    (found,) = run_sql(
        postgres_desk,
        "SELECT string_agg(desk_letters(chr(n)), '' ORDER BY n), string_agg(chr(n), '' ORDER BY n) "
        "FROM generate_series(1, 70000) AS n WHERE n NOT BETWEEN 55296 AND 57343",
    )
    changed = {old: new for new, old in zip(*found, strict=True) if new != old}
    runes = {"\ue02b": "\u16a0", "\ue023": "\u16a1", "\ue02e": "\u16a2", "\ue026": "\u16a3", "\ue07f": "\u16e5"}
    parting = [*string.punctuation, *map(chr, INVISIBLE)]
    assert changed == {**dict.fromkeys(parting, " "), **runes}
