"""The app: its desk, its main screens, and the commands that work on all of them."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.driver import Driver
from textual.worker import WorkerFailed

from supportdesk.domain.errors import DeskError, DeskReplaced
from supportdesk.services.desk import Desk
from supportdesk.services.drafts import Drafts
from supportdesk.tui.commands import Command
from supportdesk.tui.commands.keymap import KeyMap
from supportdesk.tui.feed import Feed
from supportdesk.tui.terminal.check import has_job_control
from supportdesk.tui.terminal.sent import SendsDifferences
from supportdesk.tui.terminal.type_ahead import Burst, Busy, Settled, TypeAhead
from supportdesk.tui.terminal.window import Window
from supportdesk.tui.undoing import Undoing

POLL_SECONDS = 0.5
WAITING = {"unread": "unread", "waiting-for-us": "waiting", "mentions": "mentions"}
"""The queues that the title of the window counts, and how it calls them."""
COLOURLESS_THEME = "ansi-dark"


class SupportDesk(Undoing, SendsDifferences, inherit_bindings=False):
    """The terminal app of a desk."""

    CSS_PATH = Path(__file__).parent / "styles" / "desk.tcss"
    TITLE = "supportdesk"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(
        self,
        desk: Desk,
        drafts: Drafts,
        keymap: KeyMap,
        *,
        theme: str,
        demo: bool = False,
        bell: bool = False,
        viewers: Mapping[str, str] | None = None,
        notice: str = "",
        driver: type[Driver] | None = None,
    ) -> None:
        # Without colour Textual sends greys, unless the terminal's own colours are in use when it starts.
        colourless = bool(os.environ.get("NO_COLOR"))
        super().__init__(driver, ansi_color=colourless or None)
        self.desk = desk
        self.drafts = drafts
        self.keymap = keymap
        self.demo = demo
        self._notice = notice
        self._rings = bell
        self._viewers = viewers or {}
        self._window = Window(self._tell_terminal)
        self.replaced: DeskReplaced | None = None
        # Set before there is anything to restyle.
        self.theme = COLOURLESS_THEME if colourless else theme
        self.feed = Feed(self)
        self.is_started = False
        self.internal_error: Exception | None = None
        self.type_ahead = TypeAhead(self, super().on_event)

    async def on_mount(self) -> None:
        """Open the first screen and start reading keys, changes and mail."""
        await self.feed.start()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.leave)
        await self.push_screen(self.main_screen("tickets"))
        if self._notice:
            self.show_status(self._notice)
        self.run_worker(self.type_ahead.run(), group="keys")
        self.set_interval(POLL_SECONDS, self.feed.poll)
        self.run_worker(self.feed.deliver(), group="mail")
        # Behind the first screen, which does not wait for it.
        self.run_worker(self.feed.show_counts(), group="counts")
        self.run_worker(self._arrive(), group="arrival")
        self.is_started = True

    async def _arrive(self) -> None:
        """Make the agent known to colleagues; a desk that can only be read is read all the same."""
        with suppress(DeskError):
            if similar := await self.desk.run(self.desk.journal.similar_actor):
                self.show_status(
                    f"your name, {self.desk.actor}, looks like {similar}, the name of another agent", error=True
                )
            await self.desk.run(self.desk.agents.arrive)

    # Keys

    async def on_event(self, event: events.Event) -> None:
        """Queue keys and pasted text behind those before them; ctrl+c waits for nothing."""
        if isinstance(event, events.Resize):
            # The terminal may have moved what it shows.
            self.sent.forget()
        if isinstance(event, events.Key) and event.key == "ctrl+c":
            self.leave()
        elif isinstance(event, events.Key) and event.key == "ctrl+z" and not self._in_long_text:
            self.do_suspend(None)
        elif isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            self.type_ahead.put(event)
        else:
            await super().on_event(event)

    @property
    def _in_long_text(self) -> bool:
        """Return whether the focus is in a text of several lines, where ctrl+z takes typing back."""
        # Lazy import: keeps start-up fast.
        from textual.widgets import TextArea

        return isinstance(self.focused, TextArea)

    def on_burst(self, burst: Burst) -> None:
        """Queue keys that came at once, as one."""
        for key in burst.keys:
            key.set_sender(self)
        if any(key.key == "ctrl+c" for key in burst.keys):
            self.leave()
        else:
            self.type_ahead.put(burst)

    def on_settled(self, event: Settled) -> None:
        """Note that a key has been seen by every widget."""
        event.seen.set()

    # Around the screen

    @property
    def working_on(self) -> tuple[int | None, bool]:
        """Return the number of the ticket on screen, and whether something is written in it."""
        shown = (getattr(screen, "working_on", (None, False)) for screen in reversed(self.screen_stack))
        return next((each for each in shown if each[0] is not None), (None, False))

    def show_title(self) -> None:
        """Show in the title of the window where the agent is, and what waits."""
        counts, number = self.feed.counts, self.working_on[0]
        waits = [f"{counts[name]} {word}" for name, word in WAITING.items() if counts.get(name)]
        here = self.screen_name + (f" #{number}" if number else "")
        text = " · ".join(filter(None, ("supportdesk", here, ", ".join(waits))))
        self._window.show_title(text)

    def viewer_of(self, content_type: str) -> str:
        """Return the command of the config that shows files of a type: of exactly this one, else of its kind."""
        return self._viewers.get(content_type) or self._viewers.get(content_type.partition("/")[0], "")

    def ring(self) -> None:
        """Ring the bell of the terminal, where that is wished for."""
        if self._rings:
            self._window.ring()

    def _tell_terminal(self, data: str) -> None:
        if self._driver is not None and not self.is_headless:
            self._driver.write(data)
            self._driver.flush()

    @property
    def mail_trouble(self) -> tuple[str, str]:
        """That no mail is sent for the time being, and why; empty while mail is delivered."""
        return self.feed.mail_trouble

    @property
    def counts(self) -> Mapping[str, int]:
        """How many tickets each queue has, by its name."""
        return self.feed.counts

    @property
    def failed_mails(self) -> int:
        """How many mails could not be delivered."""
        return self.feed.failed_mails

    @property
    def unread(self) -> Mapping[str, int]:
        """How many changes of colleagues one has not looked at, by the name of the main screen that shows them."""
        return self.feed.unread

    async def show_counts(self) -> None:
        """Read the counts of the queues again, and show them on every screen."""
        await self.feed.show_counts()

    @property
    def is_at_work(self) -> bool:
        """Whether a command of this session is running, or a form is being saved."""
        return any(isinstance(screen, Busy) and not screen.ready.is_set() for screen in self.screen_stack)

    async def show_changes(self) -> None:
        """Show this agent's own change on every screen."""
        await self.feed.show_changes()

    # Commands of every screen

    def do_repaint(self, count: int | None) -> None:
        """Send the whole screen again, for a terminal that lost it."""
        self.sent.forget()
        self.screen.refresh(repaint=True, layout=True)

    async def do_help(self, count: int | None) -> None:
        """Show the commands of this screen, with their keys."""
        await self._choose_command(here_only=True)

    async def do_manual(self, count: int | None) -> None:
        """Show the manual's page about this screen."""
        # Lazy import: keeps start-up fast.
        from supportdesk.help import TOPIC_OF_SCREEN

        scopes = getattr(self.screen, "SCOPES", ())
        topic = next((TOPIC_OF_SCREEN[scope] for scope in reversed(scopes) if scope in TOPIC_OF_SCREEN), "triage")
        await self.show_manual(topic)

    async def show_manual(self, topic: str) -> None:
        """Show a page of the manual."""
        # Lazy imports: keep start-up fast.
        from supportdesk.help import read_topic, title_of
        from supportdesk.help.layout import Laid
        from supportdesk.tui.screens.reader import Reader

        body = Laid(read_topic(topic).partition("\n")[2])
        await self.push_screen(Reader("Manual", title_of(topic), [body]))

    async def do_palette(self, count: int | None) -> None:
        """Show every command."""
        await self._choose_command(here_only=False)

    async def _choose_command(self, *, here_only: bool) -> None:
        # Lazy import: keeps start-up fast.
        from supportdesk.tui.screens.command_list import CommandList

        screen = self.desk_screen
        if screen is not None:
            await screen.list_commands()
            await self.push_screen(CommandList(screen, here_only=here_only), self._run_chosen)

    def _run_chosen(self, command: Command | None) -> None:
        screen = self.desk_screen
        if command is not None and screen is not None:
            screen.request(command)

    # Leaving

    def _handle_exception(self, error: Exception) -> None:
        """Say what the desk has refused to a timer or worker; end the app at anything else, which `start` reports."""
        cause = error.error if isinstance(error, WorkerFailed) else error
        if isinstance(cause, DeskError) and self.is_started:
            self.show_status(cause.message, error=True)
            return
        if self.is_headless:
            super()._handle_exception(error)
            return
        self.internal_error = self.internal_error or error
        self.leave()

    def do_suspend(self, count: int | None) -> None:
        """Suspend the app, if there is a shell that can bring it back."""
        if has_job_control():
            self.action_suspend_process()
        else:
            self.show_status("there is no shell to suspend to", error=True)

    def do_exit(self, count: int | None) -> None:
        """Quit at once."""
        self.leave()

    def reopen(self, reason: DeskReplaced) -> None:
        """End the app, so that another one opens the desk that is there now; drafts are kept."""
        self.replaced = reason
        self.leave()

    def leave(self) -> None:
        """End the app; what is being typed is kept as a draft."""
        for screen in self.screen_stack:
            keep = getattr(screen, "keep_draft", None)
            try:
                if keep is not None:
                    keep()
            except Exception as error:
                # The other drafts are kept all the same.
                self.internal_error = self.internal_error or error
        self._window.restore_title()
        self.exit(0)
