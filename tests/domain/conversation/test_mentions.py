"""Who a note mentions."""

from time import process_time

import pytest

from supportdesk.domain.conversation.mentions import complete_mention, mentioned, unknown_mentions
from tests.hostile import HOSTILE_STRINGS

NAMES = ("bob", "bo", "Ann Lee", "zoë", "c-3po")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@bob please", ["bob"]),
        ("ask @BOB, or @bo.", ["bob", "bo"]),
        ("(@ann lee) and @bob and @bob", ["Ann Lee", "bob"]),
        ("@zoe\u0308 knows", ["zoë"]),
        ("@c-3po!", ["c-3po"]),
        ("mail bob@bob.example or x.@bob", []),
        ("@bobby @bob_ @bob.smith @bob-x @bob@example.com @ bob @", []),
        ("@bob.", ["bob"]),
        ("@bob...", ["bob"]),
    ],
)
def test_an_agent_is_named_after_an_at_sign(text, found):
    assert mentioned(text, NAMES) == found


def test_hostile_texts_and_names_mention_nobody_else():
    for text in HOSTILE_STRINGS:
        assert mentioned(text, ("bob",)) == []
        assert mentioned(f"@bob {text}", ("bob", text)) in (["bob"], [f"bob {text}"])


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("@bo @bobo, @bob and @BOB", ["bobo"]),
        ("ask @Ann Lee or @Ann", ["Ann"]),
        ("@eve.smith: @eve.smith!", ["eve.smith"]),
        ("x@example.com @3pm @ @bob@example.com a.@b", []),
        ("@jürgen?", ["jürgen"]),
    ],
)
def test_a_name_that_nobody_has_is_found(text, unknown):
    assert unknown_mentions(text, NAMES) == unknown


def test_the_last_word_is_completed_to_a_name():
    assert complete_mention("ask @b", NAMES) == ["ask @bob", "ask @bo"]
    assert complete_mention("@an", NAMES) == ["@Ann Lee"]
    assert complete_mention("mail bob@b", NAMES) == complete_mention("ask b", NAMES) == []


def test_of_a_log_full_of_at_signs_the_first_are_named():
    log = "".join(f"@x{number} was here " for number in range(60))
    assert unknown_mentions(log, NAMES) == ["x0", "x1", "x2", "x3", "x4"]
    assert unknown_mentions(f"@{'y' * 500}", NAMES) == ["y" * 40]


def test_a_long_text_takes_time_in_proportion_to_its_length():
    def seconds(count: int) -> float:
        text, least = "@bob " * count, float("inf")
        for _ in range(5):
            before = process_time()
            assert unknown_mentions(text, NAMES) == []
            least = min(least, process_time() - before)
        return least

    assert seconds(32_000) < 8 * seconds(8_000)
