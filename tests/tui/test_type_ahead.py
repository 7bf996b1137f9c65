"""Keys that arrive faster than they can be worked on."""

import asyncio

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.widget import Widget

from supportdesk.tui import type_ahead
from supportdesk.tui.type_ahead import Settled, TypeAhead


class Desk(App[int]):
    """Two places that take keys: each works on one until it may end, then hands the focus to the other."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[tuple[str, str]] = []
        self.began, self.may_end = asyncio.Event(), asyncio.Event()
        self.type_ahead = TypeAhead(self, super().on_event)

    def compose(self) -> ComposeResult:
        yield Place(id="slow")
        yield Place(id="other")

    def on_mount(self) -> None:
        self.run_worker(self.type_ahead.run())

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key) and not event.is_forwarded:
            self.type_ahead.put(event)
        else:
            await super().on_event(event)

    def on_settled(self, event: Settled) -> None:
        event.seen.set()

    def type(self, *keys: str) -> None:
        for key in keys:
            self.post_message(events.Key(key, key))


class Place(Widget, can_focus=True):
    app: Desk

    async def on_key(self, event: events.Key) -> None:
        self.app.taken.append((str(self.id), event.key))
        self.app.began.set()
        await self.app.may_end.wait()
        self.app.screen.focus_next()


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type_ahead, "LOOK_SECONDS", 0.001)


async def test_a_key_waits_however_long_the_one_before_takes():
    app = Desk()
    async with app.run_test() as pilot:
        app.query_one("#slow").focus()
        app.type("a", "b")
        await app.began.wait()
        for _ in range(50):
            await asyncio.sleep(0.001)
        assert app.taken == [("slow", "a")]
        app.may_end.set()
        await pilot.pause()
        await app.type_ahead.at_rest()
        assert app.taken == [("slow", "a"), ("other", "b")]
