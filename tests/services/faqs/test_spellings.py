"""FAQs are found and suggested by names with symbols, codes and words in other spellings, and negations."""

from contextlib import suppress
from time import process_time

import pytest

from supportdesk.domain.errors import Unavailable
from supportdesk.domain.faq import new_faq

FAQS = [
    ("How do I use the C++ SDK?", "Install the package."),
    ("How do I use the C# SDK?", "Install it from the store."),
    ("How do I use the .NET client?", "Add it to the project."),
    ("Where is the net for the pond?", "In the box."),
    ("Error E-1047 when pairing", "Hold the button for ten seconds."),
    ("Error E1048 after pairing", "Charge it."),
    ("How do I log in?", "With your address."),
    ("Where is the setup page?", "Below the menu."),
    ("May I get an email copy?", "Yes."),
    ("Does it work with Linux?", "Yes."),
    ("The app is not working after the update", "Install it again."),
    ("Is a refund paid in advance?", "No."),
    ("My refund was never paid, what now?", "Write to us."),
    ("如何申请退款", "请在订单页面选择。"),
    ("我的iPhone无法连接", "重新启动。"),
    ("パスワードを忘れました", "再設定してください。"),
    ("환불을 받고 싶어요", "신청하세요."),
    ("Who is on the R&D team?", "Ask."),
    ("Pairing the K-9QX sensor", "Press it."),
]


@pytest.fixture
def faqs(desk):
    for question, answer in FAQS:
        desk.faqs.create(new_faq(question, answer))
    return desk.faqs


def found(faqs, text, **options):
    return [hit.faq.number for hit in faqs.search(text, **options).hits]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("C++", 1),
        ("c# sdk", 2),
        (".net", 3),
        ("net", 4),
        ("R&D", 18),
        ("E1047", 5),
        ("E-1047", 5),
        ("K9QX", 19),
        ("k-9qx", 19),
        ("e1048", 6),
        ("E-1048", 6),
        ("login", 7),
        ("log in", 7),
        ("log-in", 7),
        ("set up", 8),
        ("setup", 8),
        ("e-mail", 9),
        ("email", 9),
        ("not working", 11),
        ("doesn't work", 11),
        ("it does not work", 11),
        ("isn't working", 11),
        ("refund not paid", 13),
        ("退款", 14),
        ("iPhone", 15),
        ("连接", 15),
        ("忘れ", 16),
        ("환불", 17),
    ],
)
def test_what_is_meant_comes_first_in_every_spelling(faqs, text, first):
    assert found(faqs, text)[0] == first
    assert faqs.search(text).corrections == ()


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("C++ SDK", 1),
        ("C# SDK", 2),
        ("What does E1047 mean?", 5),
        ("The app isn't working", 11),
        ("申请退款", 14),
        ("iPhone无法连接", 15),
    ],
)
def test_the_same_is_suggested_for_a_ticket(faqs, text, first):
    assert faqs.suggest(text)[0].faq.number == first


def test_names_are_found_exactly(faqs):
    assert found(faqs, "E1049") == []
    assert found(faqs, '"C++ SDK"') == [1]
    assert found(faqs, "sdk -C++") == [2]
    assert found(faqs, "退") == [14]
    assert found(faqs, "退货") == []
    assert found(faqs, '"退"') == [14]
    assert 14 not in found(faqs, "-退")


@pytest.mark.parametrize(
    ("text", "number", "marked"),
    [
        ("C++", 1, ["C++"]),
        ("退款", 14, ["退款"]),
        ("申请退款", 14, ["申请退款"]),
        ("忘れ", 16, ["忘れ"]),
        ("iPhone", 15, ["iPhone"]),
        ("R&D", 18, ["R&D"]),
    ],
)
def test_what_matched_is_highlighted(faqs, text, number, marked):
    hit = next(hit for hit in faqs.search(text).hits if hit.faq.number == number)
    assert [hit.faq.question[start:end] for start, end in hit.highlights] == marked


def test_an_edit_replaces_what_is_indexed(faqs):
    faqs.update("1", new_faq("How do I use the F# SDK?", "So."))
    assert found(faqs, "F#")[0] == 1
    assert found(faqs, "C++") == [2]
    faqs.delete("14")
    assert found(faqs, "退款") == []


@pytest.mark.parametrize("piece", ["x", "x ", "ab-", "C++ ", "not ", "退", "login "])
def test_a_long_search_takes_no_time(faqs, piece):
    start = process_time()
    text = (piece * 50_000)[:50_000]
    faqs.search(text, record=True)
    faqs.suggest(text)
    assert process_time() - start < 2


@pytest.mark.parametrize("emptied", ["faqs_text", "faqs_text_data", "faqs_text_docsize", "faqs_text_content", "faqs"])
@pytest.mark.sqlite
def test_an_index_that_another_program_has_emptied_ends_nothing(faqs, sql, emptied):
    sql(f"DELETE FROM {emptied}")
    for text in ("login", "C++", "zebra", "-login", "退款", '"log in"'):
        for ask in (faqs.search, faqs.suggest, faqs.category_hits):
            with suppress(Unavailable):
                ask(text)
