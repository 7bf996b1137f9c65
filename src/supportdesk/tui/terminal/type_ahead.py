"""Keys typed ahead, as over a slow link: each is passed on only when the one before has done its work."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from time import monotonic
from typing import Protocol, runtime_checkable

from textual import events
from textual.app import App, ScreenStackError
from textual.message import Message

Typed = events.Key | events.Paste
RECHECK_SECONDS = 0.1
"""How often to check on a key whose mark has not arrived: a widget may have gone away, with the mark."""
SAME_BURST_SECONDS = 0.03
"""Keys that follow each other faster than this were typed, or pasted, without looking at the screen."""
HAND = 3
"""Keys that a hand may press at once; more are a paste without brackets, or were typed ahead."""


@runtime_checkable
class Busy(Protocol):
    """A screen that says when it can take the next key."""

    ready: asyncio.Event


@runtime_checkable
class BurstReader(Protocol):
    """A screen on which keys are commands."""

    def takes_burst(self, keys: Sequence[events.Key]) -> bool:
        """Return whether keys that came at once make sense as commands; show on the screen when they do not."""


class Burst(Message):
    """Keys that came at once."""

    def __init__(self, keys: Sequence[events.Key]) -> None:
        super().__init__()
        self.keys = keys


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

    def __init__(self, app: App[int], pass_on: Callable[[Typed], Awaitable[None]]) -> None:
        self._app = app
        self._pass_on = pass_on
        self._typed: asyncio.Queue[Typed | Burst] = asyncio.Queue()
        # The rest of the burst that is being worked off.
        self._burst: list[events.Key] = []
        self._at_work = False
        self._dropping_until = 0.0

    def put(self, event: Typed | Burst) -> None:
        """Queue a key, a paste, or keys that came at once."""
        now = monotonic()
        if now < self._dropping_until:
            self._dropping_until = now + SAME_BURST_SECONDS
        else:
            self._typed.put_nowait(event)

    def drop(self) -> int:
        """Forget what has arrived, and what follows in the same burst; return how many keys and pastes had arrived.

        After a refusal, they were meant for something that did not happen.
        """
        dropped = len(self._burst)
        self._burst.clear()
        while not self._typed.empty():
            event = self._typed.get_nowait()
            dropped += len(event.keys) if isinstance(event, Burst) else 1
        self._dropping_until = monotonic() + SAME_BURST_SECONDS
        return dropped

    async def run(self) -> None:
        """Pass keys on, for as long as the app runs."""
        while True:
            event = await self._typed.get()
            self._at_work = True
            try:
                if isinstance(event, Burst):
                    await self._work_off(event)
                else:
                    await self._one(event)
            except ScreenStackError:
                # The key has ended the app: its screens are gone.
                return
            finally:
                self._at_work = False

    @property
    def at_rest(self) -> bool:
        """Return whether every key that has arrived has done its work, and the next one is taken."""
        return not self._at_work and self._typed.empty() and monotonic() >= self._dropping_until

    async def _work_off(self, burst: Burst) -> None:
        """Pass the keys of a burst on, as far as each screen that they come to can make sense of the rest."""
        self._burst = list(burst.keys)
        checked: object = None
        while self._burst:
            screen = self._app.screen
            if screen is not checked and len(burst.keys) > HAND and not self._is_taken_by(screen):
                return
            checked = screen
            await self._one(self._burst.pop(0))

    def _is_taken_by(self, screen: object) -> bool:
        """Return whether a screen takes the rest of the burst, which is forgotten otherwise."""
        rest, self._burst = self._burst, []
        taken = not isinstance(screen, BurstReader) or screen.takes_burst(tuple(rest))
        self._burst = rest if taken else []
        return taken

    async def _one(self, event: Typed) -> None:
        await self._pass_on(event)
        await self._settled()

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
