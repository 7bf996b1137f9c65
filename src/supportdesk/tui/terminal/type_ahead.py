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
RECHECK_SECONDS = 0.1
"""How often a key that is not through yet is looked after: a widget may have gone away, with the mark."""


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
        self._at_work = False

    def put(self, event: Typed) -> None:
        """Takes a key that has arrived."""
        self._typed.put_nowait(event)

    def drop(self) -> None:
        """Forgets what has arrived: after a refusal it was meant for something that did not happen."""
        while not self._typed.empty():
            self._typed.get_nowait()

    async def run(self) -> None:
        """Hands keys on, for as long as the app runs."""
        while True:
            event = await self._typed.get()
            self._at_work = True
            try:
                await self._hand_on(event)
                await self._settled()
            finally:
                self._at_work = False

    @property
    def at_rest(self) -> bool:
        """Whether every key that has arrived has done its work."""
        return not self._at_work and self._typed.empty()

    async def _settled(self) -> None:
        # The first round sees the key itself to its end, the second the message it made: enter in a field
        # is a binding, which posts that the field was submitted.
        await self._seen_by_all()
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
        way_up = target.ancestors_with_self
        waiting = target.post_message(Settled(seen))
        # However slow the machine is, a mark arrives, unless a widget takes it with it when it goes away.
        while waiting and not seen.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(seen.wait(), RECHECK_SECONDS)
            waiting = target.is_attached and all(node.is_running for node in way_up)
