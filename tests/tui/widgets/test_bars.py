"""What the bars around a screen show where there is little room."""

import pytest
from textual.app import App, ComposeResult

from supportdesk.tui.widgets.bars import TitleBar


class Titled(App[None]):
    """A title bar alone."""

    def compose(self) -> ComposeResult:
        yield TitleBar()


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
