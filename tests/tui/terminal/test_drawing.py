"""Fewer bytes for the same picture."""

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.style import Style

from supportdesk.tui.terminal.drawing import lightened
from tests.glass import Glass

COLUMNS, ROWS = 60, 4
styles = st.builds(
    Style,
    bold=st.none() | st.booleans(),
    dim=st.none() | st.just(True),
    underline=st.none() | st.just(True),
    reverse=st.none() | st.just(True),
    color=st.none() | st.sampled_from(["default", "red", "#102030"]),
    bgcolor=st.none() | st.sampled_from(["default", "blue", "#405060"]),
)
texts = st.one_of(
    st.integers(0, COLUMNS).map(lambda size: " " * size),
    st.text(st.sampled_from("ab ·▏○é"), max_size=12),
)
lines = st.tuples(st.integers(1, ROWS), st.integers(1, COLUMNS), st.lists(st.tuples(styles, texts), max_size=6))


def drawing(line: tuple[int, int, list[tuple[Style, str]]]) -> str:
    """A line as it is drawn: a move, then pieces that fit between there and the edge."""
    y, x, pieces = line
    room = COLUMNS - x + 1
    drawn = f"\x1b[{y};{x}H"
    for style, text in pieces:
        text, room = text[:room], room - len(text[:room])
        drawn += style.render(text, color_system=ColorSystem.TRUECOLOR) if style else text
    return drawn


def picture(writes: list[str]) -> list[object]:
    glass = Glass(COLUMNS, ROWS)
    for write in writes:
        glass.feed(write.encode())
    return [cells for _, cells in glass.rows]


@settings(deadline=None)
@given(st.lists(st.lists(lines, max_size=4), max_size=4))
def test_the_picture_is_the_same(writes):
    drawn = ["".join(map(drawing, write)) for write in writes]
    for columns in (0, COLUMNS):
        assert picture([lightened(write, columns) for write in drawn]) == picture(drawn)
        assert all(len(lightened(write, columns)) <= len(write) for write in drawn)


def test_a_blank_line_takes_two_codes():
    assert lightened("\x1b[1;1H" + " " * 200) == "\x1b[1H\x1b[200X\x1b[200C"


def test_a_row_up_to_the_edge_is_erased_at_once():
    row = "\x1b[1;1H#1" + " " * 20 + "lamp" + " " * 33 + "2d\x1b[2;1H"
    assert lightened(row, 61) == "\x1b[1H\x1b[K#1\x1b[20Clamp\x1b[33C2d\x1b[2H"


def test_a_style_that_nothing_is_drawn_in_takes_no_code():
    assert lightened("\x1b[1;35m\x1b[0m #4     \x1b[2m\x1b[0m") == " #4     "


def test_blanks_with_a_style_stay_as_they_are():
    for code in ("7", "4", "44", "39;49"):
        styled = f"\x1b[{code}m" + " " * 50 + "\x1b[0m"
        assert lightened(styled) == styled.replace("\x1b[0m", "\x1b[m")
