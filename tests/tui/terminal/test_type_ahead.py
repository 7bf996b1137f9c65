"""Keys that come faster than they are worked off go where they were meant to, however slow the machine is."""

import asyncio

from textual import events
from textual.app import App
from textual.screen import Screen
from textual.widget import Widget

from supportdesk.tui.terminal import type_ahead
from supportdesk.tui.terminal.type_ahead import Settled, TypeAhead


class Marked(App[int]):
    """Sees keys come up."""

    def on_settled(self, event: Settled) -> None:
        event.seen.set()


class Slow(Widget, can_focus=True):
    """Takes its time over each key, and moves the focus on with the first."""

    def __init__(self, name: str, seen: list[tuple[str, str]]) -> None:
        super().__init__(id=name)
        self._seen = seen

    async def on_key(self, event: events.Key) -> None:
        await asyncio.sleep(3 * type_ahead.RECHECK_SECONDS)
        self._seen.append((self.id or "", event.key))
        self.screen.query_one("#second").focus()


class Desk(Screen[None]):
    """Two widgets; ready all the time."""

    def __init__(self, seen: list[tuple[str, str]]) -> None:
        super().__init__()
        self.ready = asyncio.Event()
        self.ready.set()
        self._seen = seen

    def compose(self):
        yield Slow("first", self._seen)
        yield Slow("second", self._seen)


async def type_ab(pilot, seen):
    """Type two keys at once, and wait until both have done their work."""
    await pilot.pause()
    ahead = TypeAhead(pilot.app, pilot.app.on_event)
    for key in "ab":
        ahead.put(events.Key(key, key))
    pilot.app.run_worker(ahead.run())
    async with asyncio.timeout(30):
        while len(seen) < 2:
            await pilot.pause()


async def test_a_key_waits_for_the_one_before_however_long_that_takes():
    seen: list[tuple[str, str]] = []
    app = Marked()
    async with app.run_test() as pilot:
        await app.push_screen(Desk(seen))
        app.screen.query_one("#first").focus()
        await type_ab(pilot, seen)
    assert seen == [("first", "a"), ("second", "b")]


class Passing(Widget, can_focus=True):
    """Goes away with its first key."""

    def __init__(self, seen: list[tuple[str, str]]) -> None:
        super().__init__()
        self._seen = seen

    async def on_key(self, event: events.Key) -> None:
        self._seen.append(("passing", event.key))
        await self.remove()


async def test_a_key_does_not_wait_for_what_is_gone():
    seen: list[tuple[str, str]] = []
    app = Marked()
    async with app.run_test() as pilot:
        await app.push_screen(Desk(seen))
        await app.screen.mount(Passing(seen), before=0)
        app.screen.query_one(Passing).focus()
        await type_ab(pilot, seen)
    assert seen[0] == ("passing", "a")
    assert seen[1][1] == "b"


async def test_the_key_that_ends_the_app_is_the_last():
    app = Marked()

    async def quit_at_once(event):
        app.exit()

    keys = TypeAhead(app, quit_at_once)
    keys.put(events.Key("y", "y"))
    await asyncio.wait_for(keys.run(), 10)
    assert keys.at_rest
