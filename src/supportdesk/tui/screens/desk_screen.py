"""What every screen of the desk has: keys from the table, a status line, questions, the mail log."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events, on
from textual.app import ComposeResult
from textual.screen import Screen

from supportdesk.domain.errors import DeskError
from supportdesk.domain.journal import Entry
from supportdesk.domain.notification import DeliveryStatus
from supportdesk.services.mistake import written_down
from supportdesk.tui.commands import COMMANDS, Command, Scope, Situation
from supportdesk.tui.keys import KeyReader, shown
from supportdesk.tui.screens.movement import Movable, Movement
from supportdesk.tui.widgets.bars import HintBar, StatusLine, TitleBar
from supportdesk.tui.widgets.mail_log import MailLog
from supportdesk.tui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from supportdesk.tui.app import SupportDesk

__all__ = ["DeskScreen", "Movable"]

MAIL_SCOPES = (Scope.EVERYWHERE, Scope.LIST, Scope.MAIL)


class DeskScreen(Movement, Screen[None], inherit_bindings=False):
    """Reads keys, runs commands one after the other, and says what came of them."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.EVERYWHERE, Scope.LIST)
    NAME: ClassVar[str] = ""

    def __init__(self) -> None:
        super().__init__()
        self._reader = KeyReader({})
        self._started = False
        # Whether one works in the mail log: the keys are its own then.
        self.in_mail = False
        self._queue: asyncio.Queue[tuple[Command, int | None]] = asyncio.Queue()
        # Set once keys can be read, while no command runs or the one that runs waits for an answer.
        self.ready = asyncio.Event()

    # What a kind of screen says about itself

    def compose_body(self) -> ComposeResult:
        """The part between title and status line."""
        raise NotImplementedError

    def situation(self) -> Situation:
        """What commands need to know to say whether they apply."""
        return Situation()

    async def on_entries(self, entries: Sequence[Entry]) -> None:
        """Shows what somebody, perhaps this agent, has done."""

    async def on_mail(self) -> None:
        """Shows what has become of mail."""
        if self.mail.is_open:
            await self.mail.refresh_messages()

    async def on_traffic(self) -> None:
        """Shows what has come in without a journal entry, such as users of experiments."""

    async def open_row(self) -> None:
        """Opens what the cursor of the screen's own list stands on."""

    async def open_ticket(self, number: int) -> None:
        """Opens a ticket by its number, on the screen that shows tickets."""

    async def step_back(self) -> bool:
        """Goes one level back inside the screen; says whether there was a level."""
        return False

    # The frame

    @property
    def desk_app(self) -> SupportDesk:
        """The app, by its own type."""
        return cast("SupportDesk", self.app)

    @property
    def title_bar(self) -> TitleBar:
        """The top line."""
        return self.query_one(TitleBar)

    @property
    def status(self) -> StatusLine:
        """The line that answers."""
        return self.query_one(StatusLine)

    @property
    def mail(self) -> MailLog:
        """The mail log."""
        return self.query_one(MailLog)

    @property
    def prompt(self) -> Prompt:
        """The line that asks."""
        return self.query_one(Prompt)

    def compose(self) -> ComposeResult:
        """Title, body, status line or question, hints."""
        yield TitleBar()
        yield from self.compose_body()
        yield MailLog(self.desk_app.desk)
        yield StatusLine()
        yield Prompt(self.ready)
        yield HintBar()

    async def on_mount(self) -> None:
        """Starts to take commands, once: Textual calls it again for a kind of screen that calls it itself."""
        if self._started:
            return
        self._started = True
        self._take_keys()
        self.show_mail_trouble(*self.desk_app.mail_trouble)
        self.run_worker(self._take_commands(), group="commands")
        self.ready.set()

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """What keys mean here and now: on the screen, or in its mail log."""
        return MAIL_SCOPES if self.in_mail else self.SCOPES

    def situation_here(self) -> Situation:
        """The situation where one works: on the screen, or in its mail log."""
        return self.mail.situation() if self.in_mail else self.situation()

    def commands(self) -> list[Command]:
        """The commands that work here and now, in the table's order."""
        return [command for command in COMMANDS if command.scope in self.scopes]

    def _take_keys(self) -> None:
        self._reader = KeyReader(self.desk_app.keymap.table(self.scopes))
        self._show_hints()

    def _show_hints(self) -> None:
        keymap = self.desk_app.keymap
        hints = []
        for command in sorted(self.commands(), key=lambda command: command.scope is Scope.EVERYWHERE):
            keys = keymap.keys_of(command)
            if command.hint and keys:
                # `s n` stands for all of `s …`: the hint shows the key that begins it.
                hints.append((shown(keys[0]).split()[0], command.hint))
        hints.append(hints.pop(next(i for i, (_, word) in enumerate(hints) if word == "help")))
        self.query_one(HintBar).hints(hints)

    # Keys

    def on_key(self, event: events.Key) -> None:
        """Takes every key that no text field has taken."""
        typing = self.prompt.typing
        key = event.character if event.character and event.is_printable and event.character != " " else event.key
        if typing and (event.is_printable or not self._works_while_typing(key)):
            return
        if self._reader.waiting and key == "escape":
            event.stop()
            event.prevent_default()
            self._reader.clear()
            self.status.note("")
            return
        began = self._reader.waiting
        press = self._reader.press(key)
        if press is None:
            if began:
                self.status.note("")
            return
        event.stop()
        event.prevent_default()
        if press.command is None:
            titles = [(shown(keys), command.title.lower()) for keys, command in press.choices]
            self.status.choices(press.pending, titles)
            return
        if began:
            self.status.note("")
        self.request(press.command, press.count)

    def _works_while_typing(self, key: str) -> bool:
        command = self.desk_app.keymap.table((Scope.EVERYWHERE, *self.scopes)).get((key,))
        return command is not None and command.scope in (Scope.EVERYWHERE, Scope.FORM)

    # Commands

    def request(self, command: Command, count: int | None = None) -> None:
        """Queues a command: each begins when the one before has ended."""
        self.prompt.cancel()
        self.ready.clear()
        self._queue.put_nowait((command, count))

    async def _take_commands(self) -> None:
        while True:
            command, count = await self._queue.get()
            try:
                await self.perform(command, count)
            except DeskError as error:
                self.refuse(error.message)
            except Exception as error:
                # The desk is whole, since what failed was one transaction; so the agent can work on.
                self.refuse(written_down(error).message)
            finally:
                if self._queue.empty():
                    self.ready.set()

    async def perform(self, command: Command, count: int | None = None) -> None:
        """Does a command here, or on the app when it is not this screen's."""
        reason = command.disabled(self.situation_here())
        if reason:
            self.refuse(reason)
            return
        method = getattr(self, command.method, None) or getattr(self.desk_app, command.method)
        outcome = method(count)
        if inspect.isawaitable(outcome):
            await outcome

    async def do_open(self, count: int | None) -> None:
        """Opens what is under the cursor: a message in the mail log, else what the screen is about."""
        if self.in_mail:
            self.mail.read()
        else:
            await self.open_row()

    async def edit_preferences(self, email: str) -> None:
        """Opens the form with what is in force for somebody."""
        from supportdesk.tui.screens.preference_form import PreferenceForm

        desk = self.desk_app.desk
        before = await desk.run(desk.preferences.get, email)

        def saved(words: str | None) -> None:
            if words is not None:
                self.ready.clear()
                self.run_worker(self._show_saved(before.email, words), group="saved")

        await self.app.push_screen(PreferenceForm(before), saved)

    async def _show_saved(self, email: str, words: str) -> None:
        try:
            await self.desk_app.changed()
            if words:
                self.status.done(f"{email}: {words} · u to undo")
            else:
                self.status.note(f"nothing to change: {email} has these preferences already")
        finally:
            self.ready.set()

    async def do_mail(self, count: int | None) -> None:
        """Opens the mail log and goes there, or closes it."""
        if self.mail.is_open:
            self.mail.shut()
            self.focus_body()
        else:
            await self.mail.open()
            self.mail.list.focus()

    def do_pane(self, count: int | None) -> None:
        """Between the list and the mail log."""
        if self.mail.is_open and not self.in_mail:
            self.mail.stops[0].focus()
        else:
            self.focus_body()

    async def do_mail_search(self, count: int | None) -> None:
        """Searches the mail as it is typed; enter keeps the result, escape goes back."""
        await self.mail.search(self.prompt)

    async def do_mail_filter(self, count: int | None) -> None:
        """Shows the mail in one state, or all of it."""
        await self.mail.choose_state(self.prompt)

    async def do_mail_retry(self, count: int | None) -> None:
        """Has a message sent again; one that may have arrived only after a visible question."""
        message = self.mail.list.row
        if message is None:
            return
        to, unknown = message.recipient_email, message.status is DeliveryStatus.UNKNOWN
        if unknown and not await self.prompt.confirm(f"Send it again? {to} may have got it already, and get it twice"):
            self.status.note("nothing sent")
            return
        desk = self.desk_app.desk
        try:
            await desk.run(desk.mail.retry, message.id, even_if_unknown=unknown)
        finally:
            await self.desk_app.changed()
        self.status.done(f"the mail to {to} goes out again")

    def show_mail_trouble(self, trouble: str, why: str) -> None:
        """Says in the title and in the mail log why nothing is sent for the time being; nothing when mail goes out."""
        self.title_bar.warn(trouble)
        self.mail.say(f"{trouble}: {why}" if trouble and why else trouble)

    async def leave_mail(self) -> bool:
        """Goes one level back in the mail log when it is where one works; says whether it was."""
        if not self.in_mail:
            return False
        if not await self.mail.step_back():
            self.mail.shut()
            self.focus_body()
        return True

    def shut_mail(self) -> bool:
        """Closes the mail log, wherever one works; says whether it was open."""
        if not self.mail.is_open:
            return False
        self.mail.shut()
        if self.in_mail:
            self.focus_body()
        return True

    @on(MailLog.Turned)
    def _mail_turned(self) -> None:
        self.set_class(self.mail.is_open, "-mail")

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Gives the keys to the part of the screen that has the focus; a question takes none away."""
        if self.prompt in event.widget.ancestors:
            return
        in_mail = self.mail in event.widget.ancestors
        if in_mail is not self.in_mail:
            self.in_mail = in_mail
            self._take_keys()

    def focus_body(self) -> None:
        """Puts the focus on what the screen is about."""

    def refuse(self, reason: str) -> None:
        """Says why something was not done, and forgets the keys that were typed as if it had been."""
        self.status.error(reason)
        self.desk_app.type_ahead.drop()

    async def do_back(self, count: int | None) -> None:
        """One level back; never quits."""
        if not await self.step_back():
            self.status.note("")

    async def do_leave(self, count: int | None) -> None:
        """Leaves what is open; at the top asks whether to quit."""
        if not await self.step_back():
            await self.leave_screen()

    async def leave_screen(self) -> None:
        """Leaves the screen itself."""
        await self.desk_app.show_screen("tickets")
