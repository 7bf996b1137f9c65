"""Text as it is indexed and looked up: names with symbols, and scripts without spaces."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain.index_text import index_text, query_terms, query_text, token_offsets

SPECIAL = st.text("abC1 .+#&-_日本ラ한éｃ＋ﬁ\n", max_size=30)


@pytest.mark.parametrize(
    "text", ["", "plain text", "E-1047, 50+ and 1+1", "a+b me+you@example.com", "issue#3 #12", "x+++ ...and", "q & a"]
)
def test_a_text_without_special_names_is_indexed_as_it_is(text):
    assert index_text(text) == query_terms(text) == text
    assert query_text(text) == (text, False)


@pytest.mark.parametrize("name", ["C++", "C#", ".NET", "F#", "Notepad++", "Disney+", "R&D", "AT&T", ".htaccess"])
def test_a_name_with_symbols_is_a_word_beside_the_plain_one(name):
    plain = name.strip(".+#").split("&")
    *words, special = index_text(name).split()
    assert words == plain
    assert len(special) == len(name)
    assert [name[start:end] for start, end in token_offsets(name)] == [*plain, name]


def test_names_that_differ_in_their_symbols_differ():
    names = ["C", "C+", "C++", "C#", "NET", ".NET"]
    assert len({index_text(name).split()[-1] for name in names}) == len(names)
    assert index_text("C++17").split()[-1] == "17"


@pytest.mark.parametrize(
    ("text", "indexed", "looked_up"),
    [
        ("退款", "退款 款", ("退款", False)),
        ("订单退款", "订单 单退 退款 款", ("订单 单退 退款", False)),
        ("退", "退", ("退", True)),
        ("我的iPhone坏了", "我的 的 iPhone 坏了 了", ("我的 的 iPhone 坏了", False)),
        ("退款ABC", "退款 款 ABC", ("退款 款 ABC", False)),
        ("Ｃ＋＋ の", "C C\ue02b\ue02b の", ("C C\ue02b\ue02b の", True)),
        ("ＷＩＦＩ", "WIFI", ("WIFI", False)),
        ("ﬁnd my oﬀer", "find my offer", ("find my offer", False)),
        ("ลืมรหัส", "ลื ืม มร รห หั ัส ส", ("ลื ืม มร รห หั ัส", False)),
        ("환불을 받고", "환불 불을 을 받고 고", ("환불 불을 을 받고", False)),
    ],
)
def test_scripts_without_spaces_are_cut_in_pairs(text, indexed, looked_up):
    assert " ".join(index_text(text).split()) == indexed
    words, prefix = query_text(text)
    assert (" ".join(words.split()), prefix) == looked_up


@given(SPECIAL)
def test_offsets_name_every_indexed_word(text):
    words = index_text(text).replace("_", " ")
    words = "".join(letter if letter.isalnum() or "\ue000" <= letter < "\uf8ff" else " " for letter in words).split()
    assert len(list(token_offsets(text))) == len(words)


@pytest.mark.parametrize("piece", ["x", "+", "a+", ".", ".a", "a&", "a&b", "退", "a#", "é+", "a_"])
def test_a_long_text_takes_no_time(piece):
    start = process_time()
    text = (piece * 100_000)[:100_000]
    index_text(text)
    sum(1 for _ in token_offsets(text))
    assert process_time() - start < 1
