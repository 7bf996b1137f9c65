"""Keys typed ahead, as over a slow link: each is handed on only when the one before has done its work."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Protocol, runtime_checkable

from textual import events
from textual.app import App
from textual.message import Message

Typed = events.Key | events.Paste
LOOK_SECONDS = 0.05
# Never reached by a key at work, however busy the machine: it only keeps a fault from making the app deaf.
LOST_SECONDS = 30.0


@runtime_checkable
class Busy(Protocol):
    """A screen that says when it can take the next key."""

    ready: asyncio.Event


class Settled(Message):
    """Follows a key on its way up; when it arrives at the app, the key has been seen by all."""

    def __init__(self, seen: asyncio.Event) -> None:
        super().__init__()
        self.seen = seen


class TypeAhead:
    """A queue of keys.

    Textual posts every key to the widget that has the focus at that moment. In a burst, keys that follow
    the one that moves the focus or opens a question would go to the wrong place: a note would be read as
    commands.
    """

    def __init__(self, app: App[int], hand_on: Callable[[Typed], Awaitable[None]]) -> None:
        self._app = app
        self._hand_on = hand_on
        self._typed: asyncio.Queue[Typed] = asyncio.Queue()

    def put(self, event: Typed) -> None:
        """Takes a key that has arrived."""
        self._typed.put_nowait(event)

    def drop(self) -> None:
        """Forgets what has arrived: after a refusal it was meant for something that did not happen."""
        while not self._typed.empty():
            self._typed.get_nowait()
            self._typed.task_done()

    async def run(self) -> None:
        """Hands keys on, for as long as the app runs."""
        while True:
            event = await self._typed.get()
            try:
                await self._hand_on(event)
                await self._settled()
            finally:
                self._typed.task_done()

    async def at_rest(self) -> None:
        """Waits until every key that has arrived has done its work."""
        await self._typed.join()

    async def _settled(self) -> None:
        # The first round sees the key itself to its end, the second the message it made: enter in a field
        # is a binding, which posts that the field was submitted.
        for _ in range(2):
            await self._seen_by_all()
        screen = self._app.screen
        if isinstance(screen, Busy):
            await screen.ready.wait()
        # Focus moves by a callback on the app; behind it, this one says that it has.
        moved = asyncio.Event()
        self._app.call_later(moved.set)
        await moved.wait()

    async def _seen_by_all(self) -> None:
        seen = asyncio.Event()
        target = self._app.focused or self._app.screen
        if not target.post_message(Settled(seen)):
            return
        # A widget that goes away takes the mark with it.
        way_up = target.ancestors_with_self
        patience = LOST_SECONDS
        while not seen.is_set() and patience > 0 and all(node.is_running for node in way_up):
            with suppress(TimeoutError):
                await asyncio.wait_for(seen.wait(), LOOK_SECONDS)
            patience -= LOOK_SECONDS
