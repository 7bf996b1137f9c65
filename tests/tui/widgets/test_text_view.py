"""A text on screen: wrapped as Rich wraps it."""

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.text import Text

from supportdesk.tui.widgets.text_view import wrap

CONSOLE = Console()
WORDS = st.lists(st.text("ab .,ü│漢\t\x7f\xa0", max_size=14), max_size=12).map(" ".join)


@given(WORDS, st.integers(min_value=1, max_value=30))
def test_a_text_is_wrapped_as_rich_wraps_it(text, width):
    wanted = Text(text, "bold").wrap(CONSOLE, width, tab_size=8, overflow="fold")
    found = wrap(Text(text, "bold"), width, CONSOLE)
    assert [line.plain.rstrip() for line in found] == [line.plain.rstrip() for line in wanted]
    assert {line.style for line in found} <= {"bold"}
