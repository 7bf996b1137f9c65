"""Base of the main screens: keys from the command table, status line, prompts and forms."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Collection, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from textual import events
from textual.screen import Screen

from supportdesk.domain.errors import DeskError
from supportdesk.services.crash_report import write_crash_report
from supportdesk.tui.commands import BY_ID, Command, Scope
from supportdesk.tui.commands.burst import is_several_lines, is_typed_ahead
from supportdesk.tui.commands.foreign_key import foreign_key
from supportdesk.tui.commands.keymap import KeyReader, format_keys
from supportdesk.tui.screens.scoped import ScopedScreen
from supportdesk.tui.widgets.bars import Hint, HintBar
from supportdesk.tui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from supportdesk.tui.screens.form import Form

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")
Saved = TypeVar("Saved")
Chosen = TypeVar("Chosen")


class CommandScreen(ScopedScreen[None], inherit_bindings=False):
    """Reads keys, runs commands one after the other, and says what came of them."""

    def __init__(self) -> None:
        super().__init__()
        self._reader = KeyReader({})
        self._queue: asyncio.Queue[tuple[Command, int | None]] = asyncio.Queue()
        # Set once keys can be read, while no command runs or the one that runs waits for an answer.
        self.ready = asyncio.Event()

    @property
    def prompt(self) -> Prompt:
        """Return the prompt."""
        return self.query_one(Prompt)

    # Keys

    def read_keys(self) -> None:
        """Read keys for the scopes in force."""
        keymap = self.desk_app.keymap
        self._reader = KeyReader(keymap.table(self.scopes))
        self.show_hints()

    def show_hints(self) -> None:
        """Show the keys of what has the focus in the bottom line: of the prompt, or of the commands in scope."""
        if self.prompt.typing:
            self.query_one(HintBar).hints(self.prompt.hints)
            return
        idle = self.idle_hints()
        listed = [command for command in self.commands() if command.id not in idle]
        commands = sorted(listed, key=lambda command: command.scope is Scope.EVERYWHERE)
        hints = [*self.first_hints(), *(hint for command in commands if (hint := self.hint_of(command)))]
        hints.append(hints.pop(next(place for place, hint in enumerate(hints) if hint.word == "help")))
        self.query_one(HintBar).hints(hints)

    def first_hints(self) -> list[Hint]:
        """Return what the bottom line begins with."""
        return []

    def idle_hints(self) -> Collection[str]:
        """Return the commands that the bottom line leaves out, since others matter more to what has the focus."""
        return ()

    def hint_of(self, command: Command, word: str = "") -> Hint | None:
        """Return a command's hint: its first key with its word; None where it has neither."""
        keys = self.desk_app.keymap.keys_of(command)
        word = word or command.hint
        if not word or not keys:
            return None
        # `s n` stands for all of `s …`: the hint shows the key that begins it.
        key = keys[0].split()[0]
        return Hint(format_keys(key), word, key)

    def on_key(self, event: events.Key) -> None:
        """Handle every key that no text field has handled."""
        typing = self.prompt.typing
        key = _key_of(event)
        if typing and (event.is_printable or not self._works_while_typing(key)):
            return
        if self._reader.waiting and key == "escape":
            event.stop()
            event.prevent_default()
            self._reader.clear()
            self.status.note("")
            return
        began = self._reader.begun
        press = self._reader.press(key)
        if press is None:
            if reason := foreign_key(event.character or ""):
                self.refuse(reason)
            else:
                self.status.note(
                    f"{format_keys(f'{began} {key}'.strip())} does nothing here · {self._help_key} lists the keys"
                )
            return
        event.stop()
        event.prevent_default()
        if press.command is None:
            titles = [(format_keys(keys), command.title.lower()) for keys, command in press.choices]
            self.status.choices(press.pending, titles)
            return
        if began:
            self.status.note("")
        self.request(press.command, press.count)

    @property
    def _help_key(self) -> str:
        return format_keys(self.desk_app.keymap.keys_of(BY_ID["help"])[0])

    def takes_burst(self, keys: Sequence[events.Key]) -> bool:
        """Return whether keys that came at once are run; say so when they are not."""
        words = [_key_of(key) for key in keys]
        one, typing = self.prompt.takes_key, self.prompt.typing
        if is_typed_ahead(words, self._reader, in_text=typing and not one, skip=typing and one):
            return True
        if typing and not one and is_several_lines(words):
            self.prompt.paste("".join(key.character or "" for key in keys))
            return False
        self.refuse(f"{len(keys)} keys came at once, as when text is pasted: nothing was run")
        return False

    def _works_while_typing(self, key: str) -> bool:
        command = self.desk_app.keymap.table((Scope.EVERYWHERE, *self.scopes)).get((key,))
        return command is not None and command.scope in (Scope.EVERYWHERE, Scope.FORM)

    # Commands

    def request(self, command: Command, count: int | None = None) -> None:
        """Queue a command: each begins when the one before has ended."""
        self.prompt.cancel()
        # What was done before is no news once something else is done.
        self.status.fade()
        self.ready.clear()
        self._queue.put_nowait((command, count))

    async def run_commands(self) -> None:
        """Run commands as they come, for as long as the screen is there."""
        while True:
            command, count = await self._queue.get()
            try:
                await self.perform(command, count)
            except DeskError as error:
                self.refuse(error.message)
            except Exception as error:
                # The desk is whole, since what failed was one transaction; so the agent can work on.
                self.refuse(write_crash_report(error).message)
            finally:
                if self._queue.empty():
                    self.ready.set()

    async def perform(self, command: Command, count: int | None = None) -> None:
        """Run a command here, or on the app when it is not this screen's."""
        reason = command.disabled_reason(self.focused_context())
        if reason:
            self.refuse(reason)
            return
        if command.macro:
            await self.run_macro(command.macro)
            return
        method = getattr(self, command.method, None) or getattr(self.desk_app, command.method)
        outcome = method(count)
        if inspect.isawaitable(outcome):
            await outcome

    async def run_macro(self, name: str) -> None:
        """Run a macro, on the screen that shows tickets."""

    async def list_commands(self) -> None:
        """Read what commands there are besides those of the table, before they are shown."""

    async def change(
        self, call: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Result:
        """Run a change and show it, and what others did first, on every screen."""
        try:
            return await self.desk_app.desk.run(call, *args, **kwargs)
        finally:
            await self.desk_app.show_changes()

    async def run_form(self, form: Form[Saved]) -> Saved | None:
        """Open a form and return its result; when something was saved, the screens show it by then."""
        ended: asyncio.Future[Saved | None] = asyncio.get_running_loop().create_future()

        def end(saved: Saved | None) -> None:
            # Keys typed ahead are for this screen again, once the command that opened the form is done.
            self.ready.clear()
            ended.set_result(saved)

        await self.app.push_screen(form, end)
        self.ready.set()
        saved = await ended
        if saved is not None:
            await self.desk_app.show_changes()
        return saved

    # Questions

    def begin_question(self, words: str, is_fault: bool) -> None:
        """Show what a question explains, or what was wrong with its answer."""
        (self.status.error if is_fault else self.status.note)(words)

    async def ask(
        self,
        question: str,
        use: Callable[[str], Awaitable[object]],
        *,
        otherwise: str = "nothing changed",
        blank: bool = False,
        **options: Any,
    ) -> None:
        """Ask, and use the answer; one that is refused stays in the prompt as it was typed, below the reason.

        `otherwise` is said when nothing was entered; `blank` is whether an empty answer is one too. The rest is as for
        `Prompt.ask`.
        """
        if await self.insist(partial(self.prompt.ask, question, **options), use, blank=blank) is None:
            self.status.note(otherwise)

    async def insist(
        self, ask: Callable[..., Awaitable[str | None]], use: Callable[[str], Awaitable[object]], *, blank: bool = True
    ) -> str | None:
        """Ask until an answer can be used; return it, or None when nothing was entered."""
        again: dict[str, str] = {}
        while True:
            typed = await ask(**again)
            if typed is None or not (blank or typed.strip()):
                return None
            try:
                await use(typed)
            except DeskError as error:
                again = {"initial": typed, "fault": self._ignore_typed_ahead(error.message)}
            else:
                return typed

    async def pick(self, picker: Screen[Chosen]) -> Chosen | None:
        """Show a list to choose from, and return the choice; None for none."""
        chosen: asyncio.Future[Chosen | None] = asyncio.get_running_loop().create_future()
        await self.app.push_screen(picker, chosen.set_result)
        self.ready.set()
        return await chosen

    def refuse(self, reason: str) -> None:
        """Say why something was not done, and forget the keys that were typed as if it had been."""
        self.status.error(self._ignore_typed_ahead(reason))

    def _ignore_typed_ahead(self, reason: str) -> str:
        """Forget the keys that were typed after what is refused; return the reason, and how many they were."""
        dropped = self.desk_app.type_ahead.drop()
        keys = f" · what was typed after it ({dropped} {'key' if dropped == 1 else 'keys'}) was ignored"
        return reason + (keys if dropped else "")


def _key_of(event: events.Key) -> str:
    return event.character if event.character and event.is_printable and event.character != " " else event.key
