"""The feed of what happens on the desk: changes of all sessions, and what becomes of mail, shown on every screen."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from supportdesk.domain import moment
from supportdesk.domain.errors import DeskError

if TYPE_CHECKING:
    from supportdesk.tui.app import SupportDesk

DELIVER_SECONDS = 1.0


class Feed:
    """Reads the journal on from where it was read last, and lets every screen show what is new."""

    def __init__(self, app: SupportDesk) -> None:
        self._app = app
        self._desk = app.desk
        self._seen_seq = 0
        self._seen_version = 0
        self._showing = asyncio.Lock()
        self._unreachable = False
        # That nothing is sent for the time being, and why; empty while mail goes out.
        self.mail_trouble = ("", "")

    async def start(self) -> None:
        """Takes what is there by now as known."""
        self._seen_seq = await self._desk.run(self._desk.journal.last_seq)
        self._seen_version = await self._desk.run(self._desk.changes_elsewhere)

    async def poll(self) -> None:
        """Looks whether another process has changed the desk, and shows it."""
        if self._showing.locked():
            return
        async with self._showing:
            try:
                version = await self._desk.run(self._desk.changes_elsewhere)
                if version != self._seen_version:
                    await self._show_news()
                    self._seen_version = version
            except DeskError as error:
                self._unreachable = True
                self._app.tell(error.message, error=True)
            else:
                if self._unreachable:
                    self._unreachable = False
                    self._app.tell("Reconnected.")

    async def changed(self) -> None:
        """Shows this agent's own change everywhere."""
        async with self._showing:
            await self._show_news()

    async def _show_news(self) -> None:
        entries = await self._desk.run(self._desk.journal.after, self._seen_seq)
        for screen in self._app.opened_screens:
            if entries:
                await screen.on_entries(entries)
            await screen.on_mail()
            await screen.on_traffic()
        # Last: what could not be shown is shown at the next look.
        if entries:
            self._seen_seq = entries[-1].seq

    async def deliver(self) -> None:
        """Delivers mail as it becomes due, for as long as the app runs.

        On a thread and a connection of its own: a slow service holds up no key. Looking whether something is due takes
        microseconds. What became of messages is noticed like anything that is done on another connection.
        """
        while True:
            await asyncio.sleep(DELIVER_SECONDS)
            try:
                report = await self._desk.deliver()
            except DeskError as error:
                self._say_of_mail("mail waits", error.message)
            else:
                until = report.paused_until
                self._say_of_mail(f"mail paused until {moment.clock(until)}" if until else "", report.error)

    def _say_of_mail(self, trouble: str, why: str) -> None:
        """Says in the status line that sending pauses, and that it goes on; in the title for as long as it lasts."""
        if trouble == self.mail_trouble[0]:
            return
        self.mail_trouble = (trouble, why)
        for screen in self._app.opened_screens:
            screen.show_mail_trouble(trouble, why)
        if trouble:
            self._app.tell(f"{trouble}: {why}", error=True)
        else:
            self._app.tell("Mail delivery resumed.")
