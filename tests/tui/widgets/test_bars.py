"""What the bars around a screen show where there is little room."""

import pytest
from textual.app import App, ComposeResult

from supportdesk.tui.widgets.bars import Hint, TabLine, TitleBar


class Titled(App[None]):
    """A title bar alone."""

    def compose(self) -> ComposeResult:
        yield TitleBar()


class Tabbed(App[None]):
    """A line of tabs alone."""

    def compose(self) -> ComposeResult:
        yield TabLine()


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (100, " Tickets  filter owner:none · 24 found · 3 marked · 12 % · urgent first    ✗ 1 failed mail (m)  ann "),
        (80, " Tickets  filter owner:none · 24 found · 3 marked       ✗ 1 failed mail (m)  ann "),
        (66, " Tickets  filter… · 24 found · 3 marked  ✗ 1 failed mail (m)  ann "),
        (60, " Tickets  24 found · 3 marked  ✗ 1 failed mail (m)  ann "),
    ],
)
async def test_how_many_are_found_and_marked_stays_in_the_title_at_any_width(width, shown):
    async with Titled().run_test(size=(width, 5)) as pilot:
        bar = pilot.app.query_one(TitleBar)
        bar.warn("1 failed mail (m)")
        bar.describe(
            "Tickets", "filter owner:none", "ann", kept=["24 found", "3 marked"], lesser=["12 %", "urgent first"]
        )
        assert bar.render().plain.split() == shown.split()


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (90, " F2 Tickets (4) · F3 FAQs · F4 History · F5 Preferences · F6 Experiments"),
        (70, " F2 Tickets (4)  F3 FAQs  F4 History  F5 Preferences  F6 Experiments"),
        (64, " F2 Tickets (4) F3 FAQs F4 History F5 Preferences F6 Experiments"),
        (60, " F2 Tickets (4) · F3 FAQs · F4 History · F5 Prefs · F6 Exps"),
        (40, " F2 Tic (4) F3 FAQ F4 His F5 Pre F6 Exps"),
    ],
)
async def test_tabs_are_whole_as_far_as_there_is_room(width, shown):
    names = ("Tickets", "FAQs", "History", "Preferences", "Experiments")
    async with Tabbed().run_test(size=(width, 5)) as pilot:
        line = pilot.app.query_one(TabLine)
        line.show_screens([Hint(f"F{key}", name, f"f{key}") for key, name in enumerate(names, 2)], "Tickets")
        line.count({"Tickets": 4}, [])
        assert line.render().plain.rstrip() == shown


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (110, " F2 Tickets · F3 FAQs · F4 History · F5 Preferences · F6 Experiments   mentions 1 · unread 4 · mine 2"),
        (80, " F2 Tickets  F3 FAQs  F4 History  F5 Preferences  F6 Experiments   mentions 1"),
        (73, " F2 Tickets F3 FAQs F4 History F5 Preferences F6 Experiments   mentions 1"),
        (72, " F2 Tickets · F3 FAQs · F4 History · F5 Prefs · F6 Exps   mentions 1"),
        (60, " F2 Tickets F3 FAQs F4 History F5 Prefs F6 Exps   mentions 1"),
        (50, " F2 Tickets F3 FAQs F4 History F5 Prefs F6 Exps"),
    ],
)
async def test_a_mention_shortens_the_tabs_and_comes_before_all_else_that_waits(width, shown):
    names = ("Tickets", "FAQs", "History", "Preferences", "Experiments")
    async with Tabbed().run_test(size=(width, 5)) as pilot:
        line = pilot.app.query_one(TabLine)
        line.show_screens([Hint(f"F{key}", name, f"f{key}") for key, name in enumerate(names, 2)], "Tickets")
        line.count({}, ["unread 4", "mine 2"], kept="mentions 1")
        assert line.render().plain.rstrip() == shown
