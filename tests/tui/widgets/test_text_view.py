"""A text on screen: wrapped as Rich wraps it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.text import Text

from supportdesk.tui.widgets.text_view import moved_by, wrap

CONSOLE = Console()
WORDS = st.lists(st.text("ab .,ü│漢\t\x7f\xa0", max_size=14), max_size=12).map(" ".join)


@given(WORDS, st.integers(min_value=1, max_value=30))
def test_a_text_is_wrapped_as_rich_wraps_it(text, width):
    wanted = Text(text, "bold").wrap(CONSOLE, width, tab_size=8, overflow="fold")
    found = wrap(Text(text, "bold"), width, CONSOLE)
    assert [line.plain.rstrip() for line in found] == [line.plain.rstrip() for line in wanted]
    assert {line.style for line in found} <= {"bold"}


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        ("abcdef", "abcdef", 0),
        ("abcdef", "XYabcdef", 2),
        ("abcdef", "bcdef", -1),
        # What was the first line in sight is gone, or stands there twice: the next one tells.
        ("abcdef", "abYYdef", 1),
        ("abcdef", "cabXcdef", 2),
        ("ab  ef", "X ab  ef", 2),
        # Below what is in sight nothing moves it.
        ("abcdef", "abcdeXf", 0),
        ("abcdef", "uvwxyz", 0),
        ("abcdef", "", 0),
    ],
)
def test_what_is_in_sight_is_found_again_when_the_text_around_it_changes(before, after, moved):
    assert moved_by([Text(each) for each in before], [Text(each) for each in after], range(2, 5)) == moved
