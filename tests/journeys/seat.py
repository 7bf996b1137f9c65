"""A place at the desk: the real app on a real file, worked by keys and read off the glass."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot

from supportdesk.email.provider import Provider
from supportdesk.email.providers.mock import MockProvider
from supportdesk.email.settings import MailSettings
from supportdesk.sample.replay import Clock
from supportdesk.services.desk import Desk
from supportdesk.services.drafts import Drafts
from supportdesk.tui.app import SupportDesk
from supportdesk.tui.commands.keymap import KeyMap
from tests.conftest import AT_ONCE
from tests.glass import Glass
from tests.glass_driver import driver_of

PATIENCE = 30.0
STEP = 0.02
_SENT_AS = {"space": " ", "enter": "\r", "tab": "\t", "escape": "\x1b", "backspace": "\x7f"}
THEME = "ansi-dark"


class Seat:
    """Ann at her desk. What `sees` compares is what a terminal would show of the bytes the app sent."""

    def __init__(
        self,
        db: Path,
        state: Path,
        clock: Clock,
        *,
        agent: str = "ann",
        size: tuple[int, int] = (80, 24),
        keys: Mapping[str, Sequence[str]] | None = None,
        busy_seconds: float = 5.0,
        mail: MailSettings = AT_ONCE,
        bell: bool = False,
        open_provider: Callable[[], Provider] = MockProvider,
    ) -> None:
        keymap = KeyMap(keys)
        self.desk = Desk(db, agent, now=clock, mail=mail, busy_seconds=busy_seconds, open_provider=open_provider)
        self.glass = Glass(*size)
        drafts, driver = Drafts(state, self.desk.address, agent), driver_of(self.glass)
        self.app = SupportDesk(self.desk, drafts, keymap, theme=THEME, bell=bell, driver=driver)
        self.app.animation_level = "none"
        self._closing = AsyncExitStack()
        self.pilot: Pilot[int]

    async def __aenter__(self) -> Self:
        self._closing.enter_context(self.desk)
        self.pilot = await self._closing.enter_async_context(self.app.run_test(headless=False, size=self.glass.size))
        await self.sees("Tickets")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._closing.aclose()

    # Hands

    async def press(self, *keys: str) -> None:
        """Presses keys in one go, as a quick hand does, and waits until each has done its work."""
        for key in keys:
            character = key if len(key) == 1 else _SENT_AS.get(key)
            self.app.post_message(events.Key(_character_to_key(key) if len(key) == 1 else key, character))
        await self._rest()

    async def type(self, text: str) -> None:
        """Types a text."""
        await self.press(*text)

    async def paste(self, text: str) -> None:
        """Pastes a text."""
        self.app.post_message(events.Paste(text))
        await self._rest()

    async def _rest(self) -> None:
        # First the app has the keys, then they have done their work, then the desk has done what they asked it
        # for, then all of that is drawn. None of this is a matter of time: a busy machine changes nothing.
        await self.pilot.pause(0)
        await self.until(
            lambda: self.app.type_ahead.at_rest or self.app.return_code is not None, "the end of what a key does"
        )
        if self.app.return_code is None:
            await self.desk.run(int)
        await self.pilot.pause(0)

    async def resize(self, columns: int, rows: int) -> None:
        """Pulls the window to another size."""
        self.glass.resize(columns, rows)
        await self.pilot.resize_terminal(columns, rows)

    # Eyes

    async def until(self, condition: Callable[[], object], wanted: str = "what was waited for") -> None:
        """Waits for something the app does by itself, looking again each time it has come to rest."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not condition():
                    await self.pilot.pause(STEP)
        except TimeoutError:
            raise AssertionError(f"{wanted} does not come about:\n{self.glass.text}") from self.app.internal_error

    async def sees(self, *texts: str) -> None:
        """Waits until all these texts are on the screen."""
        for text in texts:
            await self.until(lambda text=text: text in self.glass.text, repr(text))

    async def sees_no(self, *texts: str) -> None:
        """Waits until none of these texts is on the screen."""
        for text in texts:
            await self.until(lambda text=text: text not in self.glass.text, f"the end of {text!r}")

    async def is_on(self, text: str) -> None:
        """Waits until the cursor of the list that has the focus is on a line with this text."""
        await self.until(lambda: any(text in line for line in self.cursors), f"a cursor on {text!r}")

    @property
    def cursors(self) -> list[str]:
        """The lines below the title that begin in reverse, as the cursor of a list with the focus does."""
        return [line for line, cells in self.glass.rows[1:] if cells[0].reverse]

    def screen(self) -> str:
        """The whole screen as plain text."""
        return self.glass.text

    @property
    def numbers(self) -> list[int]:
        """The numbers of the tickets on the screen, from top to bottom."""
        found = (re.match(r"[ *]#(\d+) ", line) for line in self.glass.lines)
        return [int(match[1]) for match in found if match]
