"""How long the status line says something."""

import asyncio

from textual.app import App, ComposeResult

from supportdesk.tui.widgets import status_line
from supportdesk.tui.widgets.status_line import StatusLine


class Told(App[None]):
    """A status line alone."""

    def compose(self) -> ComposeResult:
        yield StatusLine()


async def test_a_sentence_stays_until_it_could_be_read_and_goes_with_what_is_done_next(monkeypatch):
    async with Told().run_test(size=(80, 5)) as pilot:
        line = pilot.app.query_one(StatusLine)
        line.done("#1 resolved · u to undo")
        line.fade()
        assert line.render().plain == " ✓ #1 resolved · u to undo"
        monkeypatch.setattr(status_line, "READING_SECONDS", -1.0)
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
