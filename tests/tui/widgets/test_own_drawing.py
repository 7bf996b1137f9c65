"""What a list and a text send of themselves: each line once, and none that did not change."""

from collections import Counter

from rich.text import Text
from textual.app import App, ComposeResult
from textual.strip import Strip

from supportdesk.tui.widgets.pane import Pane
from supportdesk.tui.widgets.text_view import TextView
from tests.glass import Glass
from tests.glass_driver import driver_of
from tests.tui.widgets.numbers import Numbers
from tests.tui.widgets.test_page_list import NumberList

COLUMNS, ROWS = 60, 20


class CountedText(TextView):
    """Counts how often it draws each of its lines."""

    def __init__(self) -> None:
        super().__init__()
        self.drawn: Counter[int] = Counter()

    def render_line(self, y: int) -> Strip:
        self.drawn[y] += 1
        return super().render_line(y)


class CountedList(NumberList):
    """Counts how often it draws each of its lines."""

    def __init__(self, numbers: Numbers) -> None:
        super().__init__(numbers)
        self.drawn: Counter[int] = Counter()

    def render_line(self, y: int) -> Strip:
        self.drawn[y] += 1
        return super().render_line(y)


class Reading(App[None]):
    """A list above a pane that is closed at first."""

    def __init__(self) -> None:
        self.glass = Glass(COLUMNS, ROWS)
        super().__init__(driver_class=driver_of(self.glass), ansi_color=True)
        self.rows, self.pane = CountedList(Numbers(set(range(100)))), Pane()
        self.pane.text = CountedText()

    def compose(self) -> ComposeResult:
        yield self.rows
        yield self.pane

    async def on_mount(self) -> None:
        self.theme = "ansi-dark"
        self.pane.styles.height = "1fr"
        self.rows.focus()
        await self.rows.show(self.rows.source)


async def test_a_pane_that_opens_draws_its_lines_and_those_of_the_list_once():
    async with Reading().run_test(headless=False, size=(COLUMNS, ROWS)) as pilot:
        app, text = pilot.app, pilot.app.pane.text
        await pilot.pause()
        for _ in range(2):
            app.rows.drawn.clear(), text.drawn.clear()
            await app.pane.open()
            text.show([Text(f"Line {number} of a text that is read") for number in range(50)], at=30)
            text.focus()
            await pilot.pause()
            assert "Line 30 of a text" in app.glass.text
            assert text.has_focus
            assert {*app.rows.drawn.values(), *text.drawn.values()} <= {1}
            app.pane.shut()
            app.rows.focus()
            await pilot.pause()
            assert app.rows.has_focus
