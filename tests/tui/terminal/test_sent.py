"""What is sent of a drawing: all that the terminal does not show yet, and nothing else."""

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import ComposeResult
from textual.geometry import Region
from textual.strip import Strip

from supportdesk.tui.terminal.sent import SendsDifferences, Sent
from supportdesk.tui.widgets.text_view import TextView
from tests.glass import Glass
from tests.glass_driver import driver_of
from tests.tui.widgets.test_page_list import comes_true

WIDTH, HEIGHT = 12, 3
CONSOLE = Console()
REGION = Region(0, 0, WIDTH, HEIGHT)
CUTS = st.sets(st.integers(1, WIDTH - 1), max_size=3).map(lambda cuts: [0, *sorted(cuts), WIDTH])


@st.composite
def drawings(draw):
    """All of a screen, or spans of some of its lines, cut into pieces."""
    lines = [draw(st.text("ab ", min_size=WIDTH, max_size=WIDTH)) for _ in range(HEIGHT)]
    cuts = [draw(CUTS) for _ in range(HEIGHT)]
    style = Style(bold=draw(st.booleans()))
    pieces = [
        {start: Strip([Segment(line[start:end], style)]) for start, end in zip(places, places[1:], strict=False)}
        for line, places in zip(lines, cuts, strict=True)
    ]
    if draw(st.booleans()):
        return LayoutUpdate([line.values() for line in pieces], REGION)
    spans = [
        (y, first, draw(st.integers(first + 1, WIDTH)))
        for y in range(HEIGHT)
        for first in [draw(st.sampled_from(cuts[y][:-1]))]
    ]
    return ChopsUpdate(pieces, spans, [places[1:] for places in cuts])


@given(st.lists(drawings(), max_size=6))
def test_the_terminal_shows_the_same_as_if_all_were_sent(updates):
    whole, part, sent = Glass(WIDTH, HEIGHT), Glass(WIDTH, HEIGHT), Sent()
    for update in updates:
        whole.feed(update.render_segments(CONSOLE).replace("\n", "").encode())
        if changed := sent.differences(update):
            part.feed(changed.render_segments(CONSOLE).encode())
        assert part.text == whole.text
        assert sent.differences(update) is None


def test_lines_of_a_grown_window_that_are_not_laid_out_yet_wait_for_what_draws_them():
    line = {0: Strip([Segment("a" * WIDTH)])}
    early = ChopsUpdate([line], [(y, 0, WIDTH) for y in range(HEIGHT)], [[WIDTH]])
    sent, glass = Sent(), Glass(WIDTH, HEIGHT)
    for update in (early, LayoutUpdate([line.values()] * HEIGHT, REGION)):
        changed = sent.differences(update)
        assert changed is not None
        glass.feed(changed.render_segments(CONSOLE).encode())
    assert glass.text.split() == ["a" * WIDTH] * HEIGHT


class Letter(SendsDifferences):
    """A text."""

    def __init__(self) -> None:
        self.glass = Glass(40, 5)
        super().__init__(driver_class=driver_of(self.glass), ansi_color=True)
        self.text = TextView()

    def compose(self) -> ComposeResult:
        yield self.text


async def test_a_screen_that_is_drawn_again_sends_nothing_until_the_terminal_may_have_lost_it():
    async with Letter().run_test(headless=False, size=(40, 5)) as pilot:
        app = pilot.app
        app.text.show([Text("Dear Rita")])
        await comes_true(pilot, lambda: "Dear Rita" in app.glass.text)
        before = len(app.glass.received)
        app.screen.refresh(layout=True)
        await pilot.pause()
        assert b"Rita" not in app.glass.received[before:]
        app.sent.forget()
        app.screen.refresh()
        await comes_true(pilot, lambda: b"Rita" in app.glass.received[before:])
