"""Live update: changes of all sessions and what became of mail, shown on every screen."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING, Any, Protocol

from supportdesk.domain import moment
from supportdesk.domain.errors import DeskError, DeskReplaced
from supportdesk.domain.journal import EntryKind, Subject

if TYPE_CHECKING:
    from supportdesk.services.desk import Desk
    from supportdesk.services.presence import Present
    from supportdesk.tui.screens.desk_screen import DeskScreen
    from supportdesk.tui.screens.scoped import ScopedScreen

DELIVER_SECONDS = 1.0
ALARM_SECONDS = 20
"""Seconds between two looks at whether mail comes in."""


UNREAD = {
    "FAQs": Subject.FAQ,
    "History": None,
    "Preferences": Subject.PREFERENCE,
    "Experiments": Subject.EXPERIMENT,
}
"""The main screens whose tabs count what colleagues have changed, and what that is about; None for everything."""


class FeedApp(Protocol):
    """The app, as the feed knows it."""

    desk: Desk

    @property
    def working_on(self) -> tuple[int | None, bool]:
        """The ticket on screen, by number, and whether something is written in it."""

    @property
    def is_at_work(self) -> bool:
        """Whether a command of this session is running."""

    @property
    def screen_name(self) -> str:
        """The name of the main screen in front."""

    def show_title(self) -> None:
        """Show in the title of the window where the agent is, and what waits."""

    def ring(self) -> None:
        """Ring the bell of the terminal, where that is wished for."""

    @property
    def forms(self) -> Sequence[ScopedScreen[Any]]:
        """The forms that are open over the main screens."""

    @property
    def opened_screens(self) -> Sequence[DeskScreen]:
        """The main screens that have been opened so far."""

    def show_status(self, message: str, *, error: bool = False) -> None:
        """Show a sentence in the status line of the main screen in front."""

    def reopen(self, reason: DeskReplaced) -> None:
        """End this app, so that another one opens the desk that is there now."""


class Feed:
    """Reads the journal from where it was last read, and updates every screen."""

    def __init__(self, app: FeedApp) -> None:
        self._app = app
        self._desk = app.desk
        self._seen_seq = 0
        self._seen_version = 0
        self._updating = asyncio.Lock()
        self._unreachable = False
        self._others: Sequence[Present] = ()
        # How many tickets each queue has, by its name.
        self.counts: Mapping[str, int] = {}
        self.failed_mails = 0
        # How many changes of colleagues one has not looked at, by the name of the main screen that shows them.
        self.unread: Counter[str] = Counter()
        # That nothing is sent for the time being, and why; empty while mail is delivered.
        self.mail_trouble = ("", "")

    async def start(self) -> None:
        """Remember the current end of the journal: only what comes after it is news."""
        self._seen_seq = await self._desk.run(self._desk.journal.last_seq)
        self._seen_version = await self._desk.run(self._desk.changes_elsewhere)

    async def poll(self) -> None:
        """Show what another process has changed since the last poll."""
        if self._updating.locked():
            return
        async with self._updating:
            try:
                version = await self._desk.run(self._desk.changes_elsewhere)
                if version != self._seen_version:
                    await self._show_news()
                    self._seen_version = version
                await self._show_presence()
                self._app.show_title()
            except DeskReplaced as error:
                self._app.reopen(error)
            except DeskError as error:
                self._unreachable = True
                self._app.show_status(error.message, error=True)
            else:
                if self._unreachable:
                    self._unreachable = False
                    self._app.show_status("Reconnected.")

    async def _show_presence(self) -> None:
        """Tell other sessions which ticket is open here, and show which ones they have open."""
        presence = self._desk.presence
        number, writing = self._app.working_on

        def exchange() -> Sequence[Present]:
            presence.show(number, writing=writing)
            return presence.others()

        others = await self._desk.run(exchange)
        if others != self._others:
            self._others = others
            for screen in self._app.opened_screens:
                screen.show_presence(others)
        # A form may have been opened since: it is told at each poll.
        for form in self._app.forms:
            form.show_presence(others)

    async def show_changes(self) -> None:
        """Show this agent's own change on every screen."""
        async with self._updating:
            await self._show_news()

    async def _show_news(self) -> None:
        entries = await self._desk.run(self._desk.journal.after, self._seen_seq)
        # A poll may be the first to read what a command has just done, which then still waits for it.
        own = self._app.is_at_work
        for screen in self._app.opened_screens:
            if entries:
                await screen.on_entries(entries, own=own)
            await screen.on_mail()
            await screen.on_traffic()
        for form in self._app.forms:
            await form.hear(entries)
        # Mail that comes in is filed by whoever is there; a ticket that one creates oneself is no news.
        others = [
            entry
            for entry in entries
            if entry.actor != self._desk.actor or entry.kind is EntryKind.TICKET_MAIL_RECEIVED
        ]
        if any(entry.kind.row.is_word for entry in others):
            self._app.ring()
        for name, subject in UNREAD.items():
            # What was done in one go is one thing to look at, however many entries it has.
            about = [entry for entry in others if subject is None or entry.kind.row.subject is subject]
            self.unread[name] += len({entry.change for entry in about})
        self.mark_seen(self._app.screen_name)
        await self.show_counts()
        # Last: what could not be shown is shown by the next poll.
        if entries:
            self._seen_seq = entries[-1].seq

    def mark_seen(self, name: str) -> None:
        """Count nothing as unread on the screen that is in front, and show so on every screen."""
        self.unread.pop(name, None)
        for screen in self._app.opened_screens:
            screen.show_counts()

    async def show_counts(self) -> None:
        """Show how many tickets each queue has, and how many mails failed; these counts are kept, and cheap to read."""
        queues = self._desk.queues

        def read() -> tuple[Mapping[str, int], int]:
            return queues.counts(), queues.failed_mails()

        found = await self._desk.run(read)
        if found != (self.counts, self.failed_mails):
            # What was there at the start is no news.
            if self.counts and found[0].get("mentions", 0) > self.counts.get("mentions", 0):
                self._app.ring()
            self.counts, self.failed_mails = found
            for screen in self._app.opened_screens:
                screen.show_counts()
            self._app.show_title()

    async def deliver(self) -> None:
        """Deliver mail as it becomes due, for as long as the app runs.

        On a thread and a connection of its own: a slow service delays no key. Checking whether something is due takes
        microseconds. What became of messages is noticed like any change made on another connection.
        """
        alarm = ("", "")
        for second in count(1):
            await asyncio.sleep(DELIVER_SECONDS)
            try:
                report = await self._desk.deliver()
                if second % ALARM_SECONDS == 0:
                    alarm = await self._desk.run(self._intake_alarm)
            except DeskError as error:
                self._show_mail_trouble("mail waits", error.message)
            else:
                until = report.paused_until
                paused = (f"mail paused until {moment.clock(until)}", report.error) if until else ("", "")
                self._show_mail_trouble(*(paused if until else alarm))

    def _intake_alarm(self) -> tuple[str, str]:
        """Return what is wrong with mail that should come in, for the title and in a sentence; empty when nothing."""
        alarms = self._desk.intake.alarms()
        return (alarms[0].title, alarms[0].sentence) if alarms else ("", "")

    def _show_mail_trouble(self, trouble: str, why: str) -> None:
        """Show in the status line that delivery pauses or resumes; in the title for as long as it pauses."""
        before = self.mail_trouble[0]
        if trouble == before:
            return
        self.mail_trouble = (trouble, why)
        for screen in self._app.opened_screens:
            screen.show_mail_trouble(trouble, why)
        if trouble:
            self._app.show_status(f"{trouble}: {why}", error=True)
        else:
            delivered = before.startswith(("mail waits", "mail paused"))
            self._app.show_status("Mail delivery resumed." if delivered else "Mail comes in again.")
