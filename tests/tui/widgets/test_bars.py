"""What the bars around a screen show where there is little room."""

import asyncio

import pytest
from textual.app import App, ComposeResult

from supportdesk.tui.widgets import bars
from supportdesk.tui.widgets.bars import Hint, StatusLine, TabLine, TitleBar


class Titled(App[None]):
    """A title bar alone."""

    def compose(self) -> ComposeResult:
        yield TitleBar()


class Told(App[None]):
    """A status line alone."""

    def compose(self) -> ComposeResult:
        yield StatusLine()


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


async def test_a_sentence_stays_until_it_could_be_read_and_goes_with_what_is_done_next(monkeypatch):
    async with Told().run_test(size=(80, 5)) as pilot:
        line = pilot.app.query_one(StatusLine)
        line.done("#1 resolved · u to undo")
        line.fade()
        assert line.render().plain == " ✓ #1 resolved · u to undo"
        monkeypatch.setattr(bars, "READING_SECONDS", -1.0)
        line.fade()
        assert line.render().plain == ""


async def test_what_is_true_for_some_seconds_is_not_said_for_longer():
    async with Told().run_test(size=(80, 5)) as pilot:
        line = pilot.app.query_one(StatusLine)
        line.done("#1 reply sent", passing=" · leaves in 10 s · u takes it back", seconds=0.05)
        assert line.render().plain == " ✓ #1 reply sent · leaves in 10 s · u takes it back"
        async with asyncio.timeout(30):
            while "leaves" in line.render().plain:
                await pilot.pause(0.02)
        assert line.render().plain == " ✓ #1 reply sent"


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
