"""Text from outside is refused with one sentence, or kept without anything that could drive a terminal."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain.errors import InvalidValue
from supportdesk.domain.text import (
    BODY_LIMIT,
    TITLE_LIMIT,
    clean_body,
    clean_line,
    exact_body,
    optional_line,
    required_body,
    required_line,
)
from tests.hostile import HOSTILE_STRINGS

DIRTY = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
PIECES = st.one_of(
    st.text(),
    # Hypothesis leaves lone surrogates out unless they are asked for.
    st.characters(categories=["Cs", "Cc", "Cf", "Zl", "Zp"]),
    st.sampled_from(
        ["\x1b[", "31", ";1m", "\x1b]0;", "\x07", "\x1b\\", "\x9b", "\x9d", "\x9c", "\x1bP", "\r\n", "\x1b"]
    ),
)
ANYTHING = st.lists(PIECES, max_size=12).map("".join)


def assert_one_clear_sentence(error: InvalidValue, field: str) -> None:
    assert error.field == field
    assert error.message.startswith(f"{field}: ")
    assert re.search(r"it needs some text, up to [\d,]+ characters|it can have up to [\d,]+", error.message)
    assert error.message.isprintable()


@pytest.mark.parametrize(("field", "clean"), [("title", required_line), ("description", required_body)])
def test_every_hostile_text_is_made_harmless_or_refused_with_a_sentence(field, clean):
    kept = 0
    for hostile in HOSTILE_STRINGS:
        try:
            text = clean(field, hostile)
        except InvalidValue as error:
            assert_one_clear_sentence(error, field)
            continue
        kept += 1
        assert not DIRTY.search(text), hostile
        assert field == "description" or "\n" not in text
        if "\x1b" not in hostile:
            assert list(filter(str.isalnum, text)) == list(filter(str.isalnum, hostile))
    assert kept > 140


@given(ANYTHING)
def test_cleaned_text_is_clean_and_stays_as_it_is(text):
    body, line = clean_body(text), clean_line(text)
    assert not DIRTY.search(body)
    assert not DIRTY.search(line)
    assert not re.search(r"[\n\t]|  |^ | $", line)
    assert clean_body(body) == body
    assert clean_line(line) == line


@given(ANYTHING)
def test_what_a_field_takes_it_takes_again_unchanged(text):
    for clean in (required_line, required_body, exact_body, optional_line):
        try:
            taken = clean("title", text)
        except InvalidValue as error:
            assert_one_clear_sentence(error, "title")
        else:
            assert clean("title", taken) == taken


@given(st.lists(st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1), min_size=1))
def test_a_whole_escape_sequence_goes_and_the_words_around_it_stay(words):
    for sequence in (
        "\x1b[31m",
        "\x9b1;31m",
        "\x1b]0;owned\x07",
        "\x1b]8;;http://example.com\x1b\\",
        "\x9d52;c;cm0gLXJm\x9c",
        "\x1bP1$r0m\x1b\\",
        "\x1b(B",
        "\x1bc",
        "\x1b\x1b[2J",
        "\x1b[\x003\u202e1\x00m",
    ):
        assert clean_body(sequence.join(words)) == "".join(words)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        # UTF-8 read as Latin-1, as it comes in from elsewhere: its C1 characters go, its words stay.
        ("StraÃ\x9fe gesperrt, bitte Umweg", "StraÃe gesperrt, bitte Umweg"),
        ("He said â\x80\x9cnoâ\x80\x9d and left", "He said ânoâ and left"),
        ("Itâ\x80\x98s Ã\x90 and Ã\x9e here", "Itâs Ã and Ã here"),
        ("cut off \x1b[", "cut off "),
        ("cut off \x1b", "cut off "),
        ("a title \x1b]0;never ended\nand the next line", "a title \nand the next line"),
    ],
)
def test_no_more_is_lost_than_the_sequence(text, kept):
    assert clean_body(text) == kept


@pytest.mark.parametrize(
    "text", ["👩‍👩‍👧‍👦 family", "🏳️‍🌈", "👍🏽", "שלום עולם", "مرحبا بالعالم", "日本語", "नमस्ते", "می‌خواهم", "e\u0301"]
)
def test_emoji_sequences_and_every_script_survive(text):
    assert required_line("title", text) == text
    assert required_body("description", text) == text


def test_lines_end_in_one_way():
    assert clean_body("a\r\nb\rc\x85d\u2028e\u2029f\x1b[m") == "a\nb\nc\nd\ne\nf"
    assert clean_line("a\r\nb\t c") == "a b c"


def test_a_body_keeps_its_indentation_and_loses_the_blank_around_it():
    assert required_body("description", "\n\n  a\n\tb\n\n \n") == "  a\n\tb"
    assert exact_body("description", "\n  a\n") == "\n  a\n"


def test_text_that_shows_nothing_is_no_text():
    for character in map(chr, range(0x110000)):
        if unicodedata.category(character) in ("Cc", "Zs", "Zl", "Zp", "Cs"):
            with pytest.raises(InvalidValue, match="title: .* is not allowed; it needs some text, up to 500"):
                required_line("title", character)
    for text in (
        "",
        "\u200b\u2060",
        "\u2800",
        "\u3164",
        "\u200d\ufe0f",
        "\u202e",
        "\U000e0041",
        "\U000e0100",
        "\u206a",
    ):
        with pytest.raises(InvalidValue):
            required_line("title", text)


def test_limits_are_named_and_counted_after_cleaning():
    assert len(required_line("title", "x" * TITLE_LIMIT + "\x1b[m ")) == TITLE_LIMIT
    with pytest.raises(InvalidValue) as caught:
        required_line("title", "x" * 501)
    assert caught.value.message == "title: 501 characters are too many; it can have up to 500"
    assert len(required_body("description", "x" * BODY_LIMIT)) == BODY_LIMIT
    with pytest.raises(InvalidValue) as caught:
        required_body("description", "x" * 100_001)
    assert caught.value.message == "description: 100,001 characters are too many; it can have up to 100,000"
    assert optional_line("notes", "") == ""
    with pytest.raises(InvalidValue) as caught:
        optional_line("notes", "x" * 2_001)
    assert caught.value.message == "notes: 2,001 characters are too many; it can have up to 2,000"
